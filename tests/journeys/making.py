"""Newsrooms that are made once, and copied by every process that wants one of its own."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.journeys.serving import ROOT, command, prepare

CACHE = ROOT / ".cache"
SEEDS = ("src/standfirst/**/*.py", "src/standfirst/**/*.toml", "src/standfirst/**/*.md", "tests/journeys/*.py")
NOT_COPIED = shutil.ignore_patterns("pages.lmdb", "counts.lmdb", "run")


def copy_of(name: str, home: Path, make: Callable[[Path], None]) -> Path:
    """Copy the newsroom `name` to `home`, and return that; `make` makes it where no process has done so before."""
    CACHE.mkdir(exist_ok=True)
    folder = CACHE / f"{name}-{_recipe()}"
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            for older in CACHE.glob(f"{name}-*"):
                shutil.rmtree(older)
            partial = CACHE / f"{name}-unfinished.{os.getpid()}"
            make(partial / "newsroom")
            partial.rename(folder)
    shutil.copytree(folder / "newsroom", home, ignore=NOT_COPIED)
    return home


def plain_newsroom(home: Path) -> Path:
    """A newsroom as `standfirst init` makes it, in English and without stories."""
    return copy_of("plain", home, lambda new: _init(new, "--language", "en"))


def small_newsroom(home: Path) -> Path:
    """A newsroom in English and Russian with some stories and staff of each role."""
    return copy_of("small", home, _make_small)


def _make_small(home: Path) -> None:
    _init(home, "--language", "en", "--language", "ru", "--time-zone", "Asia/Tbilisi")
    prepare("tests.journeys.small_newsroom", home)


def _init(home: Path, *words: str) -> None:
    command("init", "--name", "Ridgeline", "--admin-email", "first@ridgeline.example", *words, home=home)


@cache
def _recipe() -> str:
    """Name what newsrooms are made by: anything else makes another one."""
    files = [file for seeds in SEEDS for file in ROOT.glob(seeds)]
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for file in sorted(files):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]
