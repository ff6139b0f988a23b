"""One import at a time in one newsroom. The lock is the operating system's: it ends with the process that held it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from standfirst.importers.wordpress.errors import ImportBusy

FOLDER = "imports"


def import_folder() -> Path:
    """Where uploads and reports of imports are kept, private to the newsroom; made when missing."""
    folder = Path(settings.HOME) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def only_import() -> Iterator[None]:
    """Hold the newsroom's import lock.

    Raises:
        ImportBusy: another process holds it.
    """
    with (import_folder() / "import.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ImportBusy("Another import is at work in this newsroom. Wait until it has finished.") from error
        yield
