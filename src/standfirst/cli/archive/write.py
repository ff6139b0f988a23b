"""Writing an archive while the site runs."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from standfirst import __version__
from standfirst.cli.archive.database import copy_sqlite, dump_postgresql
from standfirst.cli.archive.manifest import (
    FILES,
    FOLDERS,
    MANIFEST,
    POSTGRESQL_MEMBER,
    SQLITE_MEMBER,
    Entry,
    Manifest,
)
from standfirst.cli.errors import Refusal
from standfirst.cli.home import Home


class _Counting(io.RawIOBase):
    """Reads through to a file, and keeps the checksum of what went by."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.sha256.update(data)
        return data


def write_archive(home: Home, target: Path) -> Manifest:
    """Write everything `home` owns to `target`, which appears only when it is whole; return its manifest.

    The database is copied first: what it names is in the media folder then, and a picture that is uploaded meanwhile
    is only one file too many.
    """
    _refuse_full_disk(home, target)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as scratch:
        partial = Path(scratch) / "archive.tar"
        manifest = _new_manifest(home)
        with tarfile.open(partial, "w", format=tarfile.PAX_FORMAT) as archive:
            _add_database(archive, manifest, home, Path(scratch))
            for name, file in _owned_files(home.path):
                _add(archive, manifest, f"home/{name}", file)
            _add_manifest(archive, manifest)
        partial.chmod(0o600)
        with partial.open("rb") as handle:
            os.fsync(handle.fileno())
        partial.replace(target)
    return manifest


def _new_manifest(home: Home) -> Manifest:
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(version=__version__, made_at=made_at, database="sqlite" if home.uses_sqlite else "postgresql")


def _refuse_full_disk(home: Home, target: Path) -> None:
    needed = sum(file.stat().st_size for _name, file in _owned_files(home.path))
    if home.uses_sqlite:
        needed += 2 * home.database.stat().st_size
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        raise Refusal(
            f"{target.parent} has {free // 2**20} MB free and the backup may need {needed // 2**20} MB; "
            "free some space, or write it elsewhere with --to."
        )


def _owned_files(home: Path) -> Iterator[tuple[str, Path]]:
    """Name every file that belongs into a backup, relative to `home`; links are left out."""
    for name in FILES:
        if (home / name).is_file():
            yield name, home / name
    for folder in FOLDERS:
        for file in sorted((home / folder).rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield file.relative_to(home).as_posix(), file


def _add_database(archive: tarfile.TarFile, manifest: Manifest, home: Home, scratch: Path) -> None:
    if home.uses_sqlite:
        copy = scratch / SQLITE_MEMBER
        manifest.database_size = copy_sqlite(home.database, copy)
    else:
        copy = scratch / POSTGRESQL_MEMBER
        manifest.database_size = dump_postgresql(copy)
    _add(archive, manifest, copy.name, copy)
    copy.unlink()


def _add(archive: tarfile.TarFile, manifest: Manifest, name: str, file: Path) -> None:
    """Add one file and note its checksum; a picture deleted since the folder was listed is left out."""
    try:
        handle = file.open("rb")
    except FileNotFoundError:
        return
    with handle:
        info = archive.gettarinfo(arcname=name, fileobj=handle)
        info.mode, info.uid, info.gid, info.uname, info.gname = 0o600, 0, 0, "", ""
        counting = _Counting(handle)
        archive.addfile(info, counting)
    manifest.files[name] = Entry(info.size, counting.sha256.hexdigest())


def _add_manifest(archive: tarfile.TarFile, manifest: Manifest) -> None:
    data = manifest.to_json()
    info = tarfile.TarInfo(MANIFEST)
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, io.BytesIO(data))
