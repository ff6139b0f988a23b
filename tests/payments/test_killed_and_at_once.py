"""What a kill at any step leaves behind is put right, and what happens at once has one outcome: on both databases."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import CACHE, _migrations_digest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.whole, pytest.mark.django_db]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The database of the newsroom apart: "" is an SQLite file in its folder, migrated already."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("empty_database"))
    cached = CACHE / f"migrated-{_migrations_digest()}.sqlite3"
    if cached.exists():
        shutil.copy(cached, tmp_path / "db.sqlite3")
    else:
        (tmp_path / "db.sqlite3").touch()
    return ""


def apart(folder: Path, verb: str, url: str) -> dict[str, Any]:
    """Run `verb` in a newsroom of its own; return what it says."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "APART_DATABASE_URL": url}
    environment.pop("TEST_DATABASE_URL", None)
    words = [sys.executable, "-m", "tests.money.apart", str(folder), verb]
    ran = subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert ran.returncode == 0, ran.stderr[-4000:]
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(("verb", "fewest"), [("kill-messages", 40), ("kill-refunds", 20)])
def test_killed_at_any_step_it_ends_where_it_would_have(
    tmp_path: Path, database_url: str, verb: str, fewest: int
) -> None:
    found = apart(tmp_path, verb, database_url)
    assert found["steps"] > fewest
    assert (found["wrong"], found["faults"]) == ([], [])


def test_fifty_at_once_have_one_outcome(tmp_path: Path, database_url: str) -> None:
    found = apart(tmp_path, "at-once", database_url)
    assert (found["failed"], found["hanging"]) == ([], 0)
    assert found["pledge"] == ["active", 1]
    assert found["payments"] == [["settled", 1200]]
    assert found["events"] == ["done"] * 10
    # Of 12.00 GEL two refunds of 5.00 are possible, and all others were refused.
    assert (found["refunds"], found["refunded"]) == ([["done", 500], ["done", 500]], 1000)
    assert found["faults"] == []
