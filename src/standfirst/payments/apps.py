from __future__ import annotations

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "standfirst.payments"
    label = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        from standfirst.delivery.tracing.declare import leave_out

        # What a page shows of money (a count of members) may be a minute old; no payment makes a page anew.
        leave_out(*(model._meta.db_table for model in self.get_models()))
