"""Bring a newsroom back from an archive that `standfirst backup` wrote.

Everything is checked first: checksums, names, the database, the version. A newsroom that is there already is never
touched without --overwrite, and then it is kept beside the restored one.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from standfirst.cli.archive.database import dump_postgresql, has_tables, load_postgresql, unpack_sqlite
from standfirst.cli.archive.manifest import Manifest
from standfirst.cli.archive.read import check_archive, unpack
from standfirst.cli.beside import folder_beside
from standfirst.cli.errors import Refusal
from standfirst.cli.home import DATABASE_FILE, find, required, start_django
from standfirst.cli.program import add_home
from standfirst.cli.readiness import collect_static, refuse_newer_database
from standfirst.cli.serving.start import hold_home


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `standfirst restore`."""
    add_home(parser)
    parser.add_argument("archive", type=Path, metavar="ARCHIVE", help="the file that `standfirst backup` wrote")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace the newsroom that is there; the old one is kept beside it"
    )


def run(options: argparse.Namespace) -> int:
    """Check, unpack beside the home folder, check the database, then move it into place."""
    folder = required(options.home)
    occupied = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if occupied and not options.overwrite:
        raise Refusal(f"{folder} is not empty; add --overwrite to replace it (the old one is kept), or name another.")
    print(f"Checking {options.archive} …", flush=True)
    manifest = check_archive(options.archive)
    _refuse_full_disk(folder, manifest)
    with _not_served(folder), folder_beside(folder, "restoring") as partial:
        unpacked = _unpack(options.archive, manifest, partial)
        state = refuse_newer_database() if manifest.database == "sqlite" else None
        if manifest.database != "sqlite":
            _restore_postgresql(unpacked, folder, overwrite=options.overwrite)
            state = refuse_newer_database()
        collect_static(partial)
        _close_database()
        kept = _move_aside(folder) if occupied else None
        partial.replace(folder)
    _report(folder, manifest, kept, outdated=bool(state and state.unapplied))
    return 0


def _refuse_full_disk(folder: Path, manifest: Manifest) -> None:
    parent = next(path for path in folder.parents if path.exists())
    needed = sum(entry.size for entry in manifest.files.values()) + manifest.database_size
    free = shutil.disk_usage(parent).free
    if free < needed:
        raise Refusal(f"{parent} has {free // 2**20} MB free and the newsroom needs {needed // 2**20} MB; free some.")


@contextmanager
def _not_served(folder: Path) -> Iterator[None]:
    """Hold the old newsroom's lock: one that is being served is never replaced."""
    if not folder.is_dir() or not any(folder.iterdir()):
        yield
        return
    with hold_home(folder):
        yield


def _unpack(archive: Path, manifest: Manifest, partial: Path) -> Path:
    """Fill `partial` and load Django on it; return the stored database, which SQLite's place has taken already."""
    stored = unpack(archive, manifest, partial)
    for name in ("media", "backups", "theme/templates"):
        (partial / name).mkdir(parents=True, exist_ok=True)
    if manifest.database == "sqlite":
        unpack_sqlite(stored, partial / DATABASE_FILE, manifest.database_size)
        stored.unlink()
    home = find(partial)
    if home.uses_sqlite != (manifest.database == "sqlite"):
        raise Refusal(
            f"the archive's database is {manifest.database} and its configuration names another; "
            "unset STANDFIRST_DATABASE_URL, or set it to where the newsroom shall live."
        )
    start_django(home)
    return stored


def _restore_postgresql(dump: Path, folder: Path, *, overwrite: bool) -> None:
    if has_tables():
        if not overwrite:
            raise Refusal("the PostgreSQL database is not empty; add --overwrite to replace it (a dump is kept).")
        kept = folder.with_name(f"{folder.name}.before-{_now()}.dump")
        dump_postgresql(kept)
        print(f"Kept what the database held before: {kept}")
    load_postgresql(dump)
    dump.unlink()


def _close_database() -> None:
    from django.db import connections

    connections.close_all()


def _now() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%SZ}"


def _move_aside(folder: Path) -> Path:
    kept = folder.with_name(f"{folder.name}.before-{_now()}")
    folder.rename(kept)
    return kept


def _report(folder: Path, manifest: Manifest, kept: Path | None, *, outdated: bool) -> None:
    print(f"Restored the newsroom of {manifest.made_at} (version {manifest.version}) to {folder}")
    if kept:
        print(f"Kept the newsroom that was there: {kept}")
    command = "upgrade" if outdated else "serve"
    print(f"Next:  standfirst {command} --home {folder}")
