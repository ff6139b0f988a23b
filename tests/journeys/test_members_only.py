"""A stranger meets the wall, a member reads on, and a publisher closes a story that was open."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect
from tests.access.closed import HIDDEN, SHOWN
from tests.journeys.conftest import OpenContext, SignedIn
from tests.journeys.editing import act
from tests.journeys.people import PUBLISHER
from tests.journeys.serving import Served, prepare, wait_until
from tests.journeys.test_reading import violations

WALL = "The rest of this story is for members"
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def story(newsroom: Served) -> dict[str, Any]:
    """Where the stories are, their numbers, and the cookie of a member."""
    found: dict[str, Any] = json.loads(prepare("tests.journeys.closed_story", newsroom.home).splitlines()[-1])
    return found


def sent(newsroom: Served, url: str, cookie: str = "") -> str:
    """A story's page as the server sends it."""
    headers = {"Cookie": f"standfirst_access={cookie}"} if cookie else {}
    with urlopen(Request(newsroom.url + url, headers=headers)) as response:  # noqa: S310 - our own server
        return str(response.read().decode())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_stranger_meets_the_wall(
    open_context: OpenContext, newsroom: Served, story: dict[str, Any], scheme: str, script: bool
) -> None:
    context = open_context(newsroom, viewport=PHONE, color_scheme=scheme, java_script_enabled=script)
    page = context.new_page()
    page.goto(story["url"])
    expect(page.get_by_text(f"{SHOWN} opens.")).to_be_visible()
    wall = page.get_by_role("complementary", name=re.compile(WALL))
    expect(wall).to_contain_text(re.compile(r"GEL\s?12 a month"))
    expect(wall).to_contain_text("If that is too much for you, pay less: nobody asks why.")
    expect(wall.get_by_role("link", name="Become a member")).to_have_attribute(
        "href", f"/join/?lang=en&source=wall%3Bstory%3D{story['pk']}&tier=reader"
    )
    expect(wall.get_by_role("link", name="I am a member: sign in")).to_be_visible()
    assert HIDDEN not in page.content()
    box = wall.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    if script:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert violations(page) == []


def with_cookie(open_context: OpenContext, newsroom: Served, cookie: str) -> Page:
    context = open_context(newsroom, viewport=PHONE)
    context.add_cookies([{"name": "standfirst_access", "value": cookie, "url": newsroom.url}])
    return context.new_page()


def test_a_member_reads_on_and_a_stranger_after_them_does_not(
    open_context: OpenContext, newsroom: Served, story: dict[str, Any]
) -> None:
    page = with_cookie(open_context, newsroom, story["cookie"])
    page.goto(story["url"])
    expect(page.get_by_text(f"{HIDDEN} in text")).to_be_visible()
    expect(page.get_by_text(WALL)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert HIDDEN not in sent(newsroom, story["url"])
    assert HIDDEN in sent(newsroom, story["url"], story["cookie"])
    assert HIDDEN not in sent(newsroom, story["url"], story["cookie"].replace("tier-1", "tier-2"))


def test_a_lapsed_member_meets_the_wall_again(
    open_context: OpenContext, newsroom: Served, story: dict[str, Any]
) -> None:
    prepare("tests.journeys.lapsed_member", newsroom.home)
    wait_until(lambda: HIDDEN not in sent(newsroom, story["url"], story["cookie"]), "the member's token to be revoked")
    page = with_cookie(open_context, newsroom, story["cookie"])
    page.goto(story["url"])
    expect(page.get_by_text(WALL)).to_be_visible()
    assert HIDDEN not in page.content()


def test_a_publisher_closes_an_open_story(signed_in: SignedIn, newsroom: Served, story: dict[str, Any]) -> None:
    assert HIDDEN in sent(newsroom, story["open_url"])
    page = signed_in(PUBLISHER)
    page.goto(f"/desk/pages/{story['open_pk']}/edit/")
    page.get_by_role("tab", name="Desk").click()
    page.get_by_role("combobox", name="Who may read it*").select_option("tier:reader")
    act(page, "Publish")
    wait_until(lambda: HIDDEN not in sent(newsroom, story["open_url"]), "the story to be closed")
    page.goto("/desk/story_access/?access=tier%3Areader")
    expect(page.get_by_role("table")).to_contain_text("What everybody reads so far")
    expect(page.get_by_role("table")).to_contain_text("members: “Reader” and higher")
