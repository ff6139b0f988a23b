from __future__ import annotations

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "standfirst.stories"
    label = "stories"
    verbose_name = "Stories"

    def ready(self) -> None:
        from standfirst.stories import (
            archive,
            consequences,
            dependencies,
            furniture,
            furniture_past_models,
            known_addresses,
        )
        from standfirst.stories import fragments as registered  # noqa: F401
        from standfirst.stories.desk import access, notifying

        dependencies.connect()
        consequences.connect()
        furniture.connect()
        furniture_past_models.connect()
        known_addresses.connect()
        archive.connect()
        access.connect()
        notifying.connect()
