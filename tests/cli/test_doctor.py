"""The doctor: what is wrong is found and has a remedy, and what is well is left in peace."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus as Status
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from standfirst.cli.commands.doctor import DJANGO_CHECKS, FOLDER_CHECKS
from standfirst.cli.examination import database, delivery, folder, money, nodes, search
from standfirst.cli.examination.finding import Finding, Grade
from standfirst.cli.home import Home, find
from standfirst.delivery.models import Purge
from standfirst.delivery.purging.position import Position, write_position
from standfirst.delivery.store import PageStore
from tests import factories
from tests.cli import sample_tasks

Check = Callable[[Home], Iterator[Finding]]


@pytest.fixture
def home(bare_home: Path) -> Home:
    return find(bare_home)


def _only(check: Check, home: Home) -> Finding:
    findings = list(check(home))
    assert len(findings) == 1, findings
    return findings[0]


def _with(home: Home, line: str) -> Home:
    with (home.path / "standfirst.toml").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    return find(home.path)


def test_a_sound_home_has_no_problem(home: Home) -> None:
    findings = [finding for check in FOLDER_CHECKS for finding in check(home)]
    assert [finding for finding in findings if finding.grade is Grade.PROBLEM] == []


@pytest.mark.parametrize("name", ["secret.key", "standfirst.toml", "db.sqlite3"])
def test_a_file_that_others_may_read_is_a_problem(home: Home, name: str) -> None:
    (home.path / name).chmod(0o640)
    finding = _only(folder.check_permissions, home)
    assert (finding.grade, finding.remedy) == (Grade.PROBLEM, f"chmod 600 {home.path / name}")


@pytest.mark.parametrize(("free", "grade"), [(10, Grade.PROBLEM), (500, Grade.NOTE), (5000, Grade.GOOD)])
def test_little_space_is_said(home: Home, free: int, grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil._ntuple_diskusage(10**12, 0, free * 2**20)  # type: ignore[attr-defined]
    monkeypatch.setattr(folder.shutil, "disk_usage", lambda _path: usage)
    assert _only(folder.check_disk, home).grade is grade


def test_a_missing_media_folder_is_a_problem(home: Home) -> None:
    shutil.rmtree(home.path / "media")
    assert _only(folder.check_media, home).grade is Grade.PROBLEM


def test_https_without_a_trusted_proxy_is_a_problem(home: Home) -> None:
    alone = _with(home, 'base_url = "https://news.example"')
    assert [one.subject for one in folder.check_configuration(alone) if one.grade is Grade.PROBLEM] == ["behind_proxy"]
    behind = _with(home, "behind_proxy = true")
    assert [one for one in folder.check_configuration(behind) if one.grade is Grade.PROBLEM] == []


def test_listening_beyond_loopback_without_https_is_a_problem(home: Home) -> None:
    assert list(database.check_exposure(home)) == []
    assert _only(database.check_exposure, _with(home, 'host = "0.0.0.0"')).grade is Grade.PROBLEM


def test_a_clock_behind_its_own_files_is_a_problem(home: Home) -> None:
    future = timezone.now().timestamp() + 3600
    os.utime(home.path / "standfirst.toml", (future, future))
    assert [one.subject for one in folder.check_clock(home) if one.grade is Grade.PROBLEM] == ["clock"]


def test_old_and_missing_backups_are_noted(home: Home) -> None:
    assert _only(folder.check_backups, home).found.startswith("none in")
    archive = home.path / "backups/a.tar"
    archive.touch()
    assert _only(folder.check_backups, home).grade is Grade.GOOD
    old = timezone.now().timestamp() - 9 * 86400
    os.utime(archive, (old, old))
    assert _only(folder.check_backups, home).found == "the newest is 9 days old"


def test_a_variable_that_overrules_the_file_is_noted(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(folder.check_environment(home)) == []
    monkeypatch.setenv("STANDFIRST_PORT", "1234")
    assert "STANDFIRST_PORT" in _only(folder.check_environment, home).found


@pytest.mark.django_db
def test_a_newsroom_without_edition_or_administrator_is_a_problem(home: Home) -> None:
    assert [one.subject for one in database.check_site(home)] == ["editions", "administrator"]
    factories.edition()
    factories.administrator()
    assert [one.grade for one in database.check_site(home)] == [Grade.GOOD]


@pytest.mark.django_db
def test_failed_stuck_and_waiting_tasks_are_found(home: Home, settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
    assert _only(database.check_tasks, home).grade is Grade.GOOD
    for word in ("failed", "stuck", "waiting"):
        sample_tasks.note.enqueue(word)
    failed, stuck, waiting = DBTaskResult.objects.order_by("enqueued_at")
    failed.set_failed(LookupError("no such picture"))
    long_ago = timezone.now() - timedelta(hours=3)
    DBTaskResult.objects.filter(pk=stuck.pk).update(status=Status.RUNNING, started_at=long_ago)
    DBTaskResult.objects.filter(pk=waiting.pk).update(enqueued_at=long_ago)
    findings = list(database.check_tasks(home))
    assert [one.grade for one in findings] == [Grade.PROBLEM, Grade.PROBLEM, Grade.NOTE]
    assert "LookupError: no such picture" in findings[0].found
    assert all(one.remedy for one in findings)


@pytest.mark.django_db
def test_lists_that_differ_from_the_stories_are_a_problem(home: Home) -> None:
    from standfirst.stories.models import Article, ListedStory

    article = factories.story(factories.section(factories.edition()))
    assert _only(database.check_listing, home).grade is Grade.GOOD
    ListedStory.objects.filter(article=article).delete()
    assert _only(database.check_listing, home).found.startswith("1 public stories are in no list")
    Article.objects.filter(pk=article.pk).update(live=False)
    assert _only(database.check_listing, home).grade is Grade.GOOD


def test_a_mail_server_that_does_not_answer_is_a_problem(home: Home, settings: Settings) -> None:
    class Refusing:
        def open(self) -> None:
            raise ConnectionRefusedError("refused")

    told = _with(home, 'mail_url = "smtp://mail.example"')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.mail.get_connection", lambda **_options: Refusing())
        finding = _only(database.check_mail, told)
    assert (finding.grade, finding.remedy) == (Grade.PROBLEM, "check mail_url.")


def test_every_check_is_run() -> None:
    written = {
        name
        for module in (folder, database, delivery, nodes, money, search)
        for name in vars(module)
        if name.startswith("check_")
    }
    assert {check.__name__ for check in [*FOLDER_CHECKS, *DJANGO_CHECKS]} == written


@pytest.fixture
def stored(home: Home) -> Home:
    """A home whose page store was opened once and closed in order."""
    PageStore(home.page_store, size=64 * 2**20, release="one").close()
    return home


def test_a_page_store_that_is_not_there_yet_is_only_noted(home: Home) -> None:
    assert _only(delivery.check_page_store, home).grade is Grade.NOTE
    assert not home.page_store.exists()


def test_a_sound_page_store_is_left_as_it_is(stored: Home) -> None:
    before = (stored.page_store / "data.mdb").read_bytes()

    finding = _only(delivery.check_page_store, stored)

    assert finding.grade is Grade.GOOD
    assert "of 1024 MB" in finding.found
    assert (stored.page_store / "data.mdb").read_bytes() == before


def test_a_damaged_page_store_is_found_and_not_touched(stored: Home) -> None:
    damaged = b"\xff" * 65536
    (stored.page_store / "data.mdb").write_bytes(damaged)

    finding = _only(delivery.check_page_store, stored)

    assert finding.grade is Grade.PROBLEM
    assert f"remove {stored.page_store}" in finding.remedy
    assert (stored.page_store / "data.mdb").read_bytes() == damaged


@pytest.mark.django_db
def test_changes_that_nobody_followed_for_a_while_are_noted(stored: Home) -> None:
    now = timezone.now()
    rows = [Purge.objects.create(created=now - timedelta(minutes=age), keys=["story:1"]) for age in (9, 5)]
    write_position(stored.page_store, Position(rows[0].pk, now.isoformat()))

    finding = _only(delivery.check_changes, stored)
    assert (finding.grade, finding.found.split(",")[0]) == (Grade.NOTE, "1 have not been followed here")

    write_position(stored.page_store, Position(rows[1].pk, now.isoformat()))
    assert _only(delivery.check_changes, stored).grade is Grade.GOOD
