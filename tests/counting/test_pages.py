"""Pages say what is counted of them, and stay the same for everybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from standfirst.counting.tokens import Page, read_page_token
from standfirst.stories.models import Article, Edition, Section
from tests import factories

SCRIPT = Path(__file__).parents[2] / "src/standfirst/theme/static/paper/reads.js"
LIMIT = 1024


def test_the_script_is_under_one_kilobyte() -> None:
    assert len(SCRIPT.read_bytes()) < LIMIT


def test_the_script_keeps_nothing_on_the_device_and_sends_to_nobody_else() -> None:
    text = SCRIPT.read_text()
    assert not re.search(r"cookie|localStorage|sessionStorage|indexedDB|caches|https?:|fetch|XMLHttp", text)
    assert re.findall(r'sendBeacon\("([^"]*)"', text) == ["/reads/"]


@pytest.fixture
def edition(db: None) -> Edition:
    return factories.edition()


@pytest.fixture
def section(edition: Edition) -> Section:
    return factories.section(edition)


@pytest.fixture
def story(section: Section) -> Article:
    return factories.story(section)


def test_a_story_names_itself(client: Client, story: Article, edition: Edition) -> None:
    html = client.get(story.url).content.decode()
    (token, number) = re.findall(r'<body [^>]*data-page="([^"]+)" data-story="(\d+)">', html)[0]
    assert read_page_token(token) == Page(story.pk, edition.pk)
    assert number == str(story.pk)
    assert html.count("paper/reads.js") == 1
    assert f'<noscript><img src="/reads/dot.gif?p={token}" width="1" height="1" alt=""></noscript>' in html


@pytest.mark.parametrize("kind", ["front", "section"])
def test_a_list_is_story_0(client: Client, section: Section, edition: Edition, kind: str) -> None:
    page = edition if kind == "front" else section
    html = client.get(page.url).content.decode()
    (token, number) = re.findall(r'<body [^>]*data-page="([^"]+)" data-story="(\d+)">', html)[0]
    assert (read_page_token(token), number) == (Page(0, edition.pk), "0")


def test_pages_of_other_kinds_are_not_counted(client: Client, story: Article, edition: Edition) -> None:
    for path in (f"{edition.url}search/", f"{edition.url}archive/", f"{edition.url}nothing/"):
        html = client.get(path).content.decode()
        assert "<body" in html
        assert "data-page" not in html
        assert "reads.js" not in html
    assert "dot.gif" not in html


def test_what_staff_preview_is_not_counted(story: Article) -> None:
    request = RequestFactory().get(story.url, HTTP_HOST="testserver")
    request.user = factories.administrator()
    shown = story.get_latest_revision_as_object()
    html = shown.make_preview_request(request, "").render().content.decode()
    assert story.title in html
    assert "data-page" not in html
    assert "reads.js" not in html
    assert "dot.gif" not in html


def test_the_page_is_the_same_for_every_reader(client: Client, story: Article) -> None:
    first = client.get(story.url, HTTP_USER_AGENT="a", REMOTE_ADDR="203.0.113.1").content
    assert first == Client().get(story.url, HTTP_USER_AGENT="b", HTTP_REFERER="https://t.me/").content
