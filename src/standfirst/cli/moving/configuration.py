"""The one line of configuration that says where the newsroom's database is."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

from standfirst.cli.errors import Refusal
from standfirst.cli.making import toml_value

SET = re.compile(r"""^(database_url[ \t]*=[ \t]*)("[^"\n]*"|'[^'\n]*')""", re.MULTILINE)
UNSET = re.compile(r"^#[ \t]*database_url[ \t]*=.*$", re.MULTILINE)


def with_database_url(text: str, url: str) -> str:
    """Return the configuration `text` with `database_url` set and everything else, comments too, as it was.

    Raises Refusal when the line cannot be found for certain.
    """
    value = toml_value(url)
    line = f"database_url = {value}"
    if SET.search(text):
        changed = SET.sub(lambda found: found[1] + value, text, count=1)
    elif UNSET.search(text):
        changed = UNSET.sub(lambda _found: line, text, count=1)
    else:
        changed = f"{line}\n{text}"
    try:
        certain = tomllib.loads(changed) == {**tomllib.loads(text), "database_url": url}
    except tomllib.TOMLDecodeError:
        certain = False
    if not certain:
        raise Refusal("database_url cannot be set in standfirst.toml by itself; write it on one line of its own there.")
    return changed


def replace_text(file: Path, text: str) -> None:
    """Put `text` in place of `file`'s content at once, with the same owner and permissions; follows a link."""
    file = file.resolve()
    state = file.stat()
    partial = file.with_name(f".{file.name}.new")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as written:
        if (state.st_uid, state.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(written.fileno(), state.st_uid, state.st_gid)
        os.fchmod(written.fileno(), state.st_mode & 0o777)
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    partial.replace(file)
