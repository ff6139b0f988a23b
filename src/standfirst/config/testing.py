"""Settings for the test suite: a throw-away home, fast password hashing, no background worker."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from standfirst.config.addresses import database_settings
from standfirst.config.base import *  # noqa: F403 - Django reads settings from this module's namespace
from standfirst.config.base import templates

HOME = Path(tempfile.mkdtemp(prefix="standfirst-test-"))
DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105 - not a secret
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
WAGTAILADMIN_BASE_URL = "http://testserver"
TIME_ZONE = "Asia/Tbilisi"
TEMPLATES = templates(None)
MEDIA_ROOT = HOME / "media"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES = {"default": {"ENGINE": "standfirst.delivery.engines.sqlite3", "NAME": ":memory:"}}
if TEST_DATABASE_URL := os.environ.get("TEST_DATABASE_URL", ""):
    # A PostgreSQL server that the tests may make databases on (tests/postgresql.py starts one).
    DATABASES = {"default": database_settings(TEST_DATABASE_URL, HOME) | {"CONN_MAX_AGE": 0}}
PAYMENT_FAKES = True
STAFF_MFA_REQUIRED = False  # tests of the second factor switch it on
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": ["default", "pictures", "money"]}}
RUN_FOLDER: Path | None = None  # no process of the suite is watched by another
RELEASE = "testing"
SLOW_REQUEST_MS = 1000
POPULAR_SECONDS = 180
COUNTS = None  # tests of counting open their own
RELATED_INDEX: Path | None = None  # few stories need no index on disk; tests of it open their own
PAGE_STORE = None  # tests of the store and the edge open their own
PURGE_WAKE = ""
