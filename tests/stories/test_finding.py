"""Search finds public stories of one edition by all of their words, in every script."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import factories
from wagtail.search import index

from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.finding import find_stories, normalised
from standfirst.stories.models import Article, Edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def indexed(*stories: Article) -> Article:
    """Do at once what the background worker does after a story is saved."""
    for story in stories:
        index.insert_or_update_object(Article.objects.get(pk=story.pk))
    return stories[0]


def body(text: str) -> str:
    return json.dumps([{"type": "paragraph", "value": f"<p>{text}</p>"}])


@pytest.mark.parametrize(
    ("headline", "query"),
    [
        ("The road through Larsi", "larsi road"),
        ("Президент Ирана в Баку", "ирана баку"),
        ("ირანის პრეზიდენტი ბაქოში", "პრეზიდენტი"),
        ("Իրանի նախագահը Բաքվում", "նախագահը"),
        ("İran prezidenti Bakıda", "bakıda"),
        ("رئیس جمهور ایران در باکو", "باکو"),
    ],
)
def test_headlines_are_found_in_every_script(edition: Edition, headline: str, query: str) -> None:
    section = factories.section(edition)
    story = indexed(factories.story(section, headline), factories.story(section, "Something else"))

    assert find_stories(edition, query, limit=10) == [story]


def test_the_text_is_searched_and_every_word_must_occur(edition: Edition) -> None:
    section = factories.section(edition)
    both = factories.story(section, "One", body=body("Apricots ripen in Meghri."))
    indexed(both, factories.story(section, "Two", body=body("Apricots and nothing else.")))

    assert find_stories(edition, "apricots meghri", limit=10) == [both]


def test_drafts_killed_stories_and_other_editions_are_not_found(edition: Edition) -> None:
    section = factories.section(edition)
    killed = factories.story(section, "Apricots killed")
    elsewhere = factories.story(factories.section(factories.edition("ru")), "Apricots elsewhere")
    indexed(factories.draft(section, "Apricots in a draft"), killed, elsewhere)
    kill_story(article=killed, reason="Wrong.", by=None)

    assert find_stories(edition, "apricots", limit=10) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60))
def test_no_query_raises(edition: Edition, query: str) -> None:
    cleaned = normalised(query)
    if cleaned:
        find_stories(edition, cleaned, limit=5)


@pytest.mark.parametrize("query", ['"', "a* OR b*", "NEAR(a b)", "title:x", "-", "(", "a AND", "^", "{a b}: c"])
def test_query_syntax_of_the_backend_is_plain_text(edition: Edition, query: str) -> None:
    assert find_stories(edition, query, limit=5) == []
