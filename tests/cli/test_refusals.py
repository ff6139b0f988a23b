"""What the command line refuses: one sentence, exit status 2, nothing created and nothing lost."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from standfirst.cli import main
from tests.cli.conftest import snapshot

HOME_COMMANDS = ["serve", "backup", "doctor", "upgrade", "manage"]


def _refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """Run the command in this process; return the one sentence it refused with."""
    status = main([str(word) for word in words])
    out, err = capsys.readouterr()
    assert status == 2
    assert err.startswith("standfirst: ")
    assert err.count("\n") == 1
    assert "Traceback" not in out + err
    return err


def _wrong_call(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """Run a command that argparse refuses; return what it said."""
    with pytest.raises(SystemExit) as caught:
        main([str(word) for word in words])
    assert caught.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("command", HOME_COMMANDS)
def test_a_home_that_is_not_there(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no newsroom at" in _refused(capsys, command, "--home", tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", ["serve", "backup", "doctor", "upgrade", "manage"])
def test_no_home_named(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "add --home DIR, or set STANDFIRST_HOME" in _refused(capsys, command)


@pytest.mark.parametrize("command", ["serve", "backup", "upgrade", "manage"])
def test_a_folder_that_is_no_home(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    assert "is not a newsroom's home folder" in _refused(capsys, command, "--home", tmp_path)
    assert snapshot(tmp_path) == {"letter.txt": b"mine"}


def _no_database(home: Path) -> None:
    (home / "db.sqlite3").unlink()


def _no_secret(home: Path) -> None:
    (home / "secret.key").unlink()


def _short_secret(home: Path) -> None:
    (home / "secret.key").write_text("short")


def _other_file_as_database(home: Path) -> None:
    (home / "db.sqlite3").write_bytes(b"this is no database" * 100)


def _empty_database(home: Path) -> None:
    (home / "db.sqlite3").write_bytes(b"")


def _database_of_something_else(home: Path) -> None:
    _no_database(home)
    connection = sqlite3.connect(home / "db.sqlite3")
    connection.execute("CREATE TABLE recipe (name TEXT)")
    connection.close()


def _broken_configuration(home: Path) -> None:
    (home / "standfirst.toml").write_text("port = ")


def _unknown_option(home: Path) -> None:
    (home / "standfirst.toml").write_text("prot = 1")


def _unfinished(home: Path) -> None:
    (home / "unfinished").touch()


@pytest.mark.parametrize("command", ["serve", "backup", "upgrade", "manage"])
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_no_database, "db.sqlite3 is missing"),
        (_no_secret, "secret.key is missing"),
        (_short_secret, "holds only 5 characters"),
        (_other_file_as_database, "db.sqlite3 cannot be used"),
        (_empty_database, "db.sqlite3 holds no newsroom"),
        (_database_of_something_else, "db.sqlite3 holds no newsroom"),
        (_broken_configuration, "is not valid TOML"),
        (_unknown_option, "did you mean port?"),
        (_unfinished, "was not made to its end"),
    ],
)
def test_a_damaged_home(
    command: str, damage: Callable[[Path], None], said: str, bare_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(bare_home)
    before = snapshot(bare_home)
    assert said in _refused(capsys, command, "--home", bare_home)
    assert snapshot(bare_home) == before


def test_the_doctor_reports_a_damaged_home_as_its_finding(bare_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _no_database(bare_home)
    assert main(["doctor", "--home", str(bare_home)]) == 1
    assert "BAD   home: the database" in capsys.readouterr().out


def test_a_port_in_use(bare_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} on 127.0.0.1 is in use" in _refused(capsys, "serve", "--home", bare_home, "--port", port)


def test_a_port_in_use_makes_no_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        _refused(capsys, "demo", "--home", tmp_path / "demo", "--port", taken.getsockname()[1])
    assert not (tmp_path / "demo").exists()


def test_an_address_this_machine_does_not_have(bare_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("serve", "--home", bare_home, "--host", "192.0.2.1", "--port", "8119")
    assert "cannot listen on 192.0.2.1:8119" in _refused(capsys, *words)


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--port", "70000"],
        ["serve", "--port", "http"],
        ["serve", "--workers", "0"],
        ["serve", "--colour"],
        ["sing"],
        [],
        ["import"],
        ["init", "--name", "Ridge"],
    ],
)
def test_a_wrong_call(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = _wrong_call(capsys, *words)
    assert "error:" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--language", "de"], "--language 'de': use one of en, ru"),
        (["--language", "en", "--language", "xx"], "--language 'xx'"),
        (["--base-url", "news.example"], "--base-url 'news.example': write the whole address"),
        (["--base-url", "http://news.example"], "needs https"),
        (["--time-zone", "Nowhere"], "--time-zone 'Nowhere': use an IANA name"),
        (["--admin-email", "nobody"], "'nobody' is no e-mail address"),
        (["--name", " "], "--name is empty"),
    ],
)
def test_init_with_a_bad_value_makes_nothing(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = ["--name", "Ridge", "--admin-email", "a@b.example"]
    assert said in _refused(capsys, "init", "--home", tmp_path / "new", *usual, *words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["init", "demo"])
def test_a_folder_with_something_in_it_is_left_alone(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    words = ["--name", "Ridge", "--admin-email", "a@b.example"] if command == "init" else ["--port", "8119"]
    assert "exists and is" in _refused(capsys, command, "--home", tmp_path, *words)
    assert snapshot(tmp_path) == {"letter.txt": b"mine"}


def test_the_demo_does_not_take_over_a_real_newsroom(bare_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(bare_home)
    assert "is a real one" in _refused(capsys, "demo", "--home", bare_home, "--port", "8119")
    assert snapshot(bare_home) == before


@pytest.mark.parametrize("command", ["init", "demo", "serve", "import", "backup", "restore", "doctor", "upgrade"])
def test_each_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [command, "wordpress", "--help"] if command == "import" else [command, "--help"]
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 0
    assert "--home DIR" in capsys.readouterr().out
