"""PostgreSQL as the new or the old database of a move.

The copy is made in a schema of its own, which an interrupted move leaves behind and the next one drops. When all is
verified, one transaction moves the tables to where the newsroom looks for them. Until the configuration is written, the
schema keeps a list of them: a move that was killed in that moment takes back exactly what it made.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from standfirst.cli.errors import Refusal
from standfirst.cli.moving.databases import PostgresqlDatabase, Row

SCHEMA = "standfirst_moving"
MARK_FILE = ".moving"
PREFIX = "A move of a Standfirst newsroom: "
LOCK = 0x5354464D  # "STFM": any number that no other program is likely to lock
PATIENCE = "20s"

# Tables, views and sequences of a schema; what an extension brought along is not a newsroom's.
RELATIONS = """
    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
        ELSE 'TABLE' END, quote_ident(c.relname)
    FROM pg_class c
    WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass
            AND d.deptype IN ('e', 'a', 'i'))
"""
FUNCTIONS = """
    SELECT 'FUNCTION', quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')'
    FROM pg_proc p WHERE p.pronamespace = %s::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


class PostgresqlTarget:
    """An empty PostgreSQL database that a newsroom moves into. Django's default connection leads to it."""

    def __init__(self, home: Path, connection: Any, is_switched: Callable[[], bool]) -> None:
        """Move into the database of `connection`; `is_switched` tells whether the configuration names it already."""
        self.connection = connection
        self.is_switched = is_switched
        self.mark_file = home / MARK_FILE
        self.database = PostgresqlDatabase(connection, SCHEMA)
        self.final = ""

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Check the database and make the schema; take it away again unless the move came to its end.

        Raises Refusal when the database cannot take a newsroom.
        """
        from django.db import Error

        self.final = self._final_schema()
        # From now on every connection, should Django open another, works in the schema and nowhere else.
        options = self.connection.settings_dict["OPTIONS"]
        options["options"] = f"{options.get('options', '')} -c search_path={SCHEMA}".strip()
        self.connection.close()
        self._lock()
        self._take_away_unfinished()
        self._make_schema()
        try:
            yield
        except BaseException:
            # A connection that broke leaves this to the next move.
            with suppress(Error, Refusal):
                self._take_away_unfinished()
            raise
        finally:
            self.connection.close()

    def _execute(self, statement: str, parameters: list[Any] | None = None) -> list[Row]:
        return self.database.execute(statement, parameters or ())

    def _final_schema(self) -> str:
        ((name, schema, encoding, may_make, may_use),) = self._execute(
            "SELECT current_database(), current_schema(), current_setting('server_encoding'), "
            "has_database_privilege(current_database(), 'CREATE'), "
            "coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)"
        )
        user = self._execute("SELECT quote_ident(current_user), quote_ident(%s)", [name])[0]
        if encoding != "UTF8":
            raise Refusal(f"the database {name} is encoded in {encoding}; make one with ENCODING 'UTF8'.")
        if not (may_make and may_use and schema):
            raise Refusal(
                f"the role {user[0]} may not make tables in the database {name}; as its superuser, run "
                f"ALTER DATABASE {user[1]} OWNER TO {user[0]}."
            )
        return str(schema)

    def _lock(self) -> None:
        """Let nobody else move into this database. What a killed move still holds is free within moments."""
        from django.db import DatabaseError

        try:
            self._execute(f"SET lock_timeout = '{PATIENCE}'")
            self._execute("SELECT pg_advisory_lock(%s)", [LOCK])
        except DatabaseError as error:
            raise Refusal("another move into this database is under way; wait for its end.") from error

    def _take_away_unfinished(self) -> None:
        """Drop what a move that did not come to its end has left. Raises Refusal when the database holds more."""
        schema = self._execute("SELECT obj_description(oid) FROM pg_namespace WHERE nspname = %s", [SCHEMA])
        if schema and not str(schema[0][0]).startswith(PREFIX):
            raise Refusal(f"the database has a schema {SCHEMA} that no move made; drop it, or name another database.")
        if schema:
            self._take_back(schema[0][0])
        if self._execute(RELATIONS, [self.final]):
            raise Refusal("the database is not empty; name an empty one.")
        if schema:
            self._execute(f"DROP SCHEMA {SCHEMA} CASCADE")

    def _take_back(self, mark: str) -> None:
        """Take back the tables of a move of this home that was stopped before the configuration was written."""
        token, published = json.loads(mark.removeprefix(PREFIX))
        ours = self.mark_file.exists() and self.mark_file.read_text(encoding="ascii") == token
        if ours and not self.is_switched():
            self._shift(published, self.final, SCHEMA)

    def _make_schema(self) -> None:
        from django.db import transaction

        self.mark_file.write_text(secrets.token_hex(16), encoding="ascii")
        with transaction.atomic():
            self._execute(f"CREATE SCHEMA {SCHEMA}")
            self._write_mark([])

    def _write_mark(self, published: list[Row]) -> None:
        """Let the schema say whose it is, and what of it stands where the newsroom looks for it."""
        mark = json.dumps([self.mark_file.read_text(encoding="ascii"), published])
        self._execute(f"COMMENT ON SCHEMA {SCHEMA} IS %s", [PREFIX + mark])

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Make the tables ready for foreign rows, and check and restore their references afterwards.

        Without references the order of the tables is of no matter, and checking them all at once is much quicker.
        """
        references = self._execute(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = %s::regnamespace AND contype = 'f'",
            [SCHEMA],
        )
        tables = [name for kind, name in self._execute(RELATIONS, [SCHEMA]) if kind == "TABLE"]
        for table, name, _definition in references:
            self._execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        # What the migrations put in is among the old database's own rows.
        self._execute(f"TRUNCATE {', '.join(tables)}")
        for table in tables:
            self._execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            self._execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for table, name, definition in references:
            self._execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        self._execute("ANALYZE")

    def publish(self) -> None:
        """Move the tables to where the newsroom looks for them, all at once."""
        from django.db import transaction

        with transaction.atomic():
            objects = [*self._execute(RELATIONS, [SCHEMA]), *self._execute(FUNCTIONS, [SCHEMA])]
            self._write_mark(objects)
            self._shift(objects, SCHEMA, self.final)

    def finish(self) -> None:
        """The configuration is written: the mark has done its work."""
        self.mark_file.unlink()
        self._execute(f"DROP SCHEMA {SCHEMA}")

    def _shift(self, objects: list[Row], old: str, new: str) -> None:
        quoted = [self.connection.ops.quote_name(schema) for schema in (old, new)]
        for kind, name in objects:
            self._execute(f"ALTER {kind} {quoted[0]}.{name} SET SCHEMA {quoted[1]}")


@contextmanager
def postgresql_source(connection: Any) -> Iterator[PostgresqlDatabase]:
    """Read a newsroom's PostgreSQL database, and let nobody write to it meanwhile.

    Raises Refusal when somebody is writing and does not come to an end.
    """
    from django.db import DatabaseError, transaction

    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            database = PostgresqlDatabase(connection, cursor.fetchone()[0])
        tables = ", ".join(name for kind, name in database.execute(RELATIONS, [database.schema]) if kind == "TABLE")
        try:
            database.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            database.execute(f"LOCK TABLE {tables} IN SHARE MODE")
        except DatabaseError as error:
            raise Refusal(
                "something writes to the newsroom's database (an import, a shell); end that first."
            ) from error
        yield database
