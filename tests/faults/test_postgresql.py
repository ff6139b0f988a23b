"""PostgreSQL is stopped under a newsroom, and started again."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import postgresql
from tests.faults.conftest import Serve
from tests.faults.newsroom import Newsroom, Template
from tests.faults.test_database import FAILED, let_everything_be_stale

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The address of a database on a server of our own."""
    if postgresql.find_programs() is None:
        pytest.skip(postgresql.REMEDY)
    with postgresql.server() as url:
        yield url


@pytest.fixture(scope="module")
def newsroom(database: str, serve_for_module: Serve, tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A newsroom on PostgreSQL: two web workers, all pages stored."""
    template = Template.make(tmp_path_factory.mktemp("postgresql") / "newsroom", "--database-url", database)
    return serve_for_module(template.home, template=template)


def control(database: str, *words: str) -> None:
    """Run `pg_ctl` for the server of `database`."""
    folder = Path(database.partition("host=")[2])
    programs = postgresql.find_programs()
    assert programs is not None
    command = [programs / "pg_ctl", f"--pgdata={folder / 'data'}", "--wait", f"--log={folder / 'log'}", *words]
    postgresql._run(command, folder, postgresql._unprivileged())


def options(database: str) -> str:
    """The options that the running server was started with."""
    folder = Path(database.partition("host=")[2])
    words = (folder / "data" / "postmaster.opts").read_text().split('"')
    return subprocess.list2cmdline([word for word in words[1:] if word.strip()])


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_postgresql_is_stopped(newsroom: Newsroom, database: str, mode: str) -> None:
    """Readers get what is stored, and are told that it may be out of date; staff are told what is missing."""
    started_with = options(database)
    with newsroom.reader() as reader:
        reader.go_on(0.5)
        control(database, "stop", f"--mode={mode}")
        newsroom.until_unready('"database": "cannot be reached"')
        reader.go_on(6.0)
        deaf = reader.go_on(1.0)
        let_everything_be_stale(newsroom)
        reader.go_on(1.5)
        during = reader.go_on(2.0)
        control(database, "start", f"--options={started_with}")
        newsroom.heals(within=40)
    reader.check(within=5)
    assert all(answer.warning for answer in deaf)  # another node may have changed any page meanwhile
    assert FAILED in {answer.warning for answer in during}
