"""A story from the reporter's first word to the reader's screen, and what happens to it afterwards."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import OpenContext, SignedIn
from tests.journeys.editing import act, actions, dialogue, message, rich_text, schedule, type_moment
from tests.journeys.people import EDITOR, PUBLISHER, REPORTER
from tests.journeys.scene import FIRST, HEADLINE, STANDFIRST, write_head, write_sources_and_subjects, write_text
from tests.journeys.serving import Served, wait_until

ADDRESS = "/en/azerbaijan/irans-president-visits-baku/"
ZONE = ZoneInfo("Asia/Tbilisi")


def status_of(site: Served, path: str) -> int:
    """What a reader's browser is answered."""
    try:
        with urlopen(site.url + path) as response:  # noqa: S310 - our own server's address
            return int(response.status)
    except HTTPError as error:
        with error:
            return error.code


def open_section(page: Page, edition: str, title: str) -> None:
    """Go down the desk's tree to a section."""
    page.get_by_role("button", name="Stories", exact=True).click()
    explorer = page.get_by_role("dialog", name="Page explorer")
    for parent in ("Ridgeline", edition):
        explorer.get_by_role("link", name=f"View child pages of '{parent}'").click()
    explorer.get_by_role("link", name=re.compile(f"^{title}")).first.click()
    page.wait_for_url(re.compile(r"/desk/pages/\d+/$"))


@pytest.fixture(scope="module")
def edit_address() -> dict[str, str]:
    """Where the story of the scene is edited, once it exists."""
    return {}


def test_reporter_writes_and_submits_but_may_not_publish(
    signed_in: SignedIn, newsroom: Served, edit_address: dict[str, str]
) -> None:
    page = signed_in(REPORTER)
    open_section(page, "English", "Azerbaijan")
    page.get_by_role("link", name="Add child page").or_(page.get_by_role("link", name="Write a story")).first.click()
    write_head(page)
    write_text(page)
    write_sources_and_subjects(page)
    act(page, "Save draft")
    page.wait_for_url("**/edit/**")
    expect(message(page)).to_contain_text(HEADLINE)
    edit_address["scene"] = page.url.partition("?")[0]
    expect(actions(page).get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    act(page, "Submit to the desk")
    expect(message(page)).to_contain_text("submitted")
    assert status_of(newsroom, ADDRESS) == 404


def test_editor_asks_for_a_change_reporter_makes_it_editor_approves(
    signed_in: SignedIn, newsroom: Served, edit_address: dict[str, str]
) -> None:
    page = signed_in(EDITOR)
    page.get_by_role("link", name=HEADLINE).first.click()
    act(page, "Request changes")
    dialogue(page).get_by_role("textbox", name="Comment").fill("Say which capital in the first sentence.")
    dialogue(page).get_by_role("button", name="Request changes").click()
    page.wait_for_url("**/desk/**")
    reporters = signed_in(REPORTER)
    expect(
        reporters.get_by_text("Say which capital").or_(reporters.get_by_role("link", name=HEADLINE)).first
    ).to_be_visible()
    reporters.goto(edit_address["scene"])
    box = rich_text(reporters.get_by_role("region", name="Paragraph").first)
    box.click()
    reporters.keyboard.press("ControlOrMeta+End")
    reporters.keyboard.insert_text(" It is the capital of Azerbaijan.")
    expect(box).to_contain_text("It is the capital of Azerbaijan.")
    expect(reporters.locator("input[name=body-0-value]")).to_have_value(re.compile("capital of Azerbaijan"))
    act(reporters, "Resubmit to Editing")
    expect(message(reporters)).to_contain_text("submitted")
    page.goto(edit_address["scene"])
    act(page, "Approve")
    expect(message(page)).to_contain_text(HEADLINE)
    assert status_of(newsroom, ADDRESS) == 404


def test_publisher_previews_and_schedules_and_the_story_appears_at_its_second(
    signed_in: SignedIn, newsroom: Served, edit_address: dict[str, str]
) -> None:
    page = signed_in(PUBLISHER)
    page.get_by_role("link", name=HEADLINE).first.click()
    page.get_by_role("button", name="Toggle preview").click()
    for size in ("Preview in mobile size", "Preview in desktop size"):
        page.get_by_label(size).check(force=True)
        preview = page.frame_locator("iframe[title=Preview]:not(.w-preview__proxy)")
        expect(preview.get_by_role("heading", name=HEADLINE)).to_be_visible()
    due = next_minute(datetime.now(ZONE) + timedelta(seconds=20))
    schedule(page, due.strftime("%Y-%m-%d %H:%M"))
    page.goto(edit_address["scene"])
    act(page, "Approve and schedule")
    expect(message(page)).to_contain_text(HEADLINE)
    assert datetime.now(ZONE) < due, "scheduling took too long for this test to say anything"
    assert status_of(newsroom, ADDRESS) == 404
    wait_until(lambda: status_of(newsroom, ADDRESS) == 200, "the scheduled story to appear", 90)
    late = (datetime.now(ZONE) - due).total_seconds()
    assert -1 <= late < 3, f"published {late:.1f} s after its time"


def next_minute(moment: datetime) -> datetime:
    """The first full minute at or after `moment`: the desk schedules by the minute."""
    return (moment + timedelta(seconds=59)).replace(second=0, microsecond=0)


def test_reader_finds_every_element(open_context: OpenContext, newsroom: Served) -> None:
    page = open_context(newsroom, viewport={"width": 360, "height": 740}).new_page()
    page.goto("/en/")
    page.get_by_role("link", name=HEADLINE).first.click()
    story = page.get_by_role("article").first
    expect(page.get_by_role("heading", name=HEADLINE, level=1)).to_be_visible()
    for words in (
        "Neighbours",
        STANDFIRST,
        "Nino Beridze",
        "Baku",
        "left, and the president of Azerbaijan, right",
        "Official photo",
        FIRST,
        "It is the capital of Azerbaijan.",
        "What was signed",
        "We share a river and a century.",
        "A railway is a sentence in two languages.",
        "A bridge opens at Julfa",
        "162 kilometres",
        "A dam on the Aras",
        "494",
        "The embassy closes.",
        "The station.",
        "The statement",
        "Joint statement of both ministries",
        "Diplomacy",
        "Iran and its neighbours",
    ):
        expect(story.or_(page.locator("main")).get_by_text(words).first, words).to_be_visible()
    expect(story.get_by_role("link", name="The joint statement was published")).to_have_attribute(
        "href", "https://statements.example/joint"
    )
    expect(page.get_by_role("link", name="Become a member").first).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)
    picture = story.locator("figure img").first
    expect(picture).to_have_attribute("alt", "Two men in dark suits shake hands in front of flags")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def verb(page: Page, name: str) -> None:
    """Choose one of the story's verbs in the menu beside its headline."""
    menu = page.get_by_role("navigation", name="Actions", exact=True)
    menu.get_by_role("button", name="Actions").click()
    menu.get_by_role("link", name=name).click()


def test_a_serious_correction_stands_on_top_at_the_foot_and_in_the_list(
    signed_in: SignedIn, open_context: OpenContext, newsroom: Served, edit_address: dict[str, str]
) -> None:
    page = signed_in(PUBLISHER)
    page.goto(edit_address["scene"])
    verb(page, "Publish a correction")
    words = "An earlier version said that the visit was the first ever. It is the first in six years."
    page.get_by_role("textbox", name="Correction").fill(words)
    page.get_by_role("checkbox", name="Serious").check()
    page.get_by_role("button", name="Publish the correction").click()
    expect(message(page)).to_contain_text("is published")
    reader = open_context(newsroom).new_page()
    reader.goto(ADDRESS)
    expect(reader.locator(".story__opening").get_by_text(words)).to_be_visible()
    expect(reader.locator(".story__foot").get_by_text(words)).to_be_visible()
    reader.get_by_role("contentinfo").get_by_role("link", name="Corrections").click()
    reader.wait_for_url("**/en/corrections/")
    expect(reader.get_by_text(words)).to_be_visible()
    expect(reader.get_by_role("link", name=HEADLINE).first).to_be_visible()


def test_the_story_is_translated_into_russian_and_published(
    signed_in: SignedIn, open_context: OpenContext, newsroom: Served, edit_address: dict[str, str]
) -> None:
    page = signed_in(PUBLISHER)
    page.goto(edit_address["scene"])
    verb(page, "Translate")
    page.get_by_role("checkbox", name="Russian").or_(page.get_by_role("checkbox", name="Русский")).check()
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url(re.compile(r"/desk/pages/\d+/edit/"))
    page.get_by_role("textbox", name="Headline*").fill("Президент Ирана прибыл в Баку")
    page.get_by_role("textbox", name="Standfirst").fill("Железная дорога, река и то, о чём молчат обе столицы.")
    page.get_by_role("tab", name="Sharing").click()
    page.get_by_role("textbox", name="Slug").fill("")
    act(page, "Publish")
    expect(message(page)).to_contain_text("published")
    reader = open_context(newsroom, viewport={"width": 360, "height": 740}).new_page()
    reader.goto(ADDRESS)
    reader.locator("body header a[hreflang=ru]").click()
    expect(reader.get_by_role("heading", name="Президент Ирана прибыл в Баку", level=1)).to_be_visible()
    assert urlsplit(reader.url).path.endswith("/prezident-irana-pribyl-v-baku/")
    assert reader.locator("html").get_attribute("lang") == "ru"
    reader.locator("body header a[hreflang=en]").click()
    reader.wait_for_url(f"**{ADDRESS}")


def test_a_story_under_embargo_cannot_be_published(signed_in: SignedIn, newsroom: Served) -> None:
    page = signed_in(PUBLISHER)
    open_section(page, "English", "Azerbaijan")
    page.get_by_role("link", name="Add child page").first.click()
    page.get_by_role("link", name=re.compile("^Article")).first.click()
    page.get_by_role("textbox", name="Headline*").fill("A report under embargo")
    page.get_by_role("tab", name="Desk").click()
    tomorrow = datetime.now(ZONE) + timedelta(days=1)
    type_moment(page.get_by_role("textbox", name="Embargoed until"), tomorrow.strftime("%Y-%m-%d %H:%M"))
    act(page, "Publish")
    expect(message(page)).to_contain_text("embargo")
    assert status_of(newsroom, "/en/azerbaijan/a-report-under-embargo/") == 404


def test_a_killed_story_is_gone_with_a_notice_and_leaves_every_list(
    signed_in: SignedIn, open_context: OpenContext, newsroom: Served, edit_address: dict[str, str]
) -> None:
    page = signed_in(PUBLISHER)
    page.goto(edit_address["scene"])
    verb(page, "Kill the story")
    page.get_by_role("textbox", name="Reason").fill("The source withdrew what it said.")
    page.get_by_role("button", name="Kill the story").click()
    expect(message(page)).to_contain_text("was killed")
    context = open_context(newsroom)
    context.watch.expected.add(410)  # type: ignore[attr-defined]
    reader = context.new_page()
    response = reader.goto(ADDRESS)
    assert response is not None
    assert response.status == 410
    expect(reader.get_by_text("The source withdrew")).to_have_count(0)
    for path in ("/en/", "/en/azerbaijan/", "/en/feed.xml", "/sitemap.xml"):
        assert ADDRESS not in context.request.get(path).text(), path


def test_reporters_find_no_way_to_publish_or_kill(signed_in: SignedIn, newsroom: Served) -> None:
    page = signed_in(REPORTER)
    page.context.watch.expected.update({302, 403})  # type: ignore[attr-defined]
    for path in ("/desk/stories/1/kill/", "/desk/users/", "/desk/settings/"):
        answer = page.request.get(newsroom.url + path)
        assert answer.status in {403, 404} or urlsplit(answer.url).path == "/desk/", path
