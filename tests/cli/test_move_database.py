"""A newsroom that moves to PostgreSQL: whole, or not at all."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from standfirst.cli.moving.kinds import kind_of
from standfirst.cli.moving.tables import BUILT_ANEW
from standfirst.cli.serving.start import hold_home
from tests.cli.conftest import ROOT, run_command
from tests.cli.test_newsroom_life import FILL
from tests.journeys.making import plain_newsroom
from tests.journeys.serving import command
from tests.postgresql import find_programs

pytestmark = pytest.mark.whole
# Runs the command in a process of its own, with some of its parts replaced.
PROGRAM = """
import os, signal, sys
from standfirst.cli import main
from standfirst.cli.commands import move_database
from standfirst.cli.moving.postgresql import PostgresqlTarget
{patch}
sys.exit(main(sys.argv[1:]))
"""
# Takes the place of migrating, ten seconds each time: puts in what it left the first time.
QUICK = """
def migrate():
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute(open({file!r}).read())
        cursor.execute("SET search_path = standfirst_moving")
move_database.migrate = migrate
"""
DIE = "lambda *_arguments: os.kill(os.getpid(), signal.SIGKILL)"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A newsroom on SQLite with stories in it; never changed."""
    home = plain_newsroom(tmp_path_factory.mktemp("moving") / "newsroom")
    command("manage", "shell", "-c", FILL, home=home)
    command("manage", "rebuild_search", home=home)
    return home


@pytest.fixture(scope="module")
def quick(filled: Path, postgresql_server: str) -> str:
    """A patch that makes the tables at once; they are those of a move that is killed when it has migrated."""
    database, dump = _address(postgresql_server, "once_migrated"), filled.parent / "migrated.sql"
    with psycopg.connect(postgresql_server, autocommit=True) as server:
        server.execute("CREATE DATABASE once_migrated")
        assert _run(filled, database, f"move_database._plan = {DIE}").returncode == -9
        with psycopg.connect(database) as migrated:
            assert migrated.execute("SELECT count(*) FROM standfirst_moving.django_migrations").fetchone() > (100,)
        programs = find_programs()
        assert programs is not None
        form = ["--schema=standfirst_moving", "--no-owner", "--no-comments", "--inserts"]
        subprocess.run([programs / "pg_dump", *form, f"--file={dump}", f"--dbname={database}"], check=True)
        server.execute("DROP DATABASE once_migrated WITH (FORCE)")
    # Without the lines that are psql's own (they begin with a backslash).
    lines = [line for line in dump.read_text().splitlines() if not line.startswith(("\\", "CREATE SCHEMA"))]
    dump.write_text("\n".join(lines))
    (filled / ".moving").unlink()
    return QUICK.format(file=str(dump))


def _address(url: str, database: str) -> str:
    """Return the address of another database of the server of `url`."""
    return re.sub(r"/[^/?]+\?", f"/{database}?", url, count=1)


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    # Static files are many and are only read.
    shutil.copytree(filled, tmp_path / "newsroom", ignore=shutil.ignore_patterns("static", "pages.lmdb"))
    (tmp_path / "newsroom" / "static").symlink_to(filled / "static")
    return tmp_path / "newsroom"


def _rows(home: Path) -> list[str]:
    """The whole SQLite database as statements."""
    with closing(sqlite3.connect(home / "db.sqlite3")) as database:
        database.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        return list(database.iterdump())


def _change(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / "db.sqlite3", isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def _tables(url: str) -> list[str]:
    with psycopg.connect(url) as database:
        found = database.execute("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname !~ '^pg_'")
        return [row[0] for row in found if not row[0].startswith("information_schema.")]


def _run(home: Path, url: str, patch: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command with `patch` put into its process first."""
    words = ["move-database", "--home", str(home), "--to", url]
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(patch=patch), *words],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def _refused(home: Path, url: str, patch: str = "") -> str:
    """Run a move that is refused; return what it said, having seen that nothing changed at home."""
    configuration, rows = (home / "standfirst.toml").read_bytes(), _rows(home)
    done = _run(home, url, patch)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("standfirst: ")
    assert (home / "standfirst.toml").read_bytes() == configuration
    assert _rows(home) == rows
    return done.stderr


def test_everything_moves_and_comes_back(home: Path, empty_database: str) -> None:
    (home / "standfirst.toml").write_text((home / "standfirst.toml").read_text() + "\n# A note of our own.\n")
    configuration, rows, contents = (home / "standfirst.toml").read_text(), _rows(home), _contents(home)
    assert len(contents) > 80
    done = _run(home, empty_database)
    assert done.returncode == 0, done.stderr
    assert "counts and checksums are the same on both sides" in done.stdout
    assert f'database_url = "{empty_database}"' in (home / "standfirst.toml").read_text()
    assert "# A note of our own." in (home / "standfirst.toml").read_text()
    assert _rows(home) == rows
    assert not (home / ".moving").exists()
    assert {name.partition(".")[0] for name in _tables(empty_database)} == {"public"}
    assert "PostgreSQL" in command("doctor", home=home)
    command("manage", "check", "--database", "default", home=home)
    assert "the newsroom is on PostgreSQL already" in _run(home, empty_database).stderr
    _ids_go_on(empty_database)
    _corrections_are_kept(empty_database)
    _every_column_of_this_version_can_be_moved(empty_database)
    with psycopg.connect(empty_database) as database:
        assert database.execute("SELECT count(*) FROM wagtailsearch_indexentry").fetchone() > (5,)
        for table in ("story_search_publicdocument", "story_search_staffdocument"):
            rows = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own names
            indexed = f"SELECT count(*) FROM {table}_index WHERE keys @@ $$'#0tnews'$$"  # noqa: S608 - the same
            assert database.execute(indexed).fetchone() == rows != (0,)
    (home / "db.sqlite3").unlink()
    back = _run(home, "sqlite")
    assert back.returncode == 0, back.stderr
    assert (home / "standfirst.toml").read_text() == configuration.replace('# database_url = ""', 'database_url = ""')
    assert _tables(empty_database)
    assert _contents(home) == contents
    assert "SQLite, sound" in command("doctor", home=home)


def _ids_go_on(url: str) -> None:
    with psycopg.connect(url) as database:
        newest = database.execute("SELECT max(id) FROM taggit_tag").fetchone()
        given = database.execute("INSERT INTO taggit_tag (name, slug) VALUES ('a', 'a') RETURNING id").fetchone()
        assert newest is not None
        assert given == ((newest[0] or 0) + 1,)
        database.rollback()


def _every_column_of_this_version_can_be_moved(url: str) -> None:
    with psycopg.connect(url) as database:
        columns = database.execute(
            "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_class c JOIN pg_attribute a "
            "ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert len(columns) > 400
    assert [column for column in columns if column[0] not in BUILT_ANEW and kind_of(column[2]) is None] == []


def _corrections_are_kept(url: str) -> None:
    """The trigger of the table came along, and is armed."""
    with psycopg.connect(url) as database:
        armed = database.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        ).fetchall()
    assert [enabled for name, enabled in armed if name.startswith("stories_correction_")] == ["O", "O"]


def _contents(home: Path) -> dict[str, list[str]]:
    """Every row of every table but search's own, JSON as data: PostgreSQL keeps it with spaces and order of its own."""
    with closing(sqlite3.connect(home / "db.sqlite3")) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        own = ("wagtailsearch", "sqlite_", *(name for name in BUILT_ANEW if name.startswith("story_search")))
        kept = [name for name in names if not name.startswith(own)]
        rows = {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in kept}  # noqa: S608
    return {
        name: sorted(json.dumps([_data(value) for value in row], sort_keys=True) for row in rows[name]) for name in kept
    }


def _data(value: object) -> object:
    is_json = isinstance(value, str) and value.startswith(("[", "{"))
    return json.loads(str(value)) if is_json else value


@pytest.mark.long
@pytest.mark.parametrize(
    "patch",
    [
        f"move_database.copy_tables = {DIE}",
        f"move_database.verify = {DIE}",
        f"move_database.replace_text = {DIE}",
    ],
)
def test_a_move_that_is_killed_changes_nothing_and_the_next_one_starts_clean(
    patch: str, home: Path, empty_database: str, quick: str
) -> None:
    configuration, rows = (home / "standfirst.toml").read_bytes(), _rows(home)
    assert _run(home, empty_database, quick + patch).returncode == -9
    assert (home / "standfirst.toml").read_bytes() == configuration
    assert _rows(home) == rows
    assert _tables(empty_database) != []
    assert _run(home, empty_database, quick).returncode == 0
    assert {name.partition(".")[0] for name in _tables(empty_database)} == {"public"}


@pytest.mark.long
def test_a_move_that_is_killed_after_its_last_step_has_happened(home: Path, empty_database: str, quick: str) -> None:
    assert _run(home, empty_database, f"{quick}PostgresqlTarget.finish = {DIE}").returncode == -9
    assert "PostgreSQL" in command("doctor", home=home)
    tables = _tables(empty_database)
    assert "the newsroom is on PostgreSQL already" in _run(home, empty_database).stderr
    assert _tables(empty_database) == tables


@pytest.mark.long
def test_another_newsroom_never_takes_a_moved_one_away(
    home: Path, tmp_path: Path, empty_database: str, quick: str
) -> None:
    """A copy of the old home, made before the move, finds the database full: also when the move left its mark."""
    shutil.copytree(home, tmp_path / "copy")
    assert _run(home, empty_database, f"{quick}PostgresqlTarget.finish = {DIE}").returncode == -9
    tables = _tables(empty_database)
    assert "not empty" in _refused(tmp_path / "copy", empty_database)
    assert _tables(empty_database) == tables


@pytest.mark.long
def test_a_failure_between_the_tables_and_the_configuration_takes_them_back(
    home: Path, empty_database: str, quick: str
) -> None:
    patch = "def fail(*_a):\n    raise move_database.Refusal('the disk is full.')\nmove_database.replace_text = fail"
    assert "the disk is full" in _refused(home, empty_database, quick + patch)
    assert _tables(empty_database) == []
    with psycopg.connect(empty_database) as database:
        assert database.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'standfirst_moving'").fetchone() is None


@pytest.mark.long
def test_rows_that_arrive_otherwise_stop_the_move(home: Path, empty_database: str, quick: str) -> None:
    patch = (
        "original = move_database.verify\n"
        "def damage(tables, target, sums, progress):\n"
        "    target.execute(\"UPDATE wagtailcore_page SET title = 'Another' WHERE id = 1\")\n"
        "    original(tables, target, sums, progress)\n"
        "move_database.verify = damage"
    )
    assert "the table wagtailcore_page did not arrive as it was" in _refused(home, empty_database, quick + patch)
    assert _tables(empty_database) == []


@pytest.mark.long
def test_values_that_postgresql_refuses_are_told_and_nothing_is_done(
    home: Path, empty_database: str, quick: str
) -> None:
    _change(
        home,
        "UPDATE wagtailcore_page SET seo_title = 'a' || char(0) || 'b' WHERE id = 1",
        "UPDATE wagtailcore_page SET search_description = CAST(x'ff' AS TEXT) WHERE id = 1",
        "UPDATE wagtailcore_page SET slug = printf('%300d', 7) WHERE id = 1",
    )
    said = _refused(home, empty_database, quick)
    assert said.splitlines()[0].startswith("standfirst: 3 values cannot be moved; correct them")
    assert sorted(said.splitlines()[1:]) == [
        "wagtailcore_page, id 1, search_description: the value holds bytes that are no UTF-8 text",
        "wagtailcore_page, id 1, seo_title: the value holds a NUL character",
        "wagtailcore_page, id 1, slug: the value has 300 characters, and 255 are allowed",
    ]
    assert _tables(empty_database) == []


def test_a_row_that_names_one_that_is_gone_is_told(home: Path, empty_database: str) -> None:
    _change(home, "UPDATE stories_byline SET contributor_id = 999", "UPDATE wagtailcore_site SET root_page_id = 999")
    said = _refused(home, empty_database)
    assert "1 rows name another row that is not there" in said
    assert re.search(r"^wagtailcore_site, row \d+: its wagtailcore_page is missing$", said, re.MULTILINE)
    assert _tables(empty_database) == []


def test_a_newsroom_that_is_being_served_stays_where_it_is(home: Path, empty_database: str) -> None:
    with hold_home(home):
        assert "is being served already" in _refused(home, empty_database)
    assert _tables(empty_database) == []


def test_a_newsroom_that_somebody_writes_to_stays_where_it_is(home: Path, empty_database: str) -> None:
    with closing(sqlite3.connect(home / "db.sqlite3", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        patch = "import standfirst.cli.moving.sqlite as module; module.PATIENCE = 0.1"
        assert "something writes to the newsroom's database" in _refused(home, empty_database, patch)
    assert _tables(empty_database) == []


def test_an_older_newsroom_is_upgraded_first(home: Path, empty_database: str) -> None:
    _change(home, "DELETE FROM django_migrations WHERE app = 'usersessions'")
    assert "run `standfirst upgrade --home" in _refused(home, empty_database)
    assert _tables(empty_database) == []


def test_a_database_that_is_in_use_is_not_touched(home: Path, empty_database: str) -> None:
    with psycopg.connect(empty_database) as database:
        database.execute("CREATE TABLE recipe (name text)")
    assert "the database is not empty" in _refused(home, empty_database)
    assert _tables(empty_database) == ["public.recipe"]


def test_a_schema_that_no_move_made_is_not_touched(home: Path, empty_database: str) -> None:
    with psycopg.connect(empty_database) as database:
        database.execute("CREATE SCHEMA standfirst_moving")
        database.execute("CREATE TABLE standfirst_moving.recipe (name text)")
    assert "has a schema standfirst_moving that no move made" in _refused(home, empty_database)
    assert _tables(empty_database) == ["standfirst_moving.recipe"]


def test_a_database_that_another_move_fills_is_left_to_it(home: Path, empty_database: str) -> None:
    with psycopg.connect(empty_database) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [0x5354464D])
        patch = "import standfirst.cli.moving.postgresql as module; module.PATIENCE = '100ms'"
        assert "another move into this database is under way" in _refused(home, empty_database, patch)


def test_a_role_that_may_make_no_tables_is_told_what_it_lacks(home: Path, empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as database:
        database.execute("DROP ROLE IF EXISTS guest")
        database.execute("CREATE ROLE guest LOGIN")
        assert "the role guest may not make tables" in _refused(home, empty_database.replace("standfirst@", "guest@"))
        database.execute("DROP ROLE guest")


def test_a_database_in_another_encoding_is_refused(home: Path, empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as database:
        database.execute("DROP DATABASE IF EXISTS latin")
        database.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        name = database.info.dbname
        assert "is encoded in LATIN1" in _refused(home, empty_database.replace(f"/{name}?", "/latin?"))
        database.execute("DROP DATABASE latin")


def test_a_server_that_is_not_there_or_too_old_is_refused(home: Path, empty_database: str) -> None:
    assert "cannot be reached" in _refused(home, "postgresql://news:secret@127.0.0.1:1/paper")
    assert "secret" not in _refused(home, "postgresql://news:secret@127.0.0.1:1/paper")
    patch = (
        "from django.db.backends.postgresql.features import DatabaseFeatures\n"
        "DatabaseFeatures.minimum_database_version = (99,)"
    )
    assert "PostgreSQL 99 or later is required" in _refused(home, empty_database, patch)


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("sqlite", "the newsroom is on SQLite already"),
        ("", "--to is empty"),
        ("mysql://x/y", "--to cannot be its value: leave it empty"),
        ("postgresql://x", "--to cannot be its value"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(to: str, said: str, home: Path) -> None:
    assert said in _refused(home, to)


def test_a_variable_that_goes_over_the_configuration_is_in_the_way(home: Path, empty_database: str) -> None:
    done = run_command("move-database", "--home", home, "--to", empty_database, STANDFIRST_DATABASE_URL=empty_database)
    assert done.returncode == 2
    assert "STANDFIRST_DATABASE_URL is set" in done.stderr
    assert _tables(empty_database) == []
