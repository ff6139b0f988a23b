"""Write one archive of everything a newsroom owns, while the site runs.

It holds database, media, theme and configuration, the secret key included: keep it where nobody else reads it.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from standfirst.cli.archive.write import write_archive
from standfirst.cli.errors import Refusal
from standfirst.cli.home import find, start_django
from standfirst.cli.program import add_home


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `standfirst backup`."""
    add_home(parser)
    parser.add_argument(
        "--to", type=Path, metavar="PATH", help="a file or an existing folder (default: HOME/backups/ with the time)"
    )


def run(options: argparse.Namespace) -> int:
    """Write the archive and say where it is."""
    home = find(options.home)
    target = _target(home.path, options.to)
    if not home.uses_sqlite:
        start_django(home)
    try:
        manifest = write_archive(home, target)
    except OSError as error:
        raise Refusal(f"the backup cannot be written to {target} ({error.strerror or error}).") from error
    size = target.stat().st_size / 2**20
    print(f"Backed up {len(manifest.files)} files ({size:.1f} MB) to {target}")
    if home.options.media_bucket:
        print(
            f"Pictures and documents are not in it: they are in the bucket {home.options.media_bucket}. "
            "Let its provider keep versions or a copy of it."
        )
    return 0


def _target(home: Path, wanted: Path | None) -> Path:
    """Return the file to write. Raises Refusal when it exists or its folder does not."""
    name = f"{home.name}-{datetime.now(UTC):%Y%m%d-%H%M%SZ}.tar"
    if wanted is None:
        (home / "backups").mkdir(mode=0o700, exist_ok=True)
        wanted = home / "backups"
    target = (wanted / name if wanted.is_dir() else wanted).absolute()
    if target.exists():
        raise Refusal(f"{target} exists; name another file with --to.")
    if not target.parent.is_dir():
        raise Refusal(f"there is no folder {target.parent}; make it, or name another with --to.")
    return target
