"""Whether database and static files are those of this version, and making them so. Needs Django loaded."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from standfirst.cli.errors import Refusal

STATIC_STAMP = "static.stamp"
STATIC_MANIFEST = "staticfiles.json"
STATIC_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class MigrationState:
    """Which migrations the database lacks, which it has that this version does not know, and whether it has none."""

    unapplied: list[str]
    unknown: list[str]
    empty: bool = False


def migration_state(alias: str = "default") -> MigrationState:
    """Compare the database that Django calls `alias` with the migrations of this version.

    Raises Refusal when the database cannot be read.
    """
    from django.db import DatabaseError, connections
    from django.db.migrations.loader import MigrationLoader

    try:
        loader = MigrationLoader(connections[alias])
        applied = set(loader.applied_migrations)
    except DatabaseError as error:
        raise Refusal(f"the database cannot be read ({error}); `standfirst doctor` says more.") from error
    known = set(loader.disk_migrations)
    ours = {app for app, _name in known}
    # A squashed migration stands for those it replaces, and an app that was removed may leave rows behind.
    unapplied = set(loader.graph.nodes) - applied
    replaced = {old for migration in loader.disk_migrations.values() for old in migration.replaces}
    unknown = {key for key in applied - known - replaced if key[0] in ours}
    return MigrationState(_names(unapplied), _names(unknown), empty=not applied)


def _names(keys: set[tuple[str, str]]) -> list[str]:
    return sorted(f"{app}.{name}" for app, name in keys)


def refuse_newer_database(alias: str = "default") -> MigrationState:
    """Return the state of the migrations.

    Raises Refusal when the database comes from a newer version, or is empty: migrating that would make an empty site
    of a newsroom that went missing.
    """
    state = migration_state(alias)
    if state.empty:
        raise Refusal("the database holds no newsroom; check database_url, or bring it back with `standfirst restore`.")
    if state.unknown:
        raise Refusal(
            f"the database comes from a newer version of Standfirst (it has {state.unknown[-1]}); install that "
            "version, or restore a backup made with this one."
        )
    return state


def refuse_unapplied(home: Path, alias: str = "default") -> None:
    """Raise Refusal unless the database is exactly at this version."""
    state = refuse_newer_database(alias)
    if state.unapplied:
        raise Refusal(
            f"the database is from an older version ({len(state.unapplied)} migrations are missing); make a backup, "
            f"then run `standfirst upgrade --home {home}`."
        )


def refuse_sandbox() -> None:
    """Raise Refusal when members of a site in production would be offered a payment account in which nobody pays."""
    from standfirst.payments.providers.sandbox.checks import check_mode

    for error in check_mode(None, databases=["default"]):
        raise Refusal(f"{error.msg} {error.hint}")


def migrate() -> None:
    """Bring the database to this version."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def follow_base_url(base_url: str) -> None:
    """Give Wagtail's default site the host and port of `base_url`: canonical addresses, feeds and mails use it."""
    from wagtail.models import Site

    address = urlsplit(base_url)
    host, port = address.hostname, address.port or {"http": 80, "https": 443}[address.scheme]
    site = Site.objects.filter(is_default_site=True).first()
    if site and (site.hostname, site.port) != (host, port):
        site.hostname, site.port = host, port
        site.save()


def collect_static(home: Path) -> bool:
    """Copy, hash and compress the static files into `home` unless they are there already; return whether it did.

    The stamp names every source file with its size and time, so that a second start costs one walk. The files are made
    beside their folder and moved in one by one, the manifest last: a site that is being served meanwhile never sees
    half a file. What only an earlier release has stays for `STATIC_KEPT`: pages that are still open refer to it.
    """
    from django.conf import settings

    stamp, root = home / STATIC_STAMP, Path(settings.STATIC_ROOT)
    fingerprint = _static_fingerprint()
    known = stamp.read_text().splitlines() if stamp.exists() else []
    if (root / STATIC_MANIFEST).exists() and known[:1] == [fingerprint]:
        return False
    with tempfile.TemporaryDirectory(prefix=".static-", dir=home) as scratch:
        made = _make_static(Path(scratch))
        for name in sorted(made, key=lambda name: (name == STATIC_MANIFEST, name)):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(scratch) / name).replace(root / name)
    _let_go(root, made=made, before=set(known[1:]))
    partial = stamp.with_suffix(".new")
    partial.write_text("\n".join([fingerprint, *sorted(made)]))
    partial.replace(stamp)
    _know_static()
    return True


def _know_static() -> None:
    """Let this process know the files that were just made: it read the list of the ones before when it started."""
    from django.contrib.staticfiles.storage import staticfiles_storage

    storage: Any = staticfiles_storage
    storage.hashed_files, storage.manifest_hash = storage.load_manifest()


def _make_static(folder: Path) -> set[str]:
    """Collect this version's files into the empty `folder`; return their names."""
    from django.conf import settings
    from django.contrib.staticfiles.management.commands.collectstatic import Command
    from django.core.files.storage import storages
    from django.core.management import call_command

    command = Command()
    options = settings.STORAGES["staticfiles"]
    command.storage = storages.create_storage({**options, "OPTIONS": {"location": folder}})
    call_command(command, verbosity=0, interactive=False, stdout=io.StringIO())
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def _let_go(root: Path, *, made: set[str], before: set[str]) -> None:
    """Delete files of releases that were replaced long ago; those that are replaced now begin their time."""
    now = time.time()
    for file in [path for path in root.rglob("*") if path.is_file()]:
        name = file.relative_to(root).as_posix()
        if name in before - made:
            os.utime(file, (now, now))
        elif name not in made and now - file.stat().st_mtime > STATIC_KEPT.total_seconds():
            file.unlink()


def _static_fingerprint() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(json.dumps([name, stat.st_size, stat.st_mtime_ns]).encode())
    return digest.hexdigest()
