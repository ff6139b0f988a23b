"""Refuses to begin with a sandbox that members could take for a way to pay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error

from standfirst.payments.providers.fakes import fakes_allowed


def check_mode(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each account of the sandbox that takes new members where the sandbox must not be."""
    from django.db import connection

    from standfirst.payments.models import ProviderAccount

    table = ProviderAccount._meta.db_table
    if fakes_allowed() or not databases or table not in connection.introspection.table_names():
        return []
    return [
        Error(
            f"The payment account {account.label!r} is a sandbox, in which nobody pays.",
            hint='Start once with mode = "demo", close the account at the desk, and start again.',
            id="payments.E010",
        )
        for account in ProviderAccount.objects.filter(provider="sandbox", is_open=True)
    ]
