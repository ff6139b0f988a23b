from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register


class SandboxConfig(AppConfig):
    name = "standfirst.payments.providers.sandbox"
    label = "sandbox"
    verbose_name = "Sandbox"

    def ready(self) -> None:
        from standfirst.delivery.tracing.declare import leave_out
        from standfirst.payments.providers.sandbox.checks import check_mode

        register(check_mode, Tags.database)
        leave_out(*(model._meta.db_table for model in self.get_models()))
