"""Options: what is refused, and that the sentence names key, value and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from standfirst.cli.making import configuration
from standfirst.config.options import Options, OptionsError, load


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STANDFIRST_HOME", raising=False)


def _home(folder: Path, text: str) -> Path:
    (folder / "standfirst.toml").write_text(text, encoding="utf-8")
    return folder


def _refusal(folder: Path, text: str) -> str:
    with pytest.raises(OptionsError) as caught:
        load(_home(folder, text))
    return str(caught.value)


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    options = load(_home(tmp_path, ""))
    assert (options.mode, options.base_url, options.workers) == ("production", "http://127.0.0.1:8000", 1)
    assert not options.behind_proxy


def test_the_environment_goes_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_TIME_ZONE", "Asia/Yerevan")
    monkeypatch.setenv("STANDFIRST_ALLOWED_HOSTS", '["a.example"]')
    options = load(_home(tmp_path, 'time_zone = "Asia/Tbilisi"\nport = 8123\n'))
    assert (options.time_zone, options.port, options.allowed_hosts) == ("Asia/Yerevan", 8123, ["a.example"])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('time_zone = "Mars/Olympus"', ["time_zone", "'Mars/Olympus'", "Asia/Tbilisi"]),
        ('language = "de"', ["language", "'de'", "en, ru, ka, hy, az, fa"]),
        ("port = 70000", ["port", "70000", "less than or equal to 65535"]),
        ('workers = "many"', ["workers", "'many'", "integer"]),
        ('base_url = "news.example"', ["base_url", "'news.example'", "https://news.example"]),
        ('base_url = "https://news.example/path"', ["base_url", "without a path"]),
        ('base_url = "https://news.example:port"', ["base_url", "port"]),
        ('base_url = "http://news.example"', ["base_url", "http://news.example", "needs https"]),
        ('mode = "debug"', ["mode", "'debug'", "'production' or 'demo'"]),
        ('mail_url = "pop3://x"', ["mail_url", "smtp://"]),
        ('database_url = "mysql://x/y"', ["database_url", "postgresql://"]),
        ('database_url = "postgresql://db/paper?sslmod=on"', ["database_url", "sslmod is no parameter", "sslmode"]),
        ('databse_url = "x"', ["databse_url", "is not an option", "did you mean database_url?"]),
        ("colour = 1", ["colour", "is not an option", "options: mode, base_url"]),
        ("port = x", ["not valid TOML", "line 1"]),
    ],
)
def test_a_bad_option_is_refused_by_key_value_and_remedy(tmp_path: Path, text: str, parts: list[str]) -> None:
    message = _refusal(tmp_path, text)
    assert "standfirst.toml" in message
    for part in parts:
        assert part in message


def test_two_bad_options_get_a_sentence_each(tmp_path: Path) -> None:
    assert len(_refusal(tmp_path, 'language = "de"\nport = 0\n').splitlines()) == 2


@pytest.mark.parametrize("key", ["database_url", "mail_url"])
def test_a_refusal_never_shows_a_password(tmp_path: Path, key: str) -> None:
    assert "hunter2" not in _refusal(tmp_path, f'{key} = "ldap://user:hunter2@host/x"')


def test_an_unknown_variable_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_PROT", "1")
    assert "STANDFIRST_PROT is no option" in _refusal(tmp_path, "")


def test_a_bad_variable_is_named_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_PORT", "none")
    assert _refusal(tmp_path, "").startswith("The environment variable STANDFIRST_PORT cannot be 'none'")


def test_a_list_that_is_no_json_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDFIRST_ALLOWED_HOSTS", "a.example")
    assert "allowed_hosts" in _refusal(tmp_path, "")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionsError, match="is missing"):
        load(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "standfirst.toml").write_bytes('mail_from = "Ä@b.example"'.encode("latin-1"))
    with pytest.raises(OptionsError, match="UTF-8"):
        load(tmp_path)


def test_http_is_fine_on_loopback_and_in_the_demo(tmp_path: Path) -> None:
    assert not load(_home(tmp_path, 'base_url = "http://localhost:8000"')).https
    assert not load(_home(tmp_path, 'mode = "demo"\nbase_url = "http://192.0.2.1:8000"')).https


def test_the_written_file_explains_every_option_and_reads_back(tmp_path: Path) -> None:
    values = {"base_url": "https://news.example", "language": "ka", "mail_from": 'desk"ed@news.example', "port": 8001}
    text = configuration(values)
    assert all(f"{name} = " in text for name in Options.model_fields)
    options = load(_home(tmp_path, text))
    assert {key: getattr(options, key) for key in values} == values
