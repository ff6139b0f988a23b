"""Settings of processes that tests start and kill: the suite's own, on the database that `TESTED_DATABASE` names."""

from __future__ import annotations

import os
from pathlib import Path

from standfirst.config.addresses import database_settings, sqlite_settings
from standfirst.config.testing import *  # noqa: F403 - Django reads settings from this module's namespace

_named = os.environ["TESTED_DATABASE"]
DATABASES = {
    "default": database_settings(_named, Path()) if _named.startswith("postgresql:") else sqlite_settings(Path(_named))
}
