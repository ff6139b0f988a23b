"""Addresses among the options: checked in one place, and turned into Django's settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

# What may stand behind the ? of a database_url; all but host and port are handed on to libpq.
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
DATABASE_PARAMETERS = {
    "host",  # a folder: the server's Unix socket
    "port",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "connect_timeout",
    "target_session_attrs",
    "application_name",
    "options",
}
# A server that is gone without a word (a cable, a firewall) is given up after seconds, not after the kernel's quarter
# of an hour: readers get the stored page meanwhile, and a node hears again as soon as it can.
PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "15000",
}
LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
MAIL_PORTS = {"smtp": 587, "smtps": 465}


def _split(value: str) -> SplitResult:
    """Split an address, and read its port once so that a bad one is found here (ValueError)."""
    parts = urlsplit(value)
    _ = parts.port
    return parts


def checked_base_url(value: str) -> str:
    """Return `value` without a closing slash. Raises ValueError unless it is http(s)://host[:port]."""
    parts = _split(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write the whole address, for example https://news.example")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("write the address without a path, for example https://news.example")
    return value.rstrip("/")


def checked_database_url(value: str) -> str:
    """Return `value`. Raises ValueError unless it is empty or names a PostgreSQL database."""
    if not value:
        return value
    parts = _split(value)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ValueError("leave it empty for SQLite, or write postgresql://user:password@host:5432/name")
    unknown = sorted(set(dict(parse_qsl(parts.query))) - DATABASE_PARAMETERS)
    if unknown:
        raise ValueError(f"{unknown[0]} is no parameter; use {', '.join(sorted(DATABASE_PARAMETERS))}")
    return value


def checked_mail_url(value: str) -> str:
    """Return `value`. Raises ValueError unless it is console: or an SMTP server."""
    if value == "console:":
        return value
    parts = _split(value)
    if parts.scheme not in MAIL_PORTS or not parts.hostname:
        raise ValueError("write smtp://user:password@host:587, smtps://user:password@host:465 or console:")
    return value


def checked_redis_url(value: str) -> str:
    """Return `value`. Raises ValueError unless it is empty or names a Valkey or Redis server."""
    if not value:
        return value
    parts = _split(value)
    if parts.scheme not in {"redis", "rediss", "unix"} or not (parts.hostname or parts.path):
        raise ValueError("write redis://:password@host:6379/0, rediss://… for TLS, or unix:///path/to/socket")
    return value


def checked_storage_url(value: str) -> str:
    """Return `value` without a closing slash. Raises ValueError unless it is empty or http(s)://host[:port][/path]."""
    if not value:
        return value
    parts = _split(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("write the whole address, for example https://media.news.example")
    return value.rstrip("/")


def database_settings(url: str, home: Path) -> dict[str, Any]:
    """Return Django's settings of the database: PostgreSQL by `url`, else SQLite in `home`."""
    if not url:
        return sqlite_settings(home / "db.sqlite3")
    parts = urlsplit(url)
    parameters = dict(parse_qsl(parts.query))
    socket_folder, port = parameters.pop("host", ""), parameters.pop("port", "")
    return {
        "ENGINE": "standfirst.delivery.engines.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or socket_folder,
        "PORT": str(parts.port or port),
        "OPTIONS": {**PATIENCE, **parameters},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def sqlite_settings(file: Path) -> dict[str, Any]:
    """Return Django's settings for SQLite: readers never wait for a writer, writers queue for up to 20 s.

    IMMEDIATE takes the write lock when a transaction begins, so that two of them wait for each other instead of failing
    at their first write (SQLite refuses to upgrade a read lock that is out of date). `mode=rw` never creates the file:
    a database that went missing is an error, not an empty site. Each thread has a connection with 4 MB of cache: the
    system keeps the file in memory anyway, once for all of them.
    """
    return {
        "ENGINE": "standfirst.delivery.engines.sqlite3",
        "NAME": f"{file.resolve().as_uri()}?mode=rw",
        "OPTIONS": {
            "uri": True,
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4000;",
        },
    }


def mail_settings(url: str) -> dict[str, Any]:
    """Return Django's EMAIL_* settings for `url`."""
    if url == "console:":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or MAIL_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }
