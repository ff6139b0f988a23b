"""The closed part of a story is in nothing that the newsroom sends to whom it may not: every public address is read."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from standfirst.membership.models import Tier
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.models import Article, Edition, Section
from tests import factories
from tests.access.closed import HIDDEN, SHOWN, closed_story
from tests.syndication.pictures import ready_picture

pytestmark = [pytest.mark.django_db, pytest.mark.whole]
CLOSED = ("registered", "members", "tier:gold", "tier:gone")
OTHERS = ("/static/", "/media/", "/join/", "/account/", "/desk/", "/accounts/", "/documents/")
"""Addresses of other apps, which show no story."""
_ADDRESS = re.compile(r"""(?:href|src|content|cite)=["']([^"']+)["']|<loc>([^<]+)<|"(http://testserver[^"\\]*)\"""")


@pytest.fixture
def story(edition: Edition, section: Section) -> Article:
    """A closed story that everything points to."""
    topic, thread = factories.topic(edition), factories.thread(edition)
    person = factories.contributor(edition)
    picture = ready_picture()
    made = closed_story(
        section,
        "members",
        topics=[topic],
        thread=thread,
        bylines=[person],
        lead_picture=picture,
        social_picture=picture,
    )
    publish_correction(article=made, text="The name was wrong.", serious=True, by=factories.administrator())
    teaser = [{"type": "teaser", "value": {"story": made.pk}}]
    factories.story(section, "Another story", body=json.dumps(teaser))
    return Article.objects.get(pk=made.pk)


def close(story: Article, access: str) -> None:
    story.access = access
    story.save_revision().publish()


def start(story: Article) -> list[str]:
    """Addresses that nothing links to."""
    address = quote(f"http://testserver{story.url}", safe="")
    api = f"/api/v3/pages/{story.pk}/"
    return [
        "/",
        "/sitemap.xml",
        "/news-sitemap.xml",
        "/robots.txt",
        "/feed.xml",
        "/feed.atom",
        "/feed.json",
        f"/oembed?url={address}&format=xml",
        f"/en/search/?q={HIDDEN}",
        f"/en/search/?q={SHOWN}",
        "/en/search/?q=closed",
        "/api/v3/pages/",
        f"/api/v3/pages/?type=stories.Article&fields=body&search={HIDDEN}",
        "/api/v3/pages/?type=stories.Article&fields=*",
        "/api/v3/pages/?type=stories.Article&fields=body,_,title",
        api,
        f"{api}?fields=*",
        f"{api}?fields=body",
        f"/api/v3/pages/find/?html_path={story.url}",
        f"{api}revisions/",
        f"{story.url}?print=1",
        f"{story.url}?amp=1",
        f"{story.url}?preview=1&mode=",
        f"{story.url}amp/",
        f"{story.url}feed.xml",
    ]


def published(client: Client, story: Article, **headers: str) -> Iterator[tuple[str, int, str]]:
    """Every address that can be reached, its status, and what it answers, headers and all."""
    waiting, seen = start(story), set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        assert len(seen) < 400, "the newsroom has no end"
        response = client.get(address, headers=headers)
        sent = b"".join(response) if response.streaming else response.content
        answer = sent.decode("utf-8", "replace")
        yield address, response.status_code, f"{dict(response.items())}{answer}"
        waiting += [found for found in addresses(f"{response.get('Location', '')}", answer) if found not in seen]


def addresses(location: str, answer: str) -> Iterator[str]:
    """Our own addresses in an answer."""
    found = [location, *("".join(groups) for groups in _ADDRESS.findall(answer))]
    for one in map(html.unescape, found):
        parts = urlsplit(one)
        if parts.netloc not in ("", "testserver") or not parts.path.startswith("/") or parts.path.startswith(OTHERS):
            continue
        yield parts.path + (f"?{parts.query}" if parts.query else "")


def asked_for(address: str) -> bool:
    """Whether an answer holds the word because it repeats the question."""
    return f"q={HIDDEN}" in address or f"search={HIDDEN}" in address


def where(client: Client, story: Article, word: str, **headers: str) -> set[str]:
    """The addresses whose answers hold `word`."""
    return {
        address
        for address, _status, answer in published(client, story, **headers)
        if word in answer and not asked_for(address)
    }


@pytest.mark.parametrize("access", CLOSED)
def test_the_closed_part_is_nowhere(client: Client, story: Article, gold: Tier, access: str) -> None:
    close(story, access)
    assert where(client, story, HIDDEN) == set()


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "standfirst_access=tier-2.abc.1790000000.1790003600." + "A" * 43},
        {"standfirst.variant": "tier-2", "standfirst-variant": "tier-2", "x-standfirst-variant": "tier-2"},
        {"authorization": "Bearer forged"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"x-requested-with": "XMLHttpRequest"},
        {"accept": "application/json"},
    ],
    ids=["cookie", "variant", "token", "crawler", "script", "json"],
)
def test_nothing_that_a_client_says_opens_it(
    client: Client, story: Article, gold: Tier, headers: dict[str, str]
) -> None:
    assert where(client, story, HIDDEN, **headers) == set()


def test_a_reader_who_has_signed_in_gets_no_more_than_the_token_says(
    client: Client, story: Article, gold: Tier
) -> None:
    client.force_login(factories.user())
    assert where(client, story, HIDDEN) == set()


def test_this_search_finds_what_is_open(client: Client, story: Article, gold: Tier) -> None:
    close(story, "open")
    found = where(client, story, HIDDEN)
    expected = {
        story.url,
        *(f"{place}feed.{kind}" for place in ("/", "/en/", "/en/azerbaijan/") for kind in ("xml", "atom", "json")),
        f"/api/v3/pages/{story.pk}/",
    }
    assert expected - found == set()


def test_everything_that_should_be_there_is_read(client: Client, story: Article, gold: Tier) -> None:
    statuses = {address: status for address, status, _answer in published(client, story)}
    read = {address.partition("?")[0] for address, status in statuses.items() if status == 200}
    day = timezone.localtime(story.first_published_at)
    assert {
        "/en/",
        "/en/azerbaijan/",
        "/en/corrections/",
        f"/en/archive/{day:%Y/%m/%d}/",
        "/en/topics/railways/",
        "/en/threads/a-border/",
        "/en/contributors/nino-example/",
        "/en/contributors/nino-example/feed.json",
        "/news-sitemap.xml",
        "/oembed",
        "/en/search/",
        story.url,
        f"/api/v3/pages/{story.pk}/",
    } - read == set()
    assert any(address.startswith("/sitemaps/") for address in read)
    assert max(statuses.values()) < 500


@pytest.mark.parametrize(("access", "free"), [("open", True), *((access, False) for access in CLOSED)])
def test_search_engines_are_told(client: Client, story: Article, gold: Tier, access: str, free: bool) -> None:
    close(story, access)
    answer = client.get(story.url).content.decode()
    data = json.loads(re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', answer, re.DOTALL)[0])
    node = next(node for node in data["@graph"] if node.get("@id", "").endswith("#story"))
    assert node["isAccessibleForFree"] is free
    part = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".story__closed"}
    assert node.get("hasPart") == (None if free else part)
    assert ('class="story__closed"' in answer) is not free
    assert node["wordCount"] > 30


def test_feeds_lead_to_the_rest(client: Client, story: Article, gold: Tier) -> None:
    answer = json.loads(client.get("/en/feed.json").content)
    text = next(item["content_html"] for item in answer["items"] if item["title"] == "A closed story")
    assert SHOWN in text
    assert f'<a href="http://testserver{story.url}">Read on</a>' in text


def test_staff_with_a_token_get_all_of_it(client: Client, story: Article) -> None:
    from wagtail.models import APIToken

    from standfirst.accounts.roles import Role

    _token, secret = APIToken.create_token(user=factories.staff(Role.EDITOR), name="test")
    answer = client.get(f"/api/v3/pages/{story.pk}/", headers={"authorization": f"Bearer {secret}"})
    assert HIDDEN in answer.content.decode()
    _token, secret = APIToken.create_token(user=factories.user(), name="no staff")
    answer = client.get(f"/api/v3/pages/{story.pk}/", headers={"authorization": f"Bearer {secret}"})
    assert HIDDEN not in answer.content.decode()


def test_a_theme_of_the_newsrooms_own_that_shows_the_body_shows_no_more(
    client: Client, story: Article, tmp_path: object, settings: object
) -> None:
    from pathlib import Path

    from standfirst.config.base import templates

    folder = Path(str(tmp_path)) / "stories"
    folder.mkdir()
    (folder / "article.html").write_text("{{ page.body }}{% for block in self.body %}{{ block }}{% endfor %}")
    settings.TEMPLATES = templates(Path(str(tmp_path)))  # type: ignore[attr-defined]
    answer = client.get(story.url).content.decode()
    assert SHOWN in answer
    assert HIDDEN not in answer
