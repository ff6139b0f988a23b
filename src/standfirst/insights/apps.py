from __future__ import annotations

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "standfirst.insights"
    label = "insights"
    verbose_name = "Insights"

    def ready(self) -> None:
        from standfirst.delivery.tracing.declare import leave_out
        from standfirst.insights.membership import funding  # noqa: F401
        from standfirst.insights.reading import lengths

        lengths.connect()
        leave_out(self.get_model("StoryLength")._meta.db_table)
