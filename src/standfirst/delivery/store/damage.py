"""Damage inside the data file: looked for in a process of its own, because it may end the process that finds it.

LMDB follows the page numbers it reads. In a file that something else has written to, they may lead outside of the
map, which ends the process with a signal. Without this look every new worker would end in the same way, again and
again. It is taken when a process died while it read, or when the last one ended without closing the store.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SECONDS = 30
"""After which the look counts as failed; an empty store is better than a site that does not start."""
_PROGRAM = """
import lmdb, sys
env = lmdb.open(sys.argv[1], readonly=True, max_dbs=64)
with env.begin(buffers=True) as transaction:
    for name in [bytes(name) for name in transaction.cursor().iternext(values=False)]:
        table = env.open_db(name, txn=transaction, create=False)
        for key, value in transaction.cursor(db=table):
            bytes(key), bytes(value[-1:])
"""


class Unusable(Exception):
    """The store can be neither opened nor made; the message names the file, the cause and the remedy."""


def walk(folder: Path) -> None:
    """Visit everything in the store in `folder`. Raises Unusable when that fails."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of our own
            [sys.executable, "-I", "-c", _PROGRAM, str(folder)], capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unusable(f"{folder} could not be looked through ({error})") from error
    if done.returncode:
        raise Unusable(f"{folder} is damaged inside (looking through it ended with {done.returncode})")
