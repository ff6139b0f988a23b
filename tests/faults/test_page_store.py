"""The page store is deleted, cut off, overwritten or out of reach while the newsroom is being read."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.newsroom import Newsroom

STORE = "pages.lmdb"
DATA, LOCK, SEQUENCE = f"{STORE}/data.mdb", f"{STORE}/lock.mdb", f"{STORE}/sequence"
Damage = Callable[[Path], None]


def delete_all(home: Path) -> None:
    """Delete what is there: the workers notice and make it anew while this is still under way."""
    shutil.rmtree(home / STORE, ignore_errors=True)


def delete(name: str) -> Damage:
    return lambda home: (home / name).unlink()


def cut(name: str, share: float) -> Damage:
    def damage(home: Path) -> None:
        os.truncate(home / name, int((home / name).stat().st_size * share) // 4096 * 4096)

    return damage


def overwrite(name: str, *, after: int = 0, every: int = 1) -> Damage:
    """Write noise over the pages of a file that come `after` so many; `every` n-th of them."""

    def damage(home: Path) -> None:
        noise = random.Random(11)  # noqa: S311 - the same noise in every run
        size = (home / name).stat().st_size
        with (home / name).open("r+b", buffering=0) as file:
            for start in range(after * 4096, size, 4096 * every):
                file.seek(start)
                file.write(noise.randbytes(min(4096, size - start)))

    return damage


FAULTS = {
    "the folder is deleted": delete_all,
    "the data are deleted": delete(DATA),
    "the lock file is deleted": delete(LOCK),
    "the sequence is deleted": delete(SEQUENCE),
    "the data are emptied": cut(DATA, 0),
    "the data lose their second half": cut(DATA, 0.5),
    "the lock file is emptied": cut(LOCK, 0),
    "the sequence is emptied": cut(SEQUENCE, 0),
    "the data are all noise": overwrite(DATA),
    "the data behind the first pages are noise": overwrite(DATA, after=2),
    "every fifth page of the data is noise": overwrite(DATA, after=2, every=5),
    "the sequence is noise": overwrite(SEQUENCE),
    "the lock file is noise": overwrite(LOCK),
}


QUICK = ("the folder is deleted", "the data behind the first pages are noise")


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.long) for name in FAULTS]
)
def test_readers_notice_nothing(newsroom: Newsroom, fault: str) -> None:
    before = newsroom.web_workers
    assert len(before) == 2
    with newsroom.reader() as reader:
        reader.go_on(0.5)
        FAULTS[fault](newsroom.home)
        newsroom.heals(within=20)
        reader.go_on(0.5)
    reader.check(within=5)
    assert newsroom.web_workers == before, newsroom.log[-3000:]
