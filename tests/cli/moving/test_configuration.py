"""The one line of configuration, and everything around it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from standfirst.cli.errors import Refusal
from standfirst.cli.making import configuration
from standfirst.cli.moving.configuration import replace_text, with_database_url

URL = 'postgresql://news:p"w\\@db/paper'


def test_the_line_that_init_writes_is_uncommented_and_nothing_else_changes() -> None:
    before = configuration({"time_zone": "Asia/Tbilisi"})
    after = with_database_url(before, URL)
    changed = [pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]
    assert [old for old, _new in changed] == ['# database_url = ""']
    assert tomllib.loads(after) == {"time_zone": "Asia/Tbilisi", "database_url": URL}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('database_url = ""  # ours\nport = 1\n', 'database_url = "x"  # ours\nport = 1\n'),
        ("port = 1\r\ndatabase_url='old'\r\n", 'port = 1\r\ndatabase_url="x"\r\n'),
        ("port = 1", 'database_url = "x"\nport = 1'),
        ('# database_url = "a"\ndatabase_url = "b"\n', '# database_url = "a"\ndatabase_url = "x"\n'),
        ('# We once set database_url = "a"\n', 'database_url = "x"\n# We once set database_url = "a"\n'),
    ],
)
def test_one_line_is_set(before: str, after: str) -> None:
    assert with_database_url(before, "x") == after


@pytest.mark.parametrize(
    "text", ['database_url = """\nx"""\n', '"database_url" = "x"\n', 'a = """\ndatabase_url = "b"\n"""']
)
def test_a_line_that_is_not_certain_is_left_to_a_person(text: str) -> None:
    with pytest.raises(Refusal, match="database_url cannot be set"):
        with_database_url(text, "y")


def test_the_file_is_replaced_with_its_permissions_and_through_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    replace_text(link, "new\r\n")
    assert link.is_symlink()
    assert real.read_bytes() == b"new\r\n"
    assert real.stat().st_mode & 0o777 == 0o640
    assert {path.name for path in tmp_path.iterdir()} == {"real.toml", "link.toml"}
