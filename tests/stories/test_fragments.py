"""Parts that stand on many pages: each page depends on those it shows, a change touches those it is in, and no more."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from tests import factories as make
from tests.delivery.changes import changed_keys
from wagtail.models import Site

from standfirst.delivery import fragments, trace
from standfirst.delivery.middleware import ENVIRON
from standfirst.delivery.store.entry import FragmentRef, Segment
from standfirst.delivery.trace import Trace
from standfirst.stories import furniture
from standfirst.stories.models import (
    Article,
    Byline,
    Edition,
    InformationPage,
    NewsroomSettings,
    Pick,
    Section,
    SocialLink,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2025, 4, 28, 8, 0, tzinfo=UTC)
NAMES = ("appeal", "colours", "footer", "latest", "navigation", "picks")


@pytest.fixture
def edition() -> Edition:
    return make.edition("en")


@pytest.fixture
def section(edition: Edition) -> Section:
    return make.section(edition, "Azerbaijan")


@pytest.fixture
def story(section: Section) -> Article:
    return make.story(section, "One story", slug="one-story", published_at=NOON)


def traced(address: str, **environ: str) -> tuple[HttpResponse, Trace]:
    with trace.tracing() as found:
        response = Client().get(address, **environ)  # type: ignore[arg-type]
    return response, found  # type: ignore[return-value]


def of_fragment(name: str, edition: str = "en", of: str = "") -> tuple[bytes, Trace]:
    asked = json.dumps({"name": name, "edition": edition, "of": of})
    response, found = traced(f"/{edition}/", **{ENVIRON: asked})
    assert response.status_code == 200
    return response.content, found


def stored(address: str) -> tuple[tuple[Segment, ...], Trace]:
    response, found = traced(address)
    return fragments.split(response.content), found


def assembled(address: str) -> bytes:
    segments, _trace = stored(address)
    return b"".join(segment if isinstance(segment, bytes) else _placed(segment) for segment in segments)


def _placed(ref: FragmentRef) -> bytes:
    return fragments.place(fragments.parse(of_fragment(ref.name, ref.edition, ref.of)[0]), ref)


def refs(address: str) -> dict[str, FragmentRef]:
    """The fragments of a page by their names, and after a blank what they are of."""
    found = [segment for segment in stored(address)[0] if isinstance(segment, FragmentRef)]
    return {f"{ref.name} {ref.of}".strip(): ref for ref in found}


@pytest.fixture
def changes(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The parts of the furniture that were said to have changed; clear it before what is looked at."""
    said: set[str] = set()
    monkeypatch.setattr(furniture, "change", lambda *keys: said.update(keys))
    return said


def touched(changes: set[str], *addresses: str) -> list[str]:
    """Which pages and fragments depend on what changed."""
    traces = {address: stored(address)[1] for address in addresses}
    traces |= {name: of_fragment(name)[1] for name in NAMES}
    return [name for name, found in traces.items() if found.keys & changes]


def block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def _add_page(story: Article) -> None:
    story.edition.add_child(instance=InformationPage(title="Where we print", locale=story.locale))


def _add_section(story: Article) -> None:
    make.section(story.edition, "Abkhazia", colour="#1f5fa8")


def _pick(story: Article) -> None:
    Pick.objects.create(edition=story.edition, article=Article.objects.get(slug="elsewhere"))


def _publish_another(story: Article) -> None:
    Article.objects.get(slug="elsewhere").save_revision().publish()
    make.story(story.section, "Fresh", published_at=NOON)


def _publish_the_front(story: Article) -> None:
    front = Edition.objects.get(pk=story.edition_id)
    front.front = []
    front.save_revision().publish()


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (_add_page, ["footer"]),
        (_add_section, ["colours", "navigation"]),
        (_pick, ["picks", "/en/"]),
        (_publish_another, ["latest", "picks", "/en/"]),
        (_publish_the_front, ["/en/"]),
    ],
)
def test_what_changes_elsewhere_leaves_a_story_as_it_is(
    edition: Edition, story: Article, change: Callable[[Article], None], shown: list[str]
) -> None:
    story.topics = [make.topic(edition)]
    story.bylines = [Byline(contributor=make.contributor(edition))]
    story.save_revision().publish()
    make.story(make.section(edition, "Georgia"), "Elsewhere", slug="elsewhere", published_at=NOON)
    story = Article.objects.get(pk=story.pk)
    with changed_keys() as keys:
        change(story)
    places = [*NAMES, "/en/", story.url, "/en/contributors/nino-example/", "/en/masthead/", "/en/topics/railways/"]
    traces = {name: stored(name)[1] if "/" in name else of_fragment(name)[1] for name in places}
    assert [name for name in places if traces[name].keys & keys] == shown


PLACES = ["/en/", "/en/azerbaijan/", "/en/azerbaijan/one-story/", "/en/masthead/", "/en/search/", "/en/nowhere/"]
PLACES += ["/nowhere/", "/en/archive/", "/en/contributors/", "/ka/", "/ka/nirgends/"]


@pytest.mark.parametrize("address", PLACES)
def test_a_page_put_together_is_the_page_written_at_once(edition: Edition, story: Article, address: str) -> None:
    make.edition("ka")
    Pick.objects.create(edition=edition, article=make.story(story.section, "Picked", published_at=NOON))
    response = Client().get(address)
    assert response.headers["Content-Type"].startswith("text/html")
    assert assembled(address) == response.content
    assert fragments.split(response.content) == (response.content,)
    assert {"navigation", "footer", "colours"} <= set(refs(address))


def test_the_bar_marks_where_the_reader_is(edition: Edition, story: Article) -> None:
    make.section(edition, "Georgia")

    def marks(address: str) -> list[str]:
        navigation = _placed(refs(address)["navigation"]).decode().split("<li>")[1:]
        return [item.partition(">")[0].rpartition('"')[0][-4:] if "aria-current" in item else "" for item in navigation]

    assert marks("/en/azerbaijan/") == ["page", "", ""]
    assert marks("/en/azerbaijan/one-story/") == ["true", "", ""]
    assert marks("/en/search/") == ["", "", "page"]
    assert marks("/en/") == marks("/en/azerbaijan/nowhere/") == ["", "", ""]


def test_a_missing_page_is_the_same_at_every_address(story: Article) -> None:
    one, other = (refs(f"/en/azerbaijan/{name}/") for name in ("no", "never"))
    assert one == other


def test_a_new_footer_page_changes_the_footer_and_no_page(edition: Edition, story: Article, changes: set[str]) -> None:
    body, _trace = stored(story.url)
    changes.clear()
    edition.add_child(instance=InformationPage(title="Where we print", locale=edition.locale))
    assert touched(changes, "/en/", story.url, "/en/azerbaijan/") == ["footer"]
    assert b"Where we print" in of_fragment("footer")[0]
    assert stored(story.url)[0] == body


def test_a_new_section_changes_the_bar_and_no_page_of_another(
    edition: Edition, story: Article, changes: set[str]
) -> None:
    body, _trace = stored(story.url)
    changes.clear()
    make.section(edition, "Georgia")
    assert touched(changes, "/en/", story.url) == ["navigation"]
    assert b"Georgia" in of_fragment("navigation")[0]
    assert stored(story.url)[0] == body


def test_a_sections_colour_changes_the_link_to_the_colours(edition: Edition, story: Article, changes: set[str]) -> None:
    before, (body, _trace) = of_fragment("colours")[0], stored(story.url)
    changes.clear()
    make.section(edition, "Georgia", colour="#1f5fa8")
    assert touched(changes, "/en/", story.url) == ["colours", "navigation"]
    assert of_fragment("colours")[0] != before
    assert stored(story.url)[0] == body


def test_a_pick_changes_the_picks_and_no_story(edition: Edition, story: Article) -> None:
    body, before = stored(story.url)
    assert b"Picked" not in of_fragment("picks")[0]
    Pick.objects.create(edition=edition, article=make.story(story.section, "Picked", published_at=NOON))
    assert b"Picked" in of_fragment("picks")[0]
    after, found = stored(story.url)
    assert after == body
    assert found.keys == before.keys
    assert "picks" in refs(story.url)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"name": "Another"}, [*("/en/", "/en/azerbaijan/one-story/"), "footer"]),
        ({"nameplate": ContentFile(b"<svg/>", name="new.svg")}, [*("/en/", "/en/azerbaijan/one-story/"), "footer"]),
        ({"accent": "#000000"}, ["colours"]),
        ({}, []),
    ],
)
def test_the_newsrooms_face(
    edition: Edition, story: Article, changes: set[str], fields: dict[str, Any], shown: list[str]
) -> None:
    settings = NewsroomSettings.objects.get()
    changes.clear()
    for name, value in fields.items():
        setattr(settings, name, value)
    settings.save()
    assert touched(changes, "/en/", story.url) == shown


def test_a_new_nameplate_is_shown_at_once(edition: Edition) -> None:
    settings = NewsroomSettings.objects.get()
    settings.nameplate.save("old-plate.svg", ContentFile(b"<svg/>"))
    assert b"old-plate" in assembled("/en/")
    settings.nameplate.save("new-plate.svg", ContentFile(b"<svg/>"))
    assert b"new-plate" in assembled("/en/")
    assert b"old-plate" not in assembled("/en/")


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"front": []}, []),
        ({"appeal_title": "Please"}, ["appeal"]),
        ({"motto": "News of the ridge"}, ["/en/azerbaijan/one-story/", *NAMES]),
    ],
)
def test_an_editions_words_touch_what_shows_them_and_its_front_page_nothing_else(
    edition: Edition, story: Article, changes: set[str], fields: dict[str, Any], shown: list[str]
) -> None:
    edition = Edition.objects.get(pk=edition.pk)
    for name, value in fields.items():
        setattr(edition, name, value)
    changes.clear()
    edition.save_revision().publish()
    assert [name for name in touched(changes, story.url) if name in shown] == touched(changes, story.url)
    assert set(shown) >= set(touched(changes, story.url)) >= set(shown) - {"colours"}


def test_what_only_a_draft_says_touches_nothing(edition: Edition, section: Section, changes: set[str]) -> None:
    changes.clear()
    section.title = "Renamed"
    section.save_revision()
    make.section(edition, "Hidden", live=False).save()
    assert changes == set()
    section.get_latest_revision().publish()
    assert changes == {"furniture:sections", f"section:{section.pk}"}


def test_a_section_comes_and_goes(edition: Edition, section: Section, story: Article, changes: set[str]) -> None:
    key = f"section:{section.pk}"
    changes.clear()
    section.unpublish()
    assert {key, "furniture:sections"} <= changes
    changes.clear()
    section.save_revision().publish()
    assert {key, "furniture:sections"} <= changes
    assert key in stored(story.url)[1].keys
    story.delete()
    changes.clear()
    section.delete()
    assert {key, "furniture:sections"} <= changes


def test_a_new_address_touches_every_section_below_it(edition: Edition, section: Section, changes: set[str]) -> None:
    below = make.section(section, "Baku")
    other = make.section(edition, "Georgia")
    section.slug = "az"
    changes.clear()
    section.save()
    keys = {f"section:{section.pk}", f"section:{below.pk}"}
    assert changes == {"furniture:sections", *keys}
    changes.clear()
    below.move(other, pos="last-child")
    assert {"furniture:sections", f"section:{below.pk}"} <= changes


def test_breadcrumbs_depend_on_the_sections_above_and_on_missing_ones(edition: Edition, section: Section) -> None:
    below = make.section(section, "Baku", navigation=False)
    story = make.story(below, "Deep", published_at=NOON)
    keys = {f"section:{section.pk}", f"section:{below.pk}"}
    found = stored(story.url)[1].keys
    assert keys <= found
    assert "furniture:sections" not in found
    section.unpublish()
    found = stored(story.url)[1].keys
    assert f"section:{below.pk}" in found
    assert "furniture:sections" in found


def test_links_and_the_site_itself_are_parts_too(edition: Edition, story: Article, changes: set[str]) -> None:
    changes.clear()
    SocialLink.objects.create(settings=NewsroomSettings.objects.get(), label="Mastodon", url="https://m.example/")
    assert changes == {"furniture:social"}
    assert "footer" in touched(changes)
    changes.clear()
    site = Site.objects.get()
    site.port = 8443
    site.save()
    assert "furniture:site" in changes
    assert "furniture:site" in stored(story.url)[1].keys


def test_an_official_page_stands_in_what_machines_read_of_every_page(
    edition: Edition, story: Article, changes: set[str]
) -> None:
    page = InformationPage.objects.get(slug="masthead")
    page.kind = InformationPage.Kind.ETHICS
    changes.clear()
    page.save()
    assert touched(changes, story.url) == [story.url, "footer"]
    page.kind = InformationPage.Kind.OTHER
    changes.clear()
    page.save()
    assert touched(changes, story.url) == [story.url, "footer"]


def test_the_date_holds_until_midnight_in_the_newsroom(edition: Edition, story: Article) -> None:
    with time_machine.travel(datetime(2025, 4, 28, 21, 0, tzinfo=UTC), tick=False):  # 01:00 in Tbilisi
        response, found = traced("/en/")
        assert "Tuesday, 29 April 2025</time>" in response.content.decode()
        assert found.fresh_until == datetime(2025, 4, 29, 20, 0, tzinfo=UTC).timestamp()
        assert stored(story.url)[1].fresh_until is None


def test_picks_hold_until_the_next_of_them_ends(edition: Edition, section: Section) -> None:
    now = datetime(2025, 4, 28, 12, 0, tzinfo=UTC)
    ends: list[timedelta | None] = [None, timedelta(hours=2), timedelta(hours=1), -timedelta(hours=1)]
    with time_machine.travel(now, tick=False):
        for number, end in enumerate(ends):
            picked = make.story(section, f"Pick {number}", published_at=NOON)
            Pick.objects.create(edition=edition, article=picked, ends_at=now + end if end else None, sort_order=number)
        payload, found = of_fragment("picks")
    assert found.fresh_until == (now + timedelta(hours=1)).timestamp()
    assert [str(n) for n in range(4) if f"Pick {n}".encode() in payload] == ["0", "1", "2"]
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        payload, found = of_fragment("picks")
    assert found.fresh_until == (now + timedelta(hours=2)).timestamp()
    assert b"Pick 2" not in payload


def test_a_story_ends_with_the_latest_and_the_picks_without_itself(edition: Edition, section: Section) -> None:
    stories = [make.story(section, f"Story {n}", published_at=NOON + timedelta(hours=n)) for n in range(7)]
    for story in stories:
        Pick.objects.create(edition=edition, article=story)
    found = refs(stories[5].url)
    assert found["latest"] == FragmentRef("latest", "en", without=str(stories[5].pk), limit=4)
    assert found["picks"] == FragmentRef("picks", "en", without=str(stories[5].pk), limit=4)
    latest = _placed(found["latest"]).decode()
    assert [n for n in range(7) if f"Story {n}<" in latest] == [2, 3, 4, 6]
    assert latest.index("Story 6") < latest.index("Story 4")


def test_a_lone_story_shows_neither(story: Article) -> None:
    foot = assembled(story.url).decode().partition('<div class="columns">')[2].partition("</div>")[0]
    assert foot.strip() == ""


def test_who_comes_to_a_missing_page_is_offered_the_latest(story: Article) -> None:
    assert b"One story</a>" in assembled("/en/nowhere/")


APPEAL = '<aside class="appeal"'


@pytest.mark.parametrize(
    ("asking", "own"),
    [([], False), ([{"title": "", "text": ""}], False), ([{"title": "Own words", "text": ""}], True)],
)
def test_a_story_asks_once_where_its_editors_want_or_at_its_end(
    section: Section, asking: list[dict[str, str]], own: bool
) -> None:
    body = [*(block("appeal", words) for words in asking), block("paragraph", "<p>Text.</p>")]
    story = make.story(section, "Asks", body=json.dumps(body), published_at=NOON)
    html = assembled(story.url).decode()
    assert html.count(APPEAL) == 1
    assert (html.index(APPEAL) < html.index("Text.")) == bool(asking)
    where = {name for name in refs(story.url) if name.startswith("appeal ")}
    assert where == {
        "appeal strip",
        *(["appeal end"] if asking else ["appeal after"]),
        *(["appeal box"] if asking and not own else []),
    }
    assert ("furniture:appeal" in stored(story.url)[1].keys) == own
    assert ("Own words" in html) == own


def test_an_error_page_is_shown_even_without_a_newsroom() -> None:
    Site.objects.all().delete()
    response = Client(raise_request_exception=False).get("/favicon.gif")
    assert response.status_code == 404
    assert b"There is no page at this address" in response.content
