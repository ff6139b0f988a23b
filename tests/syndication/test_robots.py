"""Crawlers are told where they may go, and what the newsroom thinks of language models."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client
from lxml import etree

from standfirst.stories.models import AiCrawlers, NewsroomSettings, Section
from standfirst.syndication.robots import RSL, ai_crawlers
from tests import factories

pytestmark = pytest.mark.django_db
SITE = "http://testserver"


def rules(client: Client) -> tuple[str, RobotFileParser]:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    return text, parser


def choose(choice: str, **more: str) -> None:
    NewsroomSettings.objects.update(ai_crawlers=choice, **more)


def test_search_engines_reach_stories_and_not_the_desk(client: Client, section: Section) -> None:
    text, parser = rules(client)
    assert parser.can_fetch("Googlebot", f"{SITE}/en/azerbaijan/")
    for closed in ("/desk/", "/accounts/login/", "/api/v3/pages/", "/en/search/?q=x"):
        assert not parser.can_fetch("Googlebot", SITE + closed), closed
    assert parser.site_maps() == [f"{SITE}/sitemap.xml", f"{SITE}/news-sitemap.xml"]
    assert text.endswith("\n")


def test_refused_crawlers_reach_nothing(client: Client, section: Section) -> None:
    choose(AiCrawlers.REFUSE)
    text, parser = rules(client)
    assert "License:" not in text
    for name in ("GPTBot", "ClaudeBot", "CCBot", "Google-Extended", "PerplexityBot"):
        assert not parser.can_fetch(name, f"{SITE}/en/"), name
    for name in ("Googlebot", "bingbot", "ChatGPT-User"):
        assert parser.can_fetch(name, f"{SITE}/en/"), name
    assert client.get("/license.xml").status_code == 404


def test_allowed_crawlers_are_not_mentioned(client: Client, section: Section) -> None:
    choose(AiCrawlers.ALLOW)
    text, parser = rules(client)
    assert parser.can_fetch("GPTBot", f"{SITE}/en/")
    assert not parser.can_fetch("GPTBot", f"{SITE}/desk/")
    assert "GPTBot" not in text


def test_asked_for_a_licence_they_are_refused_until_they_have_one(client: Client, section: Section) -> None:
    choose(AiCrawlers.LICENCE, ai_licence_url="https://ridgeline.example/terms?a=1&b=2", legal_name="Ridgeline LLC")
    text, parser = rules(client)
    assert not parser.can_fetch("GPTBot", f"{SITE}/en/")
    assert f"License: {SITE}/license.xml" in text.splitlines()
    response = client.get("/license.xml")
    assert response["Content-Type"] == "application/rsl+xml; charset=utf-8"
    rsl = etree.fromstring(response.content)
    ns = {"r": RSL}
    assert rsl.tag == f"{{{RSL}}}rsl"
    assert rsl.find("r:content", ns).get("url") == "/"
    assert [each.text for each in rsl.findall("r:content/r:license/r:permits", ns)] == ["search", "ai-all"]
    assert rsl.findtext("r:content/r:license/r:payment/r:custom", namespaces=ns) == (
        "https://ridgeline.example/terms?a=1&b=2"
    )
    assert rsl.findtext("r:content/r:copyright", namespaces=ns) == "Ridgeline LLC"


def test_without_terms_the_licence_permits_searching_only(client: Client, section: Section) -> None:
    choose(AiCrawlers.LICENCE)
    rsl = etree.fromstring(client.get("/license.xml").content)
    assert [each.text for each in rsl.iter(f"{{{RSL}}}permits")] == ["search"]


def test_the_list_is_dated_sorted_and_without_doubles() -> None:
    crawlers = ai_crawlers()
    assert crawlers.reviewed <= datetime.now(UTC).date()
    assert list(crawlers.names) == sorted(set(crawlers.names), key=str.lower)


def test_before_a_newsroom_opens_there_is_a_file_all_the_same(client: Client) -> None:
    assert factories.Newsroom.objects.count() == 0
    assert client.get("/robots.txt").status_code == 200
