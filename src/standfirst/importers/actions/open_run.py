"""Begin an import, or find the one that was interrupted."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.db import transaction

from standfirst.accounts.models import User
from standfirst.importers.models import ImportRun


def digest_of(path: Path) -> str:
    """SHA-256 of the file at `path`, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@transaction.atomic
def open_run(
    *,
    path: Path,
    media: str,
    media_folder: str = "",
    mapping: str = "",
    name: str = "",
    dry_run: bool = False,
    started_by: User | None = None,
) -> tuple[ImportRun, bool]:
    """Return the run to work on, and whether it goes on with one that was interrupted.

    A run is taken up again when the same file was being imported with the same options and never finished.
    """
    values = {
        "file_digest": digest_of(path),
        "media": media,
        "media_folder": media_folder,
        "mapping": mapping,
        "dry_run": dry_run,
    }
    found = ImportRun.objects.filter(state=ImportRun.State.WORKING, **values).first()
    if found and not dry_run:
        found.file_path = str(path)
        found.save(update_fields=["file_path", "seen_at"])
        return found, True
    run = ImportRun(file_name=(name or path.name)[:250], file_path=str(path)[:500], started_by=started_by, **values)
    run.save()
    return run, False
