"""A deploy under readers: SIGHUP brings the release that is on disk, and not one request fails."""

from __future__ import annotations

import os
import signal

import pytest
from tests.faults.conftest import Serve
from tests.faults.newsroom import Newsroom
from tests.journeys.serving import wait_until


def hang_up(newsroom: Newsroom) -> None:
    """Tell the newsroom that there is a new release on disk."""
    assert newsroom.process is not None
    os.kill(newsroom.process.pid, signal.SIGHUP)


def is_replaced(newsroom: Newsroom, before: list[int]) -> bool:
    now = newsroom.web_workers
    return len(now) == len(before) and not set(now) & set(before)


def deploy(newsroom: Newsroom) -> None:
    """Bring what is on disk, and return when all workers are new."""
    before = newsroom.web_workers
    hang_up(newsroom)
    wait_until(lambda: is_replaced(newsroom, before), "all workers to be new", 60)


@pytest.mark.long
def test_a_rolling_restart_fails_no_request(serve: Serve) -> None:
    """Every process is replaced; no answer is missing, and no connection has to ask again."""
    newsroom = serve()
    with newsroom.reader(connections=8) as reader:
        reader.go_on(0.5)
        deploy(newsroom)
        newsroom.heals(within=20)
    reader.check(within=10)
    assert not [answer for answer in reader.answers if answer.retried]


@pytest.mark.long
def test_a_new_release_shows_its_own_pages(serve: Serve) -> None:
    """What readers get is whole at each moment: a page of the one release or of the other."""
    newsroom = serve()
    override = newsroom.home / "theme/templates/theme/fragments/footer.html"
    with newsroom.reader() as reader:
        override.parent.mkdir(parents=True, exist_ok=True)
        override.write_text("<footer>The second release</footer>")
        deploy(newsroom)
        newsroom.heals(within=20)
    reader.check(within=10)
    for path in newsroom.stored[:20]:
        assert b"The second release" in newsroom.ask(path).body


@pytest.mark.long
def test_a_release_that_cannot_start_changes_nothing(serve: Serve) -> None:
    """The one that serves goes on, and says why; after the cause is gone the next SIGHUP brings the new one."""
    newsroom = serve()
    before = newsroom.web_workers
    options = newsroom.home / "standfirst.toml"
    sound = options.read_text()
    with newsroom.reader() as reader:
        options.write_text(f'{sound}\nno_such_option = "at all"\n')
        hang_up(newsroom)
        wait_until(lambda: "no_such_option" in newsroom.log, "the refusal in the log", 60)
        reader.go_on(1.0)
        assert newsroom.web_workers == before
        options.write_text(sound)
        deploy(newsroom)
        newsroom.heals(within=20)
    reader.check(within=10)
