from __future__ import annotations

from django.apps import AppConfig


class ImportersConfig(AppConfig):
    name = "standfirst.importers"
    label = "importers"
    verbose_name = "Importers"

    def ready(self) -> None:
        from standfirst.delivery.edge.flood import register_alias
        from standfirst.importers.middleware import without_what_is_behind

        register_alias(without_what_is_behind)
