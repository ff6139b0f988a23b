"""A newsroom's life by the real commands: made, examined, backed up, restored elsewhere, and the same on every page."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import run_command, snapshot

# Runs inside the newsroom: makes a story with a picture, then answers every public page.
FILL = """
from tests import factories
from standfirst.stories.models import Edition
for edition in Edition.objects.all():
    section = factories.section(edition, "Caucasus " + edition.slug)
    factories.story(section, "Trains to the south", lead_picture=factories.picture("Rails"))
"""
READ = """
import hashlib, json
from django.test import Client
from wagtail.models import Page
client = Client(SERVER_NAME="127.0.0.1")
pages = {}
for page in Page.objects.live().filter(depth__gt=1).order_by("path"):
    answer = client.get(page.get_url())
    pages[page.get_url()] = [answer.status_code, hashlib.sha256(answer.content).hexdigest()]
print(json.dumps(pages))
"""
# A minute of real commands: not among the unit tests, but with the journeys.
pytestmark = pytest.mark.journey
ROOT = Path(__file__).resolve().parents[2]


def _done(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    done = run_command(*words, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A newsroom in two languages, made by `standfirst init`, with stories in it."""
    home = tmp_path_factory.mktemp("life") / "newsroom"
    words = ["--name", "Ridgeline", "--admin-email", "first@ridgeline.example", "--language", "ru", "--language", "en"]
    made = _done("init", "--home", home, *words, "--time-zone", "Asia/Tbilisi")
    password = made.stdout.split("with the password ")[1].split()[0]
    (home.parent / "password").write_text(password)
    _done("manage", "--home", home, "shell", "-c", FILL, PYTHONPATH=f"{ROOT / 'src'}:{ROOT}")
    return home


def _pages(home: Path) -> dict[str, list[object]]:
    lines = _done("manage", "--home", home, "shell", "-c", READ).stdout.splitlines()
    pages = json.loads(lines[-1])
    assert isinstance(pages, dict)
    return pages


def test_init_makes_a_private_home_with_the_editions_in_their_order(newsroom: Path) -> None:
    assert newsroom.stat().st_mode & 0o777 == 0o700
    for name in ("standfirst.toml", "secret.key", "db.sqlite3"):
        assert (newsroom / name).stat().st_mode & 0o777 == 0o600
    assert 'language = "ru"' in (newsroom / "standfirst.toml").read_text()
    pages = _pages(newsroom)
    assert pages["/ru/"][0] == pages["/en/"][0] == 200
    assert not list(newsroom.parent.glob(".*unfinished"))


def test_the_printed_password_signs_the_administrator_in(newsroom: Path) -> None:
    password = (newsroom.parent / "password").read_text()
    check = (
        "from django.contrib.auth import authenticate;"
        f"person = authenticate(username='first@ridgeline.example', password='{password}');"
        "print('may', person.has_perm('accounts.add_user'))"
    )
    assert "may True" in _done("manage", "--home", newsroom, "shell", "-c", check).stdout


def test_the_doctor_finds_no_problem(newsroom: Path) -> None:
    assert "No problems." in _done("doctor", "--home", newsroom).stdout


def test_a_restored_newsroom_is_the_same_on_every_page(newsroom: Path, tmp_path: Path) -> None:
    archive, again = tmp_path / "backup.tar", tmp_path / "again"
    _done("backup", "--home", newsroom, "--to", archive)
    _done("restore", archive, "--home", again)
    before, after = _pages(newsroom), _pages(again)
    assert len(before) > 20
    assert [one for one in before.values() if one[0] != 200 and one != before["/"]] == []
    assert after == before
    for name in ("media", "standfirst.toml", "secret.key"):
        assert _content(again / name) == _content(newsroom / name)


def _content(path: Path) -> object:
    return snapshot(path) if path.is_dir() else path.read_bytes()


def test_overwriting_keeps_the_old_newsroom_beside_it(newsroom: Path, tmp_path: Path) -> None:
    archive, other = tmp_path / "backup.tar", tmp_path / "other"
    _done("backup", "--home", newsroom, "--to", archive)
    shutil.copytree(newsroom, other)
    (other / "media/only-here.png").write_bytes(b"old")
    _done("restore", archive, "--home", other, "--overwrite")
    kept = list(tmp_path.glob("other.before-*"))
    assert len(kept) == 1
    assert (kept[0] / "media/only-here.png").read_bytes() == b"old"
    assert not (other / "media/only-here.png").exists()


def test_a_database_from_a_newer_version_is_refused(newsroom: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer"
    shutil.copytree(newsroom, newer)
    database = sqlite3.connect(newer / "db.sqlite3")
    database.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('stories', '9999_later', '2030-01-01')"
    )
    database.commit()
    database.close()
    for command in ("serve", "upgrade"):
        refused = run_command(command, "--home", newer, *(["--port", "8119"] if command == "serve" else []))
        assert refused.returncode == 2
        assert "comes from a newer version of Standfirst (it has stories.9999_later)" in refused.stderr
        assert "Traceback" not in refused.stderr


@pytest.mark.long
def test_serve_refuses_an_older_database_and_upgrade_helps(newsroom: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(newsroom, older)
    _done("manage", "--home", older, "migrate", "usersessions", "zero")
    refused = run_command("serve", "--home", older, "--port", "8119")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "run `standfirst upgrade" in refused.stderr
    assert "Upgraded: database" in _done("upgrade", "--home", older).stdout
    assert "at this version already" in _done("upgrade", "--home", older).stdout
