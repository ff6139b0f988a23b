"""Feeds hold the newest public stories, whole and valid, in three formats."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from lxml import etree

from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.actions.list_story import list_story
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.models import Article, Byline, Edition, Role, Section
from tests import factories
from tests.syndication.pictures import ready_picture

pytestmark = pytest.mark.django_db
NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOON = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)  # noon in Tbilisi


def get_xml(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return etree.fromstring(response.content)


def get_json(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    return json.loads(response.content)


def test_rss_says_who_what_and_when(client: Client, edition: Edition, section: Section) -> None:
    writer = factories.contributor(edition, "Nino & Sons")
    drawer = factories.contributor(edition, "Davit")
    story = factories.story(
        section,
        "Iran’s president <visits> Baku",
        published_at=NOON,
        standfirst="A & B",
        bylines=[writer],
        topics=[factories.topic(edition, "Railways")],
        lead_picture=ready_picture(licence_url="https://licence.example/"),
        body=[{"type": "paragraph", "value": "<p>Hello</p>"}],
    )
    Byline.objects.create(article=story, contributor=drawer, role=Role.PHOTOGRAPHER, sort_order=9)
    rss = get_xml(client, "/en/azerbaijan/feed.xml")
    assert rss.tag == "rss"
    assert rss.get("version") == "2.0"
    channel = rss.find("channel")
    assert channel.findtext("title") == "Ridgeline – Azerbaijan"
    assert channel.findtext("link") == "http://testserver/en/azerbaijan/"
    assert channel.findtext("language") == "en"
    (self_link,) = channel.findall("atom:link[@rel='self']", NS)
    assert self_link.get("href") == "http://testserver/en/azerbaijan/feed.xml"
    (item,) = channel.findall("item")
    assert item.findtext("title") == "Iran’s president <visits> Baku"
    assert item.findtext("link") == "http://testserver/en/azerbaijan/irans-president-visits-baku/"
    assert item.findtext("description") == "A &amp; B"
    assert item.findtext("pubDate") == "Sun, 22 Nov 2026 12:00:00 +0400"
    assert [creator.text for creator in item.findall("dc:creator", NS)] == ["Nino & Sons", "Davit"]
    assert [category.text for category in item.findall("category")] == ["Azerbaijan", "Railways"]
    assert item.findtext("dc:language", namespaces=NS) == "en"
    guid = item.find("guid")
    assert guid.get("isPermaLink") == "false"
    assert guid.text.startswith("urn:uuid:")
    full = item.findtext("content:encoded", namespaces=NS)
    assert '<img src="http://testserver/media/images/p.jpg" alt="The palace in words"' in full
    assert full.endswith("<p>Hello</p>")
    picture = item.find("media:content", NS)
    assert dict(picture.attrib) == {
        "url": "http://testserver/media/images/p.jpg",
        "type": "image/jpeg",
        "medium": "image",
        "isDefault": "true",
        "width": "1200",
        "height": "800",
    }
    assert picture.findtext("media:credit", namespaces=NS) == "Ridgeline"
    assert picture.findtext("media:description", namespaces=NS) == "What The palace shows"
    assert picture.find("media:license", NS).get("href") == "https://licence.example/"


def test_atom_has_what_rfc_4287_asks_for(client: Client, edition: Edition, section: Section) -> None:
    story = factories.story(section, published_at=NOON, standfirst="A < B")
    writer, translator = factories.contributor(edition, "Nino"), factories.contributor(edition, "Levan")
    Byline.objects.create(article=story, contributor=writer, role=Role.REPORTER)
    Byline.objects.create(article=story, contributor=translator, role=Role.TRANSLATOR)
    feed = get_xml(client, "/en/feed.atom")
    assert feed.tag == f"{{{NS['atom']}}}feed"
    for required in ("id", "title", "updated", "author/atom:name"):
        assert feed.findtext(f"atom:{required}", namespaces=NS), required
    (self_link,) = feed.findall("atom:link[@rel='self']", NS)
    assert self_link.get("href") == "http://testserver/en/feed.atom"
    (entry,) = feed.findall("atom:entry", NS)
    assert entry.get(XML_LANG) == "en"
    assert entry.findtext("atom:published", namespaces=NS) == "2026-11-22T12:00:00+04:00"
    assert datetime.fromisoformat(entry.findtext("atom:updated", namespaces=NS)) >= NOON
    assert entry.find("atom:summary", NS).get("type") == "html"
    assert entry.findtext("atom:summary", namespaces=NS) == "A &lt; B"
    assert [name.text for name in entry.findall("atom:author/atom:name", NS)] == ["Nino"]
    assert [name.text for name in entry.findall("atom:contributor/atom:name", NS)] == ["Levan"]
    assert entry.find("atom:content", NS).get("type") == "html"


def test_json_feed_1_1(client: Client, edition: Edition, section: Section) -> None:
    factories.story(section, "Bridge", published_at=NOON, lead_picture=ready_picture())
    feed = get_json(client, "/en/azerbaijan/feed.json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://testserver/en/azerbaijan/feed.json"
    assert feed["home_page_url"] == "http://testserver/en/azerbaijan/"
    assert feed["language"] == "en"
    (item,) = feed["items"]
    assert item["url"] == "http://testserver/en/azerbaijan/bridge/"
    assert item["date_published"] == "2026-11-22T12:00:00+04:00"
    assert item["image"] == "http://testserver/media/images/p.jpg"
    assert item["_media"]["credit"] == "Ridgeline"
    assert item["language"] == "en"
    assert "authors" not in item
    assert None not in item.values()


@pytest.mark.parametrize("name", ["feed.xml", "feed.atom", "feed.json"])
def test_the_three_formats_hold_the_same_stories(client: Client, section: Section, name: str) -> None:
    stories = [factories.story(section, published_at=NOON + timedelta(hours=hour)) for hour in range(3)]
    content = client.get(f"/en/{name}").content.decode()
    positions = [content.index(story.title) for story in reversed(stories)]
    assert positions == sorted(positions)


def test_guid_survives_slug_move_and_differs_from_the_translations(client: Client, section: Section) -> None:
    story = factories.story(section)
    before = get_json(client, "/en/feed.json")["items"][0]
    story.slug = "another"
    story.save_revision().publish()
    story = Article.objects.get(pk=story.pk)
    story.move(factories.section(section.edition_page, "Georgia"), pos="last-child")
    after = get_json(client, "/en/feed.json")["items"][0]
    assert after["url"] == "http://testserver/en/georgia/another/"
    assert after["id"] == before["id"]
    russian = factories.section(factories.edition("ru"), "Азербайджан")
    translated = factories.story(russian, "Мост", translation_key=story.translation_key)
    ids = {item["url"]: item["id"] for item in get_json(client, "/feed.json")["items"]}
    assert len(set(ids.values())) == 2
    assert translated.translation_key == story.translation_key


def test_every_list_has_its_feed(client: Client, edition: Edition, section: Section) -> None:
    person = factories.contributor(edition, "Nino")
    thread, topic = factories.thread(edition, "A border"), factories.topic(edition, "Railways")
    story = factories.story(section, "In all", bylines=[person], topics=[topic], thread=thread)
    factories.story(factories.section(edition, "Georgia"), "Elsewhere")
    for page in (section, person, thread, topic):
        items = get_json(client, f"{page.url}feed.json")["items"]
        assert [item["title"] for item in items] == [story.title], page
    for address in ("/feed.json", "/en/feed.json"):
        assert len(get_json(client, address)["items"]) == 2


def test_a_section_holds_the_stories_of_the_sections_below(client: Client, section: Section) -> None:
    factories.story(factories.section(section, "Nakhchivan"), "Below")
    assert [item["title"] for item in get_json(client, "/en/azerbaijan/feed.json")["items"]] == ["Below"]


def test_site_feed_joins_all_editions_by_date_and_names_each_language(client: Client, section: Section) -> None:
    russian = factories.section(factories.edition("ru"), "Грузия")
    factories.story(section, "First", published_at=NOON)
    factories.story(russian, "Второй", published_at=NOON + timedelta(hours=1))
    factories.story(section, "Third", published_at=NOON + timedelta(hours=2))
    atom = get_xml(client, "/feed.atom")
    assert atom.get(XML_LANG) is None
    entries = atom.findall("atom:entry", NS)
    assert [entry.findtext("atom:title", namespaces=NS) for entry in entries] == ["Third", "Второй", "First"]
    assert [entry.get(XML_LANG) for entry in entries] == ["en", "ru", "en"]


def test_drafts_embargoed_and_killed_stories_are_in_no_feed(client: Client, section: Section) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    factories.draft(section, "Draft", body=[{"type": "paragraph", "value": "<p>Secret</p>"}])
    embargoed = factories.story(section, "Embargoed")
    Article.objects.filter(pk=embargoed.pk).update(embargoed_until=later)  # past every door that would refuse it
    embargoed.refresh_from_db()
    list_story(article=embargoed)
    killed = factories.story(section, "Killed")
    kill_story(article=killed, reason="Wrong", by=None)
    unpublished = factories.story(section, "Unpublished")
    unpublished.unpublish()
    scheduled = factories.draft(section, "Scheduled", go_live_at=later)
    scheduled.save_revision().publish()
    factories.story(section, "Public")
    for address in ("/", "/en/", "/en/azerbaijan/"):
        for name in ("feed.xml", "feed.atom", "feed.json"):
            content = client.get(address + name).content.decode()
            assert "Public" in content
            for hidden in ("Draft", "Secret", "Embargoed", "Killed", "Unpublished", "Scheduled"):
                assert hidden not in content, (address, name, hidden)


def test_internal_words_never_leave(client: Client, section: Section) -> None:
    factories.story(section, ednote="INTERNAL NOTE", slugline="WORKING HANDLE", by=factories.user(name="Login Name"))
    for name in ("feed.xml", "feed.atom", "feed.json"):
        content = client.get(f"/en/{name}").content.decode()
        for hidden in ("INTERNAL", "WORKING", "Login Name", "@ridgeline"):
            assert hidden not in content


def test_a_teaser_of_a_killed_story_disappears(client: Client, section: Section) -> None:
    other = factories.story(section, "The other one")
    factories.story(section, "Main", body=[{"type": "teaser", "value": {"story": other.pk}}])
    html = {item["title"]: item["content_html"] for item in get_json(client, "/en/feed.json")["items"]}["Main"]
    assert '<a href="http://testserver/en/azerbaijan/the-other-one/">The other one</a>' in html
    kill_story(article=other, reason="Wrong", by=None)
    (item,) = get_json(client, "/en/feed.json")["items"]
    assert "The other one" not in item["content_html"]


def test_control_characters_never_break_the_xml(client: Client, section: Section) -> None:
    story = factories.story(section, "Title", body=[{"type": "paragraph", "value": "<p>a\x0bb\ufffec</p>"}])
    nul = "\x00" if connection.vendor == "sqlite" else ""  # PostgreSQL keeps none
    Article.objects.filter(pk=story.pk).update(title=f"T{nul}i\x1ft\ufffele", standfirst="s\x08")
    item = get_xml(client, "/en/feed.xml").find("channel/item")
    assert item.findtext("title") == "Title"
    assert "<p>abc</p>" in item.findtext("content:encoded", namespaces=NS)
    get_xml(client, "/en/feed.atom")


def test_a_correction_is_told_and_counts_as_an_update(client: Client, section: Section) -> None:
    story = factories.story(section, published_at=NOON)
    Article.objects.filter(pk=story.pk).update(last_published_at=NOON)
    before = get_json(client, "/en/feed.json")["items"][0]
    correction = publish_correction(article=story, text="It was <two>.", by=None)
    after = get_json(client, "/en/feed.json")["items"][0]
    assert "It was &lt;two&gt;." in after["content_html"]
    assert datetime.fromisoformat(after["date_modified"]) == correction.published_at.replace(microsecond=0)
    assert before["date_modified"] != after["date_modified"]


@pytest.mark.whole
def test_fifty_newest_and_a_number_of_queries_that_does_not_grow(
    client: Client, edition: Edition, section: Section, django_assert_num_queries: Any
) -> None:
    person, topic = factories.contributor(edition), factories.topic(edition)
    body = [
        {"type": "paragraph", "value": f'<p><a linktype="page" id="{section.pk}">x</a></p>'},
        {"type": "picture", "value": {"picture": ready_picture().pk}},
    ]

    def publish(number: int) -> None:
        for _each in range(number):
            factories.story(section, bylines=[person], topics=[topic], body=body, lead_picture=ready_picture())

    publish(3)
    client.get("/en/azerbaijan/feed.xml")  # fills the caches of content types and sites
    with django_assert_num_queries(13):
        client.get("/en/azerbaijan/feed.xml")
    publish(49)
    with django_assert_num_queries(13):
        response = client.get("/en/azerbaijan/feed.xml")
    assert len(etree.fromstring(response.content).findall("channel/item")) == 50


def test_who_has_the_newest_gets_304(client: Client, section: Section) -> None:
    factories.story(section, published_at=NOON)
    first = client.get("/en/feed.xml")
    assert parsedate_to_datetime(first["Last-Modified"]) >= NOON
    same = client.get("/en/feed.xml", headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    dated = client.get("/en/feed.xml", headers={"If-Modified-Since": first["Last-Modified"]})
    assert (dated.status_code, dated.content) == (304, b"")
    factories.story(section)
    assert client.get("/en/feed.xml", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_kill_reaches_clients_that_know_only_dates(client: Client, section: Section) -> None:
    older = factories.story(section, published_at=NOON)
    Article.objects.filter(pk=older.pk).update(last_published_at=NOON)
    newest = factories.story(section)
    first = client.get("/en/feed.xml")
    kill_story(article=newest, reason="Wrong", by=None)
    second = client.get("/en/feed.xml", headers={"If-Modified-Since": first["Last-Modified"]})
    assert second.status_code == 200
    assert newest.title not in second.content.decode()


def test_an_empty_feed_is_valid_and_steady(client: Client, section: Section) -> None:
    first, second = client.get("/en/azerbaijan/feed.xml"), client.get("/en/azerbaijan/feed.xml")
    assert first.content == second.content
    assert etree.fromstring(first.content).findall("channel/item") == []
    assert get_json(client, "/en/azerbaijan/feed.json")["items"] == []
    assert get_xml(client, "/en/azerbaijan/feed.atom").findall("atom:entry", NS) == []


def test_what_has_no_stories_has_no_feed(client: Client, section: Section) -> None:
    story = factories.story(section)
    for address in ("/en/masthead/", "/en/topics/", "/en/nothing/", story.url, "/xx/"):
        assert client.get(f"{address}feed.xml").status_code == 404, address


def test_only_reading_is_allowed(client: Client, section: Section) -> None:
    assert client.post("/en/feed.xml").status_code == 405
    assert client.head("/en/feed.xml").status_code == 200


def test_a_renamed_section_leads_to_its_feed(
    client: Client, section: Section, django_capture_on_commit_callbacks: Any
) -> None:
    section.slug = "baku"
    with django_capture_on_commit_callbacks(execute=True):
        section.save_revision().publish()
    response = client.get("/en/azerbaijan/feed.atom")
    assert (response.status_code, response["Location"]) == (301, "/en/baku/feed.atom")
