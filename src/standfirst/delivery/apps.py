from __future__ import annotations

from django.apps import AppConfig

LEFT_OUT = (
    "account_emailaddress",
    "account_emailconfirmation",
    "delivery_cachedvalue",
    "delivery_node",
    "delivery_purge",
    "django_admin_log",
    "django_migrations",
    "django_session",
    "django_tasks_database_dbtaskresult",
    "mfa_authenticator",
    "usersessions_usersession",
)
"""Tables of the frameworks below every app of ours, of which no page shows anything."""


class DeliveryConfig(AppConfig):
    name = "standfirst.delivery"
    label = "delivery"
    verbose_name = "Delivery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.core.checks import register
        from django.db.models.signals import post_migrate, pre_migrate

        from standfirst.delivery.checks import check_engine
        from standfirst.delivery.tracing import instances
        from standfirst.delivery.tracing.declare import leave_out
        from standfirst.delivery.tracing.writes import begin_migration, end_migration

        instances.connect()
        leave_out(*LEFT_OUT)
        register(check_engine)
        pre_migrate.connect(begin_migration, dispatch_uid="standfirst.delivery")
        post_migrate.connect(end_migration, dispatch_uid="standfirst.delivery")
