"""Says whether the database itself keeps anybody from changing the ledger (migration `0002_ledger_append_only`)."""

from __future__ import annotations

from django.db import connection

TRIGGERS = frozenset(
    f"{table}_no_{verb}"
    for table in ("payments_ledgertransaction", "payments_ledgerentry")
    for verb in ("update", "delete")
)
IN_FORCE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal",
}


def missing_triggers() -> list[str]:
    """Return the names of the ledger's triggers that are not in force, sorted: none when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE[connection.vendor])
        return sorted(TRIGGERS - {name for (name,) in cursor.fetchall()})
