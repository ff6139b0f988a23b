from __future__ import annotations

from django.apps import AppConfig


class CountingConfig(AppConfig):
    name = "standfirst.counting"
    label = "counting"
    verbose_name = "Counting"

    def ready(self) -> None:
        from standfirst.delivery.tracing.declare import leave_out

        # A block that shows counts says for itself how old it may be; no count makes a page anew.
        leave_out(*(model._meta.db_table for model in self.get_models()))
