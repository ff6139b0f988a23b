"""The folder `counts.lmdb`: three files a day, of which only the sums outlive midnight.

`DAY.totals` holds sums and nothing else. `DAY.visits` holds what tells beacons of one visit from others, as hashes
that are salted with `DAY.salt`. The salt stands in a file of its own and nowhere else; when the newsroom's day is
over it is overwritten, and both files are removed. Visits are written without waiting for the disk, so that after a
crash of the machine they are not to be trusted: their name says by which run of the machine they were written.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from standfirst.delivery.store.opening import boot

SALT_BYTES = 32
LOCK_SUFFIX = "-lock"
"""What LMDB appends for its own lock file."""
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\.(totals|salt|[0-9a-f]{8}\.visits)")


class Folder:
    """The files of counting, by day."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """Make the folder, for its owner alone."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def totals(self, day: date) -> Path:
        """The sums of `day`."""
        return self.path / f"{day.isoformat()}.totals"

    def visits(self, day: date) -> Path:
        """The hashes of `day`."""
        return self.path / f"{day.isoformat()}.{_run_of_machine()}.visits"

    def salt(self, day: date) -> bytes:
        """Return the salt of `day`; whichever process asks first makes it, of random bytes, readable by its owner."""
        path = self._salt(day)
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        made = self.path / f".{secrets.token_hex(8)}.new"
        try:
            made.touch(mode=0o600)
            made.write_bytes(secrets.token_bytes(SALT_BYTES))
            with contextlib.suppress(FileExistsError):
                os.link(made, path)  # another process may have been faster: then theirs holds
        finally:
            made.unlink(missing_ok=True)
        return path.read_bytes()

    def days_with_totals(self) -> list[date]:
        """The days whose sums are here, the oldest first."""
        return sorted(day for day, kind in self._found() if kind == "totals")

    def forget_visits_before(self, today: date) -> None:
        """Destroy the salts of all other days, and remove what was hashed with them."""
        found = list(self._found())
        for day, kind in found:
            if day != today and kind == "salt":
                destroy(self._salt(day))
        current = self.visits(today).name
        for day, kind in found:
            name = f"{day.isoformat()}.{kind}"
            if kind.endswith("visits") and name != current:
                remove_lmdb(self.path / name)

    def _salt(self, day: date) -> Path:
        return self.path / f"{day.isoformat()}.salt"

    def _found(self) -> Iterator[tuple[date, str]]:
        if not self.path.is_dir():
            return
        for name in os.listdir(self.path):
            if match := _NAME.fullmatch(name):
                with contextlib.suppress(ValueError):
                    yield date.fromisoformat(match[1]), match[2]


def _run_of_machine() -> str:
    return boot().hex()[:8]


def destroy(path: Path) -> None:
    """Overwrite a small file with random bytes, down to the disk, and remove it; nothing when it is gone."""
    with contextlib.suppress(FileNotFoundError), path.open("r+b") as file:
        file.write(secrets.token_bytes(max(SALT_BYTES, path.stat().st_size)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)


def remove_lmdb(path: Path) -> None:
    """Remove an LMDB file and its lock. Processes that still have it open keep it, unseen, until they close it."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + LOCK_SUFFIX).unlink(missing_ok=True)
