"""What the tests of the command line share."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from standfirst.cli.making import write_home

ROOT = Path(__file__).resolve().parents[2]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _no_home_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("STANDFIRST_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def bare_home(tmp_path: Path) -> Path:
    """A home folder with configuration, secret key and an SQLite database with one small table of its own."""
    home = tmp_path / "newsroom"
    write_home(home, {"time_zone": "Asia/Tbilisi"})
    connection = sqlite3.connect(home / "db.sqlite3")
    connection.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
    connection.execute("CREATE TABLE story (headline TEXT)")
    connection.execute("INSERT INTO story VALUES ('Trains to the south')")
    connection.commit()
    connection.close()
    (home / "media/original_images").mkdir()
    (home / "media/original_images/პორტი.png").write_bytes(b"picture" * 1000)
    (home / "theme/templates/extra.html").write_text("ours")
    return home


def run_command(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `standfirst WORDS…` in a process of its own, without the test suite's settings."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("STANDFIRST_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "standfirst.cli", *map(str, words)],
        env={**inherited, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file under `folder` with its content."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
