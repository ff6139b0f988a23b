"""Translating a story in the admin: a draft of its own in the other edition, or a clear word on what is missing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories

from standfirst.accounts.roles import Role
from standfirst.stories.models import Article, Edition, Section

pytestmark = pytest.mark.django_db


def translate(role: Role, page: Article | Section, edition: Edition) -> tuple[object, str]:
    client = Client()
    client.force_login(factories.staff(role))
    url = reverse("simple_translation:submit_page_translation", args=[page.pk])
    shown = client.get(url).content.decode()
    return client.post(url, {"locales": [edition.locale_id]}), shown


@pytest.fixture
def english() -> Edition:
    return factories.edition("en")


@pytest.fixture
def russian(english: Edition) -> Edition:
    return factories.edition("ru", of=english.get_parent().specific)


@pytest.mark.parametrize(("role", "may"), [(Role.EDITOR, True), (Role.PUBLISHER, True), (Role.REPORTER, False)])
def test_an_editor_translates_a_story_into_a_draft_below_the_translated_section(
    english: Edition, russian: Edition, role: Role, may: bool
) -> None:
    section = factories.section(english, "Georgia")
    counterpart = section.copy_for_translation(russian.locale)
    story = factories.story(section, "Rain in Tbilisi")
    response, _shown = translate(role, story, russian)
    found = Article.objects.filter(translation_key=story.translation_key, locale=russian.locale)
    assert found.exists() is may
    if may:
        draft = found.get()
        assert response.url == reverse("wagtailadmin_pages:edit", args=[draft.pk])
        assert not draft.live
        assert (draft.section_id, draft.edition_id) == (counterpart.pk, russian.pk)
        assert draft.alias_of is None
        assert not draft.listings.exists()


def test_an_editor_is_told_to_ask_when_the_section_has_no_counterpart(english: Edition, russian: Edition) -> None:
    story = factories.story(factories.section(english, "Georgia"))
    _response, shown = translate(Role.EDITOR, story, russian)
    assert "“Georgia” does not exist yet in:" in shown
    assert "Ask a publisher to translate it first" in shown
    assert not Article.objects.filter(locale=russian.locale).exists()


def test_a_publisher_is_led_to_translate_the_section_first(english: Edition, russian: Edition) -> None:
    section = factories.section(english, "Georgia")
    story = factories.story(section)
    _response, shown = translate(Role.PUBLISHER, story, russian)
    assert f'<a href="{reverse("simple_translation:submit_page_translation", args=[section.pk])}">' in shown
    translate(Role.PUBLISHER, section, russian)
    assert Section.objects.filter(translation_key=section.translation_key, locale=russian.locale).exists()
    translate(Role.PUBLISHER, story, russian)
    assert Article.objects.filter(translation_key=story.translation_key, locale=russian.locale).exists()
