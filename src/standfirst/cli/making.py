"""Making a newsroom's home folder: configuration with comments, secret key, empty database."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

from standfirst.config.options import CONFIG_FILE, SECRET_FILE, Options

HEADER = """\
# The newsroom's configuration. Environment variables STANDFIRST_<NAME> go over it.
# Restart the site after a change; `standfirst doctor` checks it.
"""


def write_home(folder: Path, values: Mapping[str, Any]) -> None:
    """Fill the empty `folder` with configuration, secret key, empty database and the folders of a newsroom.

    `values` are the options that differ from their defaults.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / CONFIG_FILE).write_text(configuration(values), encoding="utf-8")
    (folder / CONFIG_FILE).chmod(0o600)
    write_secret(folder)
    database = os.open(folder / "db.sqlite3", os.O_CREAT | os.O_WRONLY, 0o600)
    os.close(database)
    for name in ("media", "backups", "theme/templates"):
        (folder / name).mkdir(parents=True, exist_ok=True)


def write_secret(folder: Path) -> None:
    """Write a fresh secret key that only the owner may read, unless there is one."""
    try:
        handle = os.open(folder / SECRET_FILE, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")


def configuration(values: Mapping[str, Any]) -> str:
    """Return the text of `standfirst.toml`: every option explained, those in `values` set."""
    parts = [HEADER]
    for name, field in Options.model_fields.items():
        lines = wrap(field.description or "", 110, break_long_words=False, break_on_hyphens=False)
        comment = "\n".join(f"# {line}" for line in lines)
        if name in values:
            parts.append(f"{comment}\n{name} = {toml_value(values[name])}\n")
        else:
            default = field.get_default(call_default_factory=True)
            parts.append(f"{comment}\n# {name} = {toml_value(default)}\n")
    return "\n".join(parts)


def toml_value(value: Any) -> str:
    """Return `value` (text, number, truth value or a list of texts) as TOML. JSON's form of these is TOML's too."""
    return json.dumps(value, ensure_ascii=False)
