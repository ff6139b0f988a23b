"""The ledger is append-only in the database too: no query set, script or shell goes past the models.

Emptying a whole table (`TRUNCATE` on PostgreSQL) stays possible: that is how a database is made anew, not how a row is
changed. SQLite drops a table's triggers with the table, and Django rebuilds a table to alter it: a later migration that
alters one of the two tables creates them again (`guard`); `standfirst ledger verify` says when they are missing.
"""

from django.db import migrations

REFUSAL = "The ledger is append-only: write a transaction that takes the other back."
TABLES = ("payments_ledgertransaction", "payments_ledgerentry")
VERBS = ("update", "delete")


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            f"""
            CREATE FUNCTION payments_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
            END $$
            """,
            params=None,
        )
    action = {
        "sqlite": f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        "postgresql": "FOR EACH ROW EXECUTE FUNCTION payments_ledger_refuse()",
    }[vendor]
    for table in TABLES:
        for verb in VERBS:
            statement = f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} {action}"
            schema_editor.execute(statement, params=None)


def release(apps, schema_editor):
    on_table = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for verb in VERBS:
            where = f" ON {table}" if on_table else ""
            schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}{where}", params=None)
    if on_table:
        schema_editor.execute("DROP FUNCTION payments_ledger_refuse()", params=None)


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_money")]

    operations = [migrations.RunPython(guard, release)]
