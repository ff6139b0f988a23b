"""The ask: appeals, campaigns, and tests of their words."""

from __future__ import annotations

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    name = "standfirst.appeals"
    label = "appeals"
    verbose_name = "Appeals"

    def ready(self) -> None:
        from standfirst.appeals import dependencies
        from standfirst.appeals import fragments as registered  # noqa: F401
        from standfirst.appeals.trials import sources

        dependencies.connect()
        sources.connect()
