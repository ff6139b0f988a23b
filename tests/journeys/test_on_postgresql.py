"""The demo newsroom moves to PostgreSQL: the same on every page, written and read there, and backed up from there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import OpenContext, fill_sign_in
from tests.journeys.editing import act, message
from tests.journeys.people import Person
from tests.journeys.serving import Served, command, wait_until
from tests.journeys.test_keeping import all_addresses, fetch

pytestmark = pytest.mark.long
PASSWORD = "ridgeline-demo"
STORY = "/en/azerbaijan/cop29-three-hundred-billion/"
HEADLINE = "Three hundred billion, at three in the morning"
NEW_HEADLINE = "Three hundred billion, before breakfast"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> tuple[Served, dict[str, bytes]]:
    """The demo newsroom on SQLite, stopped, and what each of its addresses answered."""
    site = Served(tmp_path_factory.mktemp("to-postgresql") / "newsroom", verb="demo").start()
    # A page shows more of a picture once its smaller forms are made.
    wait_until(lambda: _due_tasks(site.home) == 0, "the tasks of the demo", seconds=600)
    wait_until(lambda: _is_ready(site), "the demo to be ready")
    pages = {address: fetch(site, address) for address in all_addresses(site)}
    assert site.stop() == 0
    return site, pages


def _due_tasks(home: Path) -> int:
    """Count what the background process has still to do now, in a newsroom on SQLite."""
    with closing(sqlite3.connect(home / "db.sqlite3", timeout=20)) as database:
        (due,) = database.execute(
            "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING') "
            "AND (run_after <= datetime('now') OR run_after >= '9999-01-01')"
        ).fetchone()
    return int(due)


def _is_ready(site: Served) -> bool:
    try:
        return fetch(site, "/readyz") != b""
    except HTTPError:
        return False


@pytest.fixture(scope="module")
def moved(before: tuple[Served, dict[str, bytes]], moved_database: str) -> Iterator[Served]:
    """The same newsroom, moved and served again."""
    site, _pages = before
    said = command("move-database", "--to", moved_database, home=site.home)
    assert "counts and checksums are the same on both sides" in said
    site.start()
    wait_until(lambda: _is_ready(site), "the moved newsroom to be ready")
    yield site
    assert site.stop() == 0, site.log[-4000:]
    assert "Traceback" not in site.log, site.log[-8000:]


@pytest.fixture(scope="module")
def moved_database(postgresql_server: str) -> Iterator[str]:
    yield from _database(postgresql_server, f"moved_{os.getpid()}")


@pytest.fixture(scope="module")
def restored_database(postgresql_server: str) -> Iterator[str]:
    yield from _database(postgresql_server, f"restored_{os.getpid()}")


def _database(server: str, name: str) -> Iterator[str]:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_every_page_is_the_same(before: tuple[Served, dict[str, bytes]], moved: Served) -> None:
    _site, pages = before
    assert len(pages) > 100
    assert all_addresses(moved) == list(pages)
    assert [address for address, body in pages.items() if fetch(moved, address) != body] == []
    assert "No problems." in command("doctor", home=moved.home)


def test_a_story_is_found_written_and_read(moved: Served, open_context: OpenContext) -> None:
    page = open_context(moved).new_page()
    page.goto("/desk/")
    fill_sign_in(page, Person("publisher", "publisher@ridgeline.example", ""), PASSWORD)
    page.goto("/desk/pages/search/?q=three+hundred+billion")
    page.get_by_role("link", name=HEADLINE).first.click()
    page.get_by_role("textbox", name="Headline*").fill(NEW_HEADLINE)
    act(page, "Publish")
    expect(message(page)).to_contain_text("published")
    wait_until(lambda: NEW_HEADLINE.encode() in fetch(moved, STORY), "the new headline")
    assert NEW_HEADLINE.encode() in fetch(moved, "/en/azerbaijan/feed.xml")


def test_a_backup_brings_it_back_in_another_database(moved: Served, restored_database: str, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    command("backup", "--to", str(archive), home=moved.home)
    elsewhere = Served(tmp_path / "elsewhere", verb="demo")
    other = {"STANDFIRST_DATABASE_URL": restored_database}
    command("restore", str(archive), home=elsewhere.home, **other)
    file = elsewhere.home / "standfirst.toml"
    file.write_text(file.read_text().replace(f"/moved_{os.getpid()}?", f"/restored_{os.getpid()}?"))
    elsewhere.start()
    try:
        wait_until(lambda: _is_ready(elsewhere), "the restored newsroom to be ready")
        addresses = all_addresses(moved)
        assert all_addresses(elsewhere) == addresses
        assert [address for address in addresses if fetch(elsewhere, address) != fetch(moved, address)] == []
    finally:
        assert elsewhere.stop() == 0
    assert "add --overwrite" in command("restore", str(archive), home=tmp_path / "third", status=2, **other)
    command("restore", str(archive), "--overwrite", home=elsewhere.home)
    assert list(tmp_path.glob("elsewhere.before-*.dump"))
