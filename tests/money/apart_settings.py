"""Settings of a newsroom in processes of its own (`tests.money.apart`): a real database and a real queue of tasks."""

from __future__ import annotations

import os
from pathlib import Path

from standfirst.config.addresses import database_settings
from standfirst.config.testing import *  # noqa: F403 - Django reads settings from this module's namespace

DATABASES = {"default": database_settings(os.environ.get("APART_DATABASE_URL", ""), Path(os.environ["APART_FOLDER"]))}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pictures", "money"]}}
