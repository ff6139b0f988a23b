"""Corrections are append-only in the database too: no query set, script or shell goes past the model.

One change stays possible: `published_by` becomes NULL when an identity is erased (`on_delete=SET_NULL`).

SQLite drops a table's triggers with the table, and Django rebuilds a table to alter it: a later migration that alters
`stories_correction` creates them again (`guard`).
"""

from django.db import migrations

REFUSAL = "A correction is append-only: publish another one that corrects it."
FIXED = ("id", "article_id", "text", "serious", "published_at")

SQLITE = [
    f"""
    CREATE TRIGGER stories_correction_kept BEFORE UPDATE ON stories_correction
    WHEN {" OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in FIXED)}
        OR (NEW.published_by_id IS NOT NULL AND NEW.published_by_id IS NOT OLD.published_by_id)
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
    f"""
    CREATE TRIGGER stories_correction_not_deleted BEFORE DELETE ON stories_correction
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION stories_correction_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER stories_correction_kept BEFORE UPDATE ON stories_correction FOR EACH ROW
    WHEN ({" OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FIXED)}
        OR (NEW.published_by_id IS NOT NULL AND NEW.published_by_id IS DISTINCT FROM OLD.published_by_id))
    EXECUTE FUNCTION stories_correction_refuse()
    """,
    """
    CREATE TRIGGER stories_correction_not_deleted BEFORE DELETE ON stories_correction FOR EACH ROW
    EXECUTE FUNCTION stories_correction_refuse()
    """,
]
GUARD = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
TRIGGERS = ("stories_correction_kept", "stories_correction_not_deleted")
RELEASE = {
    "sqlite": [f"DROP TRIGGER {name}" for name in TRIGGERS],
    "postgresql": [
        *(f"DROP TRIGGER {name} ON stories_correction" for name in TRIGGERS),
        "DROP FUNCTION stories_correction_refuse()",
    ],
}


def guard(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def release(apps, schema_editor):
    for statement in RELEASE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("stories", "0005_furniture_and_narrow_teasers")]

    operations = [migrations.RunPython(guard, release)]
