"""Renewals in processes that are killed at any step, and in many at the same time: one payment for each period."""

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
ONCE = {
    "charges": 2,
    "keys": 1,
    "payments": 2,
    "periods": 2,
    "renewals": ["settled"],
    "state": "active",
    "is_due": False,
}


def run(verb: str, database: str, folder: Path) -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "tests.membership.process_settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "TESTED_DATABASE": database,
        "TESTED_PROVIDER": str(folder / "provider.sqlite3"),
    }
    command = [sys.executable, "-m", "tests.membership.renewing_process", verb]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database(request: pytest.FixtureRequest, tmp_path: Path, db: None) -> str:
    """A migrated database of its own: the path of a file, or an address."""
    if request.param == "postgresql":
        address: str = request.getfixturevalue("empty_database")
        run("prepare", address, tmp_path)
        return address
    file = tmp_path / "db.sqlite3"
    cached = CACHE / f"migrated-{_migrations_digest()}.sqlite3"
    if cached.exists():
        shutil.copy(cached, file)
    else:  # the suite itself is on PostgreSQL
        file.touch()
        run("prepare", str(file), tmp_path)
    return str(file)


@pytest.mark.whole
def test_a_renewal_that_is_killed_at_any_step_collects_once(database: str, tmp_path: Path) -> None:
    found: dict[str, Any] = json.loads(run("killed", database, tmp_path))
    assert found["kills"] >= 40
    assert len(found["outcomes"]) == found["kills"] + 1
    assert [outcome for outcome in found["outcomes"] if outcome != ONCE] == []
    assert found["faults"] == []


@pytest.mark.whole
def test_fifty_processes_at_once_collect_once(database: str, tmp_path: Path) -> None:
    found: dict[str, Any] = json.loads(run("parallel", database, tmp_path))
    assert found["statuses"] == [0] * 50
    assert [outcome for outcome in found["outcomes"] if outcome != ONCE] == []
    assert found["faults"] == []
