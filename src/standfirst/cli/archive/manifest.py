"""What stands in an archive, with sizes and checksums."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath

from standfirst.cli.errors import Refusal

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE_MEMBER = "database.sqlite3.gz"
POSTGRESQL_MEMBER = "database.dump"
MOST_MANIFEST_BYTES = 512 * 1024 * 1024
# What of the home folder is the newsroom's own; the rest (static files, locks, other backups) is made anew.
FILES = ("standfirst.toml", "secret.key", "demo-sign-ins", "data-centres.txt")
FOLDERS = ("media", "theme")


@dataclass(frozen=True)
class Entry:
    """One member: its size in bytes and its SHA-256 as hexadecimal digits."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """All members of an archive but the manifest itself."""

    version: str
    made_at: str
    database: str
    database_size: int = 0
    format: int = FORMAT
    files: dict[str, Entry] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Return the manifest as the archive stores it."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Manifest:
        """Read a stored manifest. Raises Refusal when it is none, or of a newer form."""
        try:
            raw = json.loads(data)
            files = {str(path): Entry(int(one["size"]), str(one["sha256"])) for path, one in raw["files"].items()}
            manifest = cls(**{**raw, "files": files})
            newer = int(manifest.format) > FORMAT
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refusal(f"the archive's {MANIFEST} cannot be read ({error}); take another backup.") from error
        if newer:
            raise Refusal(f"the archive was made by a newer version, {manifest.version}; install that first.")
        return manifest


def is_allowed(path: str) -> bool:
    """Whether a member of this name may be in an archive: it stays inside, and it is something a backup writes."""
    parts = PurePosixPath(path).parts
    plain = "/".join(parts) == path and "\\" not in path and "\x00" not in path
    if not plain or not parts or parts[0] == "/" or {"..", "."} & set(parts):
        return False
    if len(parts) == 1:
        return path in {MANIFEST, SQLITE_MEMBER, POSTGRESQL_MEMBER}
    return parts[0] == "home" and ((len(parts) == 2 and parts[1] in FILES) or (len(parts) > 2 and parts[1] in FOLDERS))
