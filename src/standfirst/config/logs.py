"""What is logged, in which form: one line an event on standard error, for the journal to keep."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message and, where there are any, fields and the traceback.

    Fields are what a record has as `fields`: a request's method, path, status and so on, each under its own name.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def logging_settings(level: str, form: str) -> dict[str, Any]:
    """Return Django's LOGGING for a `level` (debug … error) and a `form` (text or json)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
            "json": {"()": JsonFormatter},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            # Django's own handlers would mail or print a second time.
            "django": {"handlers": [], "level": level.upper(), "propagate": True},
            # A task that fails is an error; that one ran is no news.
            "django_tasks": {"handlers": [], "level": "WARNING", "propagate": True},
            "rq": {"handlers": [], "level": "WARNING", "propagate": True},
            # Every page made or changed is in the audit log already.
            "wagtail": {"handlers": [], "level": "WARNING", "propagate": True},
            # A visitor's mistyped address is no news for the log.
            "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
            "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }
