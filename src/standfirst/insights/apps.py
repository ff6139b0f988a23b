from __future__ import annotations

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "standfirst.insights"
    label = "insights"
    verbose_name = "Insights"

    def ready(self) -> None:
        from standfirst.insights.membership import funding  # noqa: F401
