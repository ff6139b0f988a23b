"""The whole way: a newsroom served by the real command behind a real Varnish, purged by its background worker."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.test import override_settings
from tests.delivery.cdn.varnish import WHY_NOT, Varnish, free_port, has_xkey, running
from tests.faults.editing import Editor
from tests.faults.newsroom import Newsroom, Template
from tests.journeys.making import small_newsroom
from tests.journeys.serving import wait_until

from standfirst.delivery.purging.cdn.service import Service
from standfirst.delivery.purging.cdn.status import CdnStatus, cdn_status

pytestmark = [
    pytest.mark.journey,
    pytest.mark.long,
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
    pytest.mark.skipif(not has_xkey(), reason="varnish-modules is not installed (vmod_xkey)"),
]
VISIBLE_WITHIN = 1.0


@dataclass
class Place:
    """A served newsroom, the Varnish in front of it, and an editor."""

    newsroom: Newsroom
    varnish: Varnish
    editor: Editor

    def publish(self, path: str, headline: str) -> float:
        """Give a story another headline; return the moment of the commit."""
        report = self.editor.publish(path, headline)
        assert "committed" in report, report
        return float(report["committed"])

    def until_shown(self, path: str, headline: str, since: float) -> float:
        """Ask until `path` shows `headline`; return the seconds since the commit."""
        while headline not in self.varnish.get(path).body:
            assert time.monotonic() - since < 15, f"{path} still shows the old page: {self.status()}"
            time.sleep(0.01)
        return time.monotonic() - since

    def status(self) -> CdnStatus | None:
        with override_settings(CDN=Service(name="varnish")):  # as the newsroom is configured
            return cdn_status(self.newsroom.home / "run")

    def until_quiet(self) -> None:
        """Wait until pages are kept: at its first start the newsroom lets the CDN forget everything, twice."""
        wait_until(lambda: self.varnish.get("/en/").headers["X-Cache"] == "hit", "the front page to be kept")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    home = small_newsroom(tmp_path_factory.mktemp("template") / "newsroom")
    stories = [f"/en/azerbaijan/{slug}/" for slug in ("a-bridge-opens-at-julfa", "trains-return-to-horadiz")]
    return Template(home, stories, ["/en/", "/ru/", "/en/azerbaijan/"], "")


@pytest.fixture(scope="module")
def place(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("behind-varnish")
    port = free_port()
    variables = {"STANDFIRST_CDN": "varnish", "STANDFIRST_CDN_URLS": f'["http://127.0.0.1:{port}"]'}
    newsroom = Newsroom(template.copy(folder / "newsroom"), template=template, variables=variables)
    newsroom.start()
    try:
        with (
            running(folder, newsroom.port, port=port) as varnish,
            Editor(newsroom.home, STANDFIRST_MODE="demo", **variables) as editor,
        ):
            place = Place(newsroom, replace(varnish, host="127.0.0.1"), editor)
            place.until_quiet()
            yield place
    finally:
        newsroom.end()


def test_what_is_published_shows_through_varnish_within_a_second_on_every_page_it_stands_on(place: Place) -> None:
    story = place.newsroom.template.stories[0]  # the newest: it stands on the front page and in its section
    waited = []
    for number in range(5):
        for path in ("/en/", "/en/azerbaijan/", story):
            wait_until(lambda path=path: place.varnish.get(path).headers["X-Cache"] == "hit", f"{path} to be kept")  # type: ignore[misc]
        headline = f"The bridge is open, {number}"
        committed = place.publish(story, headline)
        waited += [place.until_shown(path, headline, committed) for path in (story, "/en/", "/en/azerbaijan/")]

    assert max(waited) < VISIBLE_WITHIN, waited


def test_most_requests_never_reach_the_newsroom(place: Place) -> None:
    story = place.newsroom.template.stories[1]
    place.varnish.get(story)
    wait_until(lambda: place.varnish.get(story).headers["X-Cache"] == "hit", "the story to be kept")
    answers = [place.varnish.get(f"{story}?utm_source={number}", Cookie=f"_ga={number}") for number in range(50)]

    assert {answer.headers["X-Cache"] for answer in answers} == {"hit"}
    assert {answer.status for answer in answers} == {200}


def test_varnish_that_was_away_is_told_when_it_is_back(place: Place, tmp_path: Path) -> None:
    story = place.newsroom.template.stories[1]
    place.varnish.get(story)
    # A stop, not an end: what it keeps is still there afterwards.
    with place.varnish.stopped():
        committed = place.publish(story, "Told after all")
        wait_until(lambda: (status := place.status()) and status.cause, "the status to name a cause", 30)
        status = place.status()
        assert status is not None
        assert status.waiting > 0

    assert place.until_shown(story, "Told after all", committed) > 0
    wait_until(lambda: (status := place.status()) and not status.cause and not status.waiting, "nothing to wait")


def test_a_newsroom_that_is_gone_leaves_every_page_standing(place: Place) -> None:
    """The last of this module: the newsroom is not started again."""
    pages = [*place.newsroom.template.lists, *place.newsroom.template.stories]
    for path in pages:
        assert place.varnish.get(path).status == 200
    place.newsroom.kill_all()
    place.varnish.ask("/", "PURGE", headers={"Surrogate-Key": "~all"})

    for _ in range(3):
        assert {place.varnish.get(path).status for path in pages} == {200}
        time.sleep(0.5)
    assert place.varnish.get("/en/").headers["Warning"] == '111 - "Revalidation Failed"'
