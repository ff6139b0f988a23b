"""Production settings are secure by default; only what the operator says relaxes them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SETTINGS = Path(__file__).resolve().parents[2] / "src/standfirst/config/settings.py"


def _settings(home: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> ModuleType:
    """Load the settings of a home folder afresh, beside those of the test suite."""
    (home / "standfirst.toml").write_text(text, encoding="utf-8")
    (home / "secret.key").write_text("s" * 50, encoding="ascii")
    monkeypatch.setenv("STANDFIRST_HOME", str(home))
    spec = importlib.util.spec_from_file_location("settings_of_a_home", SETTINGS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_site_on_https_is_hardened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _settings(tmp_path, monkeypatch, 'base_url = "https://news.example"')
    assert settings.DEBUG is False
    assert settings.SECRET_KEY == "s" * 50
    assert settings.ALLOWED_HOSTS == ["news.example"]
    assert settings.SESSION_COOKIE_SECURE is settings.CSRF_COOKIE_SECURE is True
    assert settings.SESSION_COOKIE_HTTPONLY is True
    assert settings.SECURE_HSTS_SECONDS == 31_536_000
    assert settings.CSRF_TRUSTED_ORIGINS == ["https://news.example"]
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["script-src"] == ["'self'"]
    assert "'unsafe-inline'" not in str(directives)
    assert settings.X_FRAME_OPTIONS == "SAMEORIGIN"


def test_a_proxy_is_trusted_only_when_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = _settings(tmp_path, monkeypatch, 'base_url = "https://news.example"')
    assert not hasattr(alone, "SECURE_PROXY_SSL_HEADER")
    behind = _settings(tmp_path, monkeypatch, 'base_url = "https://news.example"\nbehind_proxy = true')
    assert behind.SECURE_PROXY_SSL_HEADER == ("HTTP_X_FORWARDED_PROTO", "https")
    assert (alone.READER_ADDRESS_KEY, behind.READER_ADDRESS_KEY) == ("", "HTTP_X_FORWARDED_FOR")
    cdn = _settings(tmp_path, monkeypatch, 'reader_address_header = "CF-Connecting-IP"\nbehind_proxy = true')
    assert cdn.READER_ADDRESS_KEY == "HTTP_CF_CONNECTING_IP"


def test_http_on_loopback_can_be_signed_in_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _settings(tmp_path, monkeypatch, "")
    assert settings.SESSION_COOKIE_SECURE is False
    assert settings.SECURE_HSTS_SECONDS == 0
    assert {"127.0.0.1", "localhost"} <= set(settings.ALLOWED_HOSTS)


def test_sqlite_is_never_created_by_opening_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = _settings(tmp_path, monkeypatch, "").DATABASES["default"]
    assert database["NAME"].endswith("db.sqlite3?mode=rw")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_a_database_address_may_name_a_socket_and_parameters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'database_url = "postgresql://news@/paper?host=/run/postgresql&sslmode=require&port=5433"'
    database = _settings(tmp_path, monkeypatch, text).DATABASES["default"]
    assert [database[key] for key in ("NAME", "USER", "HOST", "PORT")] == ["paper", "news", "/run/postgresql", "5433"]
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["connect_timeout"] == "5"


def test_postgresql_and_mail_come_from_their_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'database_url = "postgresql://news:p%40ss@db.example:5433/paper"\nmail_url = "smtp://me:secret@mx.example"'
    settings = _settings(tmp_path, monkeypatch, text)
    database = settings.DATABASES["default"]
    assert database["ENGINE"] == "standfirst.delivery.engines.postgresql"
    found = [database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")]
    assert found == ["paper", "news", "p@ss", "db.example", "5433"]
    assert (settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS) == ("mx.example", 587, True)
