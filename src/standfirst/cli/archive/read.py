"""Reading an archive: first every byte is checked, then it is unpacked."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

from standfirst.cli.archive.manifest import (
    MANIFEST,
    MOST_MANIFEST_BYTES,
    POSTGRESQL_MEMBER,
    SQLITE_MEMBER,
    Entry,
    Manifest,
    is_allowed,
)
from standfirst.cli.errors import Refusal

CHUNK = 1024 * 1024
REMEDY = "take another backup"


def check_archive(file: Path) -> Manifest:
    """Read the whole archive and return its manifest.

    Raises Refusal when it is no archive of ours, cut off, altered, made by a newer version, or when a member has a
    path that leaves the home folder or is anything but a plain file.
    """
    try:
        with tarfile.open(file, "r:") as archive:
            found, manifest = _read_members(archive)
    except FileNotFoundError as error:
        raise Refusal(f"there is no archive {file}.") from error
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Refusal(f"{file} is no backup, or it is damaged ({error}); {REMEDY}.") from error
    if manifest is None:
        raise Refusal(f"{file} is cut off (its {MANIFEST} is missing); {REMEDY}.")
    _compare(found, manifest)
    return manifest


def _read_members(archive: tarfile.TarFile) -> tuple[dict[str, Entry], Manifest | None]:
    found: dict[str, Entry] = {}
    manifest = None
    for member in archive:
        if not is_allowed(member.name) or not member.isreg() or member.name in found or manifest:
            raise Refusal(f"the archive holds {member.name!r}, which no backup writes; it was altered: {REMEDY}.")
        if member.name == MANIFEST:
            manifest = _read_manifest(archive, member)
        else:
            found[member.name] = _checksum(archive, member)
    return found, manifest


def _read_manifest(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Manifest:
    handle = archive.extractfile(member)
    if handle is None or member.size > MOST_MANIFEST_BYTES:
        raise Refusal(f"the archive's {MANIFEST} is too big; {REMEDY}.")
    return Manifest.from_json(handle.read())


def _checksum(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Entry:
    digest, size = hashlib.sha256(), 0
    handle = archive.extractfile(member)
    while handle and (chunk := handle.read(CHUNK)):
        digest.update(chunk)
        size += len(chunk)
    return Entry(size, digest.hexdigest())


def _compare(found: dict[str, Entry], manifest: Manifest) -> None:
    for name in sorted(found.keys() | manifest.files.keys()):
        if found.get(name) != manifest.files.get(name):
            state = "is missing from" if name not in found else "is not as it was written to"
            raise Refusal(f"{name} {state} the archive; {REMEDY}.")
    database = SQLITE_MEMBER if manifest.database == "sqlite" else POSTGRESQL_MEMBER
    for name in (database, "home/standfirst.toml", "home/secret.key"):
        if name not in found:
            raise Refusal(f"the archive has no {name}; {REMEDY}.")


def unpack(file: Path, manifest: Manifest, home: Path) -> Path:
    """Unpack a checked archive into the empty folder `home`; return the database's file as it was stored.

    The bytes are compared once more, so that an archive that changed since it was checked is refused too.
    """
    database = home / "restored-database"
    with tarfile.open(file, "r:") as archive:
        for member in archive:
            if member.name == MANIFEST or member.name not in manifest.files:
                continue
            inside = member.name.startswith("home/")
            target = home / member.name.removeprefix("home/") if inside else database
            target.parent.mkdir(parents=True, exist_ok=True)
            if _write(archive, member, target) != manifest.files[member.name]:
                raise Refusal(f"{member.name} changed while it was unpacked; {REMEDY}.")
    return database


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> Entry:
    digest, size = hashlib.sha256(), 0
    handle = archive.extractfile(member)
    public = target.parent.name and member.name.startswith(("home/media/", "home/theme/"))
    with target.open("xb") as writer:
        while handle and (chunk := handle.read(CHUNK)):
            writer.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    target.chmod(0o644 if public else 0o600)
    return Entry(size, digest.hexdigest())
