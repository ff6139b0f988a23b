from __future__ import annotations

from django.apps import AppConfig


class PopularConfig(AppConfig):
    name = "standfirst.discovery.popular"
    label = "popular"
    verbose_name = "Most popular"

    def ready(self) -> None:
        from standfirst.delivery.tracing.declare import declare, leave_out
        from standfirst.discovery.popular import fragments  # noqa: F401

        declare(self.get_model("PopularEntry"), owner={"list_key": "popular"})
        leave_out(self.get_model("Exclusion")._meta.db_table)
