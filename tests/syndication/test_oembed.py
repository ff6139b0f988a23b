"""Other sites may embed a public story, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.models import Edition, Section
from tests import factories
from tests.syndication.pictures import ready_picture

pytestmark = pytest.mark.django_db


def ask(client: Client, address: str, **parameters: Any) -> Any:
    return client.get("/oembed", {"url": address, **parameters})


def test_a_story_is_described(client: Client, edition: Edition, section: Section) -> None:
    people = [factories.contributor(edition, "Nino"), factories.contributor(edition, "Davit")]
    story = factories.story(
        section,
        "Bridge <b>",
        standfirst="One & two",
        published_at=datetime(2026, 11, 20, 22, 30, tzinfo=UTC),
        bylines=people,
        lead_picture=ready_picture(),
    )
    answer = ask(client, story.full_url).json()
    assert answer["version"] == "1.0"
    assert answer["type"] == "rich"
    assert answer["title"] == "Bridge <b>"
    assert answer["author_name"] == "Nino, Davit"
    assert (answer["provider_name"], answer["provider_url"]) == ("Ridgeline", "http://testserver/")
    assert (answer["width"], answer["height"]) == (600, 240)
    assert (answer["thumbnail_width"], answer["thumbnail_height"]) == (320, 213)
    assert answer["html"] == (
        '<blockquote lang="en" cite="http://testserver/en/azerbaijan/bridge-b/"><p>'
        '<a href="http://testserver/en/azerbaijan/bridge-b/">Bridge &lt;b&gt;</a></p><p>One &amp; two</p>'
        "<footer>Ridgeline, 21 November 2026</footer></blockquote>"
    )


def test_limits_are_kept(client: Client, section: Section) -> None:
    story = factories.story(section, lead_picture=ready_picture())
    answer = ask(client, story.full_url, maxwidth=300, maxheight=100).json()
    assert (answer["width"], answer["height"]) == (300, 100)
    assert "thumbnail_url" not in answer
    assert ask(client, story.full_url, maxwidth=320).json()["thumbnail_width"] == 320


def test_xml_says_the_same(client: Client, section: Section) -> None:
    story = factories.story(section)
    root = etree.fromstring(ask(client, story.full_url, format="xml").content)
    assert root.tag == "oembed"
    expected = ask(client, story.full_url).json()
    assert {child.tag: child.text for child in root} == {name: str(value) for name, value in expected.items()}


def test_an_address_with_query_or_without_closing_slash_is_found(client: Client, section: Section) -> None:
    story = factories.story(section)
    assert ask(client, story.full_url + "?utm_source=x").status_code == 200
    assert ask(client, story.full_url.rstrip("/")).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["http://elsewhere.example/en/x/", "http://testserver/en/", "http://testserver/nothing/", "javascript:x", "//x"],
)
def test_what_is_no_story_of_ours_is_not_found(client: Client, section: Section, address: str) -> None:
    assert ask(client, address).status_code == 404


def test_what_is_not_public_is_not_found(client: Client, section: Section) -> None:
    draft, killed = factories.draft(section), factories.story(section)
    kill_story(article=killed, reason="Wrong", by=None)
    assert ask(client, draft.full_url).status_code == 404
    assert ask(client, killed.full_url).status_code == 404


def test_bad_questions_get_a_clear_answer(client: Client, section: Section) -> None:
    story = factories.story(section)
    assert client.get("/oembed").status_code == 400
    assert ask(client, story.full_url, format="yaml").status_code == 501
    for limit in ("0", "-5", "wide"):
        assert ask(client, story.full_url, maxwidth=limit).status_code == 400
