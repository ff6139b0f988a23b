from __future__ import annotations

from django.apps import AppConfig


class ImportersConfig(AppConfig):
    name = "standfirst.importers"
    label = "importers"
    verbose_name = "Importers"

    def ready(self) -> None:
        from standfirst.delivery.edge.flood import register_alias
        from standfirst.importers.forgetting import forget_in_imports
        from standfirst.importers.middleware import without_what_is_behind
        from standfirst.membership.forgetting import also_forget

        register_alias(without_what_is_behind)
        also_forget(forget_in_imports)
