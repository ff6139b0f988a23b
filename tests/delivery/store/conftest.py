"""A store in a folder of its own, entries to put there, and a second process that has the same store open."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from standfirst.delivery.store import Entry, PageStore

SOURCE = Path(__file__).resolve().parents[3] / "src"
SIZE = 16 * 1024 * 1024
_OTHER = """
import logging, os, sys, time
from pathlib import Path
from standfirst.delivery.store import *
logging.disable(logging.CRITICAL)
store = PageStore(Path(sys.argv[1]), size=int(sys.argv[2]), release="r1")
for line in sys.stdin:
    print(repr(eval(line)), flush=True)
store.close(clean=False)
"""


class Other:
    """Another process with the store of a folder."""

    def __init__(self, folder: Path, size: int = SIZE) -> None:
        command = [sys.executable, "-W", "error", "-c", _OTHER, str(folder), str(size)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PYTHONPATH": str(SOURCE)}, text=True
        )

    def ask(self, expression: str) -> Any:
        """Return what `expression` is in the other process, where `store` is the store."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(expression + "\n")
        self.process.stdin.flush()
        return ast.literal_eval(self.process.stdout.readline())

    def kill(self) -> None:
        """End the process as `kill -9` does."""
        self.process.kill()
        self.end()

    def end(self) -> None:
        """Let the process end, and close the pipes to it."""
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        self.process.wait(10)


@pytest.fixture
def other(folder: Path) -> Iterator[Callable[[], Other]]:
    """Start further processes; each ends with the test."""
    started: list[Other] = []

    def start() -> Other:
        started.append(Other(folder))
        assert started[-1].ask("store.state().lost") is False
        return started[-1]

    yield start
    for one in started:
        one.end()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pages.lmdb"


@pytest.fixture
def store(folder: Path) -> Iterator[PageStore]:
    store = PageStore(folder, size=SIZE, release="r1")
    yield store
    store.close(clean=False)


@pytest.fixture
def entry(store: PageStore) -> Callable[..., Entry]:
    """Make an entry that was rendered now; arguments go over its fields."""

    def make(body: bytes = b"<p>Good morning", **fields: Any) -> Entry:
        values: dict[str, Any] = {
            "status": 200,
            "headers": (("Content-Type", "text/html; charset=utf-8"),),
            "segments": (body,),
            "keys": ("story:1", "list:section:3"),
            "sequence": store.state().sequence,
            "rendered_at": 1_800_000_000.5,
            "modified_at": 1_800_000_000.25,
            "fresh_until": None,
            "release": "r1",
            "digest": b"digest",
        }
        return Entry(**values | fields)

    return make
