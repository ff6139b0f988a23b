"""A PostgreSQL of our own for the tests: made in a temporary folder, reached by a Unix socket, removed afterwards.

`python tests/postgresql.py COMMAND …` runs COMMAND with `TEST_DATABASE_URL` naming such a server. `--check` only tells
whether the machine has PostgreSQL's programs: exit status 0 when it has, else one line that says what is left out.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VARIABLE = "TEST_DATABASE_URL"
DEBIAN = Path("/usr/lib/postgresql")
ROLE = "standfirst"
REMEDY = (
    "PostgreSQL's programs were not found, so nothing was run on PostgreSQL. "
    "Install them (Debian, Ubuntu: apt install postgresql), or put initdb and postgres on the PATH."
)
# Speed over safety: a server that lives for one run need not survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB", "max_connections=200")


def find_programs() -> Path | None:
    """Return the folder with initdb and postgres, the newest of Debian's when they are not on the PATH, or None."""
    if (found := shutil.which("initdb")) and (Path(found).resolve().parent / "postgres").exists():
        return Path(found).resolve().parent
    folders = [path for path in DEBIAN.glob("*/bin") if (path / "initdb").exists()]
    return max(folders, key=lambda path: float(path.parent.name), default=None)


def _unprivileged() -> dict[str, Any]:
    """Arguments of subprocess that give up root, as whom PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def server(*settings: str) -> Iterator[str]:
    """Run a PostgreSQL server; give the URL of its database `postgres`, whose role may do everything.

    `settings` are more of its own settings, as `name=value`. Raises RuntimeError when it cannot be started.
    """
    programs = find_programs()
    if programs is None:
        raise RuntimeError(REMEDY)
    rights = _unprivileged()
    # The path of a socket has room for 107 bytes, which a long TMPDIR would use up.
    folder = Path(tempfile.mkdtemp(prefix="standfirst-postgresql-", dir="/tmp"))
    if rights:
        os.chown(folder, rights["user"], rights["group"])
    control = [programs / "pg_ctl", "--pgdata", folder / "data", "--wait", "--timeout=120"]
    try:
        initdb = [programs / "initdb", f"--pgdata={folder / 'data'}", f"--username={ROLE}", "--no-sync"]
        _run([*initdb, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"], folder, rights)
        options = " ".join(f"-c {setting}" for setting in (*FAST, "listen_addresses=", *settings))
        start = [*control, f"--options=-k {folder} {options}", f"--log={folder / 'log'}", "start"]
        _run(start, folder, rights)
        try:
            yield database_url(folder, "postgres")
        finally:
            _run([*control, "--mode=immediate", "stop"], folder, rights)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def database_url(folder: Path, name: str) -> str:
    """Return the URL of the database `name` of the server whose socket is in `folder`."""
    return f"postgresql://{ROLE}@/{name}?host={folder}"


def _run(command: list[object], folder: Path, rights: dict[str, Any]) -> None:
    """Run one of PostgreSQL's programs. Raises RuntimeError with what it said when it fails."""
    said = folder / "said"
    with said.open("w") as output:
        # To a file: the server inherits the output of the program that starts it, and a pipe would never end.
        words = [str(word) for word in command]
        status = subprocess.run(words, stdout=output, stderr=output, cwd=folder, check=False, **rights).returncode
    if status:
        log = folder / "log"
        raise RuntimeError(f"{words[0]} failed: {said.read_text()} {log.read_text() if log.exists() else ''}")


def main(words: list[str]) -> int:
    """Run the command in `words` on a server of its own; return its status."""
    if words == ["--check"]:
        if find_programs():
            return 0
        print(REMEDY)  # noqa: T201 - a script
        return 1
    with server() as url:
        return subprocess.run(words, env={**os.environ, VARIABLE: url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
