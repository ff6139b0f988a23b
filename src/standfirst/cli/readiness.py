"""Whether database and static files are those of this version, and making them so. Needs Django loaded."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from standfirst.cli.errors import Refusal

STATIC_STAMP = "static.stamp"


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

    The stamp names every source file with its size and time, so that a second start costs one walk.
    """
    from django.conf import settings
    from django.core.management import call_command

    stamp = home / STATIC_STAMP
    fingerprint = _static_fingerprint()
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, stdout=io.StringIO())
    stamp.write_text(fingerprint)
    return True


def _static_fingerprint() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(json.dumps([name, stat.st_size, stat.st_mtime_ns]).encode())
    return digest.hexdigest()
