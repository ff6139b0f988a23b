"""Addresses: slugs in every script, redirects after a change, what answers at an address and what does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from tests import factories

from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.models import Article, Section
from standfirst.stories.models.base import transliterated_slug

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        (
            "Iran’s president in Baku, the first such visit in six years",
            "irans-president-in-baku-the-first-such-visit-in-six-years",
        ),
        ("Президент Ирана в Баку", "prezident-irana-v-baku"),
        ("ირანის პრეზიდენტი ბაქოში", "iranis-prezidenti-bakoshi"),
        ("Իրանի նախագահը Բաքվում", "irani-nakhagahy-bakvum"),
        ("İran prezidenti Bakıda", "iran-prezidenti-bakida"),
        ("رئیس‌جمهور ایران در باکو", "riysjmhwr-yrn-dr-bkw"),
        ("word " * 40, "word-" * 15 + "word"),
        ("!!!", ""),
    ],
)
def test_slugs_are_transliterated_from_every_script(headline: str, slug: str) -> None:
    assert transliterated_slug(headline) == slug


@pytest.fixture
def section() -> Section:
    return factories.section(factories.edition())


def test_a_story_without_letters_still_gets_a_slug(section: Section) -> None:
    assert factories.draft(section, "!!!").slug


def test_a_slug_in_its_own_script_is_kept_and_answers(section: Section, client: Client) -> None:
    story = factories.story(section, "Headline", slug="ბაქო")

    assert client.get("/en/azerbaijan/ბაქო/").status_code == 200
    assert story.slug == "ბაქო"


@pytest.mark.parametrize("slug", ["archive", "corrections", "search"])
def test_no_page_of_an_edition_takes_an_address_of_the_site(section: Section, slug: str) -> None:
    with pytest.raises(ValidationError, match="address of the site itself"):
        factories.section(section.get_parent(), "Section", slug=slug)


def test_a_changed_slug_leaves_a_redirect(
    section: Section, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    story = factories.story(section, "Headline", slug="old")

    story.slug = "new"
    with django_capture_on_commit_callbacks(execute=True):
        story.save_revision().publish()

    response = client.get("/en/azerbaijan/old/")
    assert (response.status_code, response["Location"]) == (301, "/en/azerbaijan/new/")


def test_a_moved_story_leaves_a_redirect(section: Section, client: Client) -> None:
    story = factories.story(section, "Headline", slug="story")
    other = factories.section(section.get_parent(), "Georgia")

    story.move(other, pos="last-child")

    response = client.get("/en/azerbaijan/story/")
    assert (response.status_code, response["Location"]) == (301, "/en/georgia/story/")


def test_a_killed_story_answers_410_with_its_notice_and_without_its_text(section: Section, client: Client) -> None:
    story = factories.story(section, "A false headline", slug="story", standfirst="A false claim.")
    kill_story(article=story, reason="The document was forged.", notice="We withdrew this story.", by=None)

    response = client.get("/en/azerbaijan/story/")

    assert response.status_code == 410
    assert "We withdrew this story." in response.content.decode()
    assert "A false" not in response.content.decode()
    assert "forged" not in response.content.decode()


def test_drafts_and_stories_under_embargo_answer_404(section: Section, client: Client) -> None:
    draft = factories.draft(section, "Draft", slug="draft")
    embargoed = factories.story(section, "Embargoed", slug="embargoed")
    Article.objects.filter(pk=embargoed.pk).update(embargoed_until=timezone.now() + timedelta(hours=1))

    assert client.get(f"/en/azerbaijan/{draft.slug}/").status_code == 404
    assert client.get("/en/azerbaijan/embargoed/").status_code == 404


def test_the_root_leads_to_the_default_edition(section: Section, client: Client) -> None:
    response = client.get("/")

    assert (response.status_code, response["Location"]) == (302, "/en/")
