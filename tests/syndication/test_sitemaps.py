"""Sitemaps name every public page once, at addresses that stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.actions.list_story import list_story
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.models import Article, Edition, Section
from standfirst.syndication.sitemaps import places
from tests import factories

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
NS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}
# The rules of sitemap.xsd, siteindex.xsd and sitemap-news.xsd for the elements we write, their order and their types.
GRAMMAR = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"
  ns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
  <start><choice><ref name="index"/><ref name="urlset"/></choice></start>
  <define name="index"><element name="sitemapindex"><zeroOrMore><element name="sitemap">
    <element name="loc"><ref name="uri"/></element><ref name="lastmod"/></element></zeroOrMore></element></define>
  <define name="urlset"><element name="urlset"><zeroOrMore><element name="url">
    <element name="loc"><ref name="uri"/></element><ref name="lastmod"/>
    <zeroOrMore><element name="link" ns="http://www.w3.org/1999/xhtml">
      <attribute name="rel" ns=""><value>alternate</value></attribute>
      <attribute name="hreflang" ns=""/><attribute name="href" ns=""><ref name="uri"/></attribute><empty/>
      </element></zeroOrMore>
    <optional><element name="n:news">
      <element name="n:publication"><element name="n:name"><text/></element>
        <element name="n:language"><data type="string">
        <param name="pattern">[a-z]{2,3}</param></data></element></element>
      <element name="n:publication_date"><data type="dateTime"/></element>
      <element name="n:title"><text/></element></element></optional>
  </element></zeroOrMore></element></define>
  <define name="uri"><data type="anyURI">
    <param name="minLength">12</param><param name="maxLength">2048</param></data></define>
  <define name="lastmod"><optional><element name="lastmod"><data type="dateTime"/></element></optional></define>
</grammar>"""
VALID = etree.RelaxNG(etree.fromstring(GRAMMAR))


def read(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    document = etree.fromstring(b"".join(response) if response.streaming else response.content)
    VALID.assertValid(document)
    return document


def whole(client: Client) -> dict[str, Any]:
    """Every `<url>` of every share, by its address; none may come twice."""
    found: dict[str, Any] = {}
    for loc in read(client, "/sitemap.xml").findall("s:sitemap/s:loc", NS):
        for url in read(client, loc.text.removeprefix(SITE)).findall("s:url", NS):
            address = url.findtext("s:loc", namespaces=NS)
            assert address not in found
            found[address] = url
    return found


def alternates(url: Any) -> dict[str, str]:
    return {link.get("hreflang"): link.get("href") for link in url.findall("x:link", NS)}


def test_every_public_page_is_there_once(client: Client, edition: Edition, section: Section) -> None:
    person = factories.contributor(edition, "Nino")
    thread, topic = factories.thread(edition, "A border"), factories.topic(edition, "Railways")
    factories.topic(edition, "Nothing yet")
    factories.story(section, "Bridge", bylines=[person], thread=thread, topics=[topic])
    paths = {address.removeprefix(SITE) for address in whole(client)}
    assert paths == {
        *("/en/", "/en/azerbaijan/", "/en/azerbaijan/bridge/", "/en/contributors/", "/en/contributors/nino/"),
        *("/en/threads/", "/en/threads/a-border/", "/en/topics/", "/en/topics/railways/"),
        *("/en/masthead/", "/en/ethics/", "/en/funding/", "/en/join/"),
    }


def test_what_is_not_public_is_not_there(client: Client, section: Section) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    hidden = [factories.draft(section, "Draft"), factories.story(section, "Killed"), factories.story(section, "Under")]
    kill_story(article=hidden[1], reason="Wrong", by=None)
    Article.objects.filter(pk=hidden[2].pk).update(embargoed_until=later)  # past every door that would refuse it
    hidden[2].refresh_from_db()
    list_story(article=hidden[2])
    addresses = set(whole(client))
    assert {story.full_url for story in hidden}.isdisjoint(addresses)
    news = client.get("/news-sitemap.xml").content.decode()
    for story in hidden:
        assert story.slug not in news


def test_counterparts_and_default(client: Client, section: Section) -> None:
    story = factories.story(section, "Bridge")
    russian = factories.section(factories.edition("ru"), "Грузия")
    other = factories.story(russian, "Мост", translation_key=story.translation_key)
    alone = factories.story(russian, "Одна")
    urls = whole(client)
    expected = {"en": story.full_url, "ru": other.full_url, "x-default": story.full_url}
    assert alternates(urls[story.full_url]) == alternates(urls[other.full_url]) == expected
    assert alternates(urls[alone.full_url]) == {}
    assert alternates(urls[f"{SITE}/ru/"]) == {"en": f"{SITE}/en/", "ru": f"{SITE}/ru/", "x-default": f"{SITE}/"}
    kill_story(article=other, reason="Wrong", by=None)
    assert alternates(whole(client)[story.full_url]) == {}


def test_lastmod_follows_updates_corrections_and_new_stories(client: Client, section: Section) -> None:
    published = datetime(2026, 11, 20, 8, tzinfo=UTC)
    story = factories.story(section, published_at=published)
    Article.objects.filter(pk=story.pk).update(last_published_at=published)
    urls = whole(client)
    assert urls[story.full_url].findtext("s:lastmod", namespaces=NS) == "2026-11-20T12:00:00+04:00"
    assert urls[section.full_url].findtext("s:lastmod", namespaces=NS) == "2026-11-20T12:00:00+04:00"
    correction = publish_correction(article=story, text="Two.", by=None)
    changed = datetime.fromisoformat(whole(client)[story.full_url].findtext("s:lastmod", namespaces=NS))
    assert changed == correction.published_at.replace(microsecond=0)


@pytest.mark.whole
def test_a_share_never_changes_for_a_new_story(
    client: Client, section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "SHARE", 5)
    stories = [factories.story(section) for _each in range(12)]

    def contents() -> dict[str, bytes]:
        index = read(client, "/sitemap.xml").findall("s:sitemap/s:loc", NS)
        return {loc.text: b"".join(client.get(loc.text.removeprefix(SITE))) for loc in index}

    before = contents()
    assert len(before) >= 4
    assert all(content.count(b"<url>") <= 5 for content in before.values())
    factories.story(section)
    after = contents()
    of_section = f"{SITE}/sitemaps/{section.pk // 5}.xml"
    last = f"{SITE}/sitemaps/{stories[-1].pk // 5}.xml"
    unchanged = set(before) - {of_section, f"{SITE}/sitemaps/{section.edition_page.pk // 5}.xml", last}
    assert unchanged
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}


@pytest.mark.whole
def test_queries_of_a_share_do_not_grow(client: Client, section: Section, django_assert_max_num_queries: Any) -> None:
    for _each in range(12):
        factories.story(section)
    client.get("/sitemap.xml")
    with django_assert_max_num_queries(22):
        b"".join(client.get("/sitemaps/0.xml"))
    with django_assert_max_num_queries(6):
        client.get("/sitemap.xml")


def test_slugs_of_any_script_are_percent_encoded(client: Client, section: Section) -> None:
    factories.story(section, "Any", slug="ხიდი")
    assert f"{SITE}/en/azerbaijan/%E1%83%AE%E1%83%98%E1%83%93%E1%83%98/" in whole(client)


def test_an_unknown_share_is_not_found(client: Client, section: Section) -> None:
    for number in ("7", "999999999", "99999999999999999999"):
        assert client.get(f"/sitemaps/{number}.xml").status_code == 404


def test_news_sitemap_holds_the_last_48_hours(client: Client, section: Section) -> None:
    now = datetime.now(UTC)
    factories.story(section, "New & <fresh>", published_at=now - timedelta(hours=47))
    factories.story(section, "Old", published_at=now - timedelta(hours=49))
    russian = factories.section(factories.edition("ru"), "Грузия")
    factories.story(russian, "Новость", published_at=now - timedelta(hours=1))
    urls = read(client, "/news-sitemap.xml").findall("s:url", NS)
    assert [url.findtext("n:news/n:title", namespaces=NS) for url in urls] == ["Новость", "New & <fresh>"]
    assert [url.findtext("n:news/n:publication/n:language", namespaces=NS) for url in urls] == ["ru", "en"]
    assert {url.findtext("n:news/n:publication/n:name", namespaces=NS) for url in urls} == {"Ridgeline"}
    dates = [datetime.fromisoformat(url.findtext("n:news/n:publication_date", namespaces=NS)) for url in urls]
    assert dates[0].utcoffset() == timedelta(hours=4)
    assert dates[0] == (now - timedelta(hours=1)).replace(microsecond=0)


def test_who_has_the_index_gets_304(client: Client, section: Section) -> None:
    first = client.get("/sitemap.xml")
    assert client.get("/sitemap.xml", headers={"If-None-Match": first["ETag"]}).status_code == 304
