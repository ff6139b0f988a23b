"""Django settings of one newsroom: those of `base`, and what its home folder says."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from standfirst.config.base import *  # noqa: F403 - Django reads settings from this module's namespace
from standfirst.config.base import templates
from standfirst.config.options import SECRET_FILE, load

HOME = Path(os.environ["STANDFIRST_HOME"]).resolve()
OPTIONS = load(HOME)

DEBUG = False
SECRET_KEY = (HOME / SECRET_FILE).read_text().strip()
_base = urlsplit(OPTIONS.base_url)
ALLOWED_HOSTS = [_base.hostname or "localhost", *OPTIONS.allowed_hosts]
WAGTAILADMIN_BASE_URL = OPTIONS.base_url
TIME_ZONE = OPTIONS.time_zone
LANGUAGE_CODE = OPTIONS.language
DEFAULT_FROM_EMAIL = OPTIONS.mail_from
TEMPLATES = templates(HOME / "theme" / "templates")
MEDIA_ROOT = HOME / "media"
STATIC_ROOT = HOME / "static"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "db.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        },
    }
}
