"""The form of a page: a slug is made where none is given."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests import factories
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from standfirst.stories.models import Article, Section

pytestmark = pytest.mark.django_db


def saved(section: Section, **fields: Any) -> Article:
    """Save a draft in the admin and return it."""
    client = Client()
    client.force_login(factories.administrator())
    empty = {name: inline_formset([]) for name in ("bylines", "sources", "footnotes", "related_choices")}
    form = {"title": "A story", "body": streamfield([]), "story_type": "news", "comments": inline_formset([]), **empty}
    with_standard_answers = nested_form_data({**form, "slug": "", **fields})
    before = set(Article.objects.values_list("pk", flat=True))
    response = client.post(f"/desk/pages/add/stories/article/{section.pk}/", with_standard_answers)
    assert response.status_code == 302, response.context["form"].errors
    return Article.objects.exclude(pk__in=before).get()


def changed(article: Article, **fields: Any) -> Article:
    """Save `article` in the admin again, with these fields changed."""
    client = Client()
    client.force_login(factories.administrator())
    empty = {name: inline_formset([]) for name in ("bylines", "sources", "footnotes", "related_choices")}
    form = {"title": article.title, "slug": article.slug, "body": streamfield([]), "story_type": "news", **empty}
    response = client.post(
        f"/desk/pages/{article.pk}/edit/", nested_form_data({**form, "comments": inline_formset([]), **fields})
    )
    assert response.status_code == 302, response.context["form"].errors
    return article.get_latest_revision_as_object() if article.live else Article.objects.get(pk=article.pk)


@pytest.fixture
def section(settings: Any) -> Section:
    settings.STAFF_MFA_REQUIRED = False
    return factories.section(factories.edition("ru"), "Азербайджан")


def test_an_empty_slug_is_made_from_the_headline_in_latin_letters(section: Section) -> None:
    assert saved(section, title="Президент прибыл в Баку").slug == "prezident-pribyl-v-baku"


def test_a_second_story_of_the_same_headline_gets_an_address_of_its_own(section: Section) -> None:
    assert [saved(section, title="Հայաստան").slug for _ in range(3)] == ["hayastan", "hayastan-2", "hayastan-3"]


def test_a_slug_that_somebody_wrote_stays(section: Section) -> None:
    assert saved(section, slug="визит").slug == "визит"


def test_a_headline_without_letters_still_gets_an_address(section: Section) -> None:
    assert saved(section, title="!?").slug == "article"


def test_the_address_of_a_draft_follows_its_headline(section: Section) -> None:
    draft = saved(section, title="The road")

    assert changed(draft, title="Дорога на юг").slug == "doroga-na-yug"


def test_an_address_that_somebody_wrote_does_not_follow(section: Section) -> None:
    draft = saved(section, title="The road", slug="a-road")

    assert changed(draft, title="Дорога на юг").slug == "a-road"


def test_the_address_of_a_published_story_does_not_follow(section: Section) -> None:
    published = factories.story(section, "The road", slug="the-road")

    assert changed(published, title="Another headline").slug == "the-road"
