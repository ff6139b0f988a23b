"""An import that is killed in the middle goes on where it was, and nothing of it is half there."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bench.wxr import write

from tests.journeys.making import plain_newsroom

pytestmark = pytest.mark.whole

POSTS = 250
BEFORE_THE_KILL = 60


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "standfirst.cli", *words, "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment())


def environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"} | {
        "PYTHONPATH": os.pathsep.join(sys.path)
    }


def count(home: Path, table: str, where: str = "1") -> int:
    with closing(sqlite3.connect(home / "db.sqlite3", timeout=30)) as database:
        return int(database.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])  # noqa: S608


def kill_in_the_middle(home: Path, file: Path) -> int:
    """Start the import, kill it as soon as some stories stand, and return how many stand then."""
    command = [sys.executable, "-m", "standfirst.cli", "import", "wordpress", str(file), "--no-media"]
    process = subprocess.Popen([*command, "--home", str(home)], env=environment(), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 90
    while count(home, "stories_article") < BEFORE_THE_KILL and process.poll() is None:
        assert time.monotonic() < deadline
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=30) == -signal.SIGKILL
    return count(home, "stories_article")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return plain_newsroom(tmp_path / "home")


def test_a_killed_import_goes_on_where_it_was(home: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "export.xml", POSTS)
    first = kill_in_the_middle(home, file)
    assert BEFORE_THE_KILL <= first < POSTS
    assert_whole(home, first)
    ids = pages(home)
    done = run(home, "import", "wordpress", str(file), "--no-media")
    assert done.returncode == 0, done.stderr
    assert "Going on where an interrupted import" in done.stdout
    assert_whole(home, POSTS)
    assert ids.items() <= pages(home).items()
    report: dict[str, Any] = json.loads((home / "imports" / "report-1.json").read_text())
    assert report["sums_match"] is True
    assert report["kinds"]["item/post"] == {"expected": POSTS, "in": POSTS, "remark": 0, "refused": 0}
    assert count(home, "importers_importrun") == 1
    assert count(home, "importers_importedobject", "links_pending") == 0


def pages(home: Path) -> dict[str, str]:
    """Number here by number there."""
    with closing(sqlite3.connect(home / "db.sqlite3", timeout=30)) as database:
        return dict(database.execute("SELECT old_id, object_pk FROM importers_importedobject WHERE kind = 'post'"))


def assert_whole(home: Path, stories: int) -> None:
    """Every story has its page, its revision, its lists, its record and its outcome."""
    assert count(home, "stories_article") == stories
    assert count(home, "wagtailcore_page", "id IN (SELECT page_ptr_id FROM stories_article)") == stories
    assert (
        count(home, "wagtailcore_page", "live_revision_id IS NULL AND id IN (SELECT page_ptr_id FROM stories_article)")
        == 0
    )
    assert count(home, "stories_listedstory", "list_key LIKE 'edition:%'") == stories
    assert count(home, "importers_importedobject", "kind = 'post'") == stories
    assert count(home, "importers_importitem", "element = 'item'") == stories
    children = (
        "(SELECT count(*) FROM wagtailcore_page AS child WHERE child.depth = parent.depth + 1 "
        "AND substr(child.path, 1, length(parent.path)) = parent.path)"
    )
    assert count(home, "wagtailcore_page AS parent", f"numchild != {children}") == 0
