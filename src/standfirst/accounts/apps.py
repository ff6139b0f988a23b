from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "standfirst.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from django.db.models.signals import m2m_changed

        from standfirst.accounts import signals
        from standfirst.accounts.models import User
        from standfirst.delivery.tracing.declare import declare

        m2m_changed.connect(
            signals.keep_rights_in_step, sender=User.groups.through, dispatch_uid="accounts.keep_rights_in_step"
        )
        declare(User, row="staff", unseen=("last_login", "password"))  # signing in makes no page stale
