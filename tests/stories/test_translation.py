"""A translation is a story of its own that points at its own edition."""

from __future__ import annotations

import json

import pytest
from tests import factories

from standfirst.stories.models import Article, Byline, ListedStory

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Article:
    english, russian = factories.edition("en"), factories.edition("ru")
    section = factories.section(english)
    section.copy_for_translation(russian.locale)
    person, thread, topic = factories.contributor(english), factories.thread(english), factories.topic(english)
    other = factories.story(section, "The other story")
    for page in (person, thread, topic, other):
        page.copy_for_translation(russian.locale)
    article = factories.draft(section, "The story", thread=thread)
    article.bylines = [Byline(contributor=person)]
    article.topics = [topic]
    article.body = json.dumps(
        [
            {"type": "paragraph", "value": f'<p>See <a linktype="page" id="{other.pk}">there</a> and 12.</p>'},
            {"type": "teaser", "value": {"story": other.pk}},
        ]
    )
    article.save_revision().publish()
    article.refresh_from_db()
    return article


def test_everything_a_translation_names_is_its_own_editions(source: Article) -> None:
    translation = source.copy_for_translation(factories.locale("ru"))

    stored = Article.objects.get(pk=translation.pk)
    other = Article.objects.get(title="The other story", locale__language_code="ru")
    for version in (stored, stored.get_latest_revision_as_object()):
        assert version.edition.slug == version.section.edition_page.slug == "ru"
        assert version.thread.locale.language_code == "ru"
        assert [topic.locale.language_code for topic in version.topics.all()] == ["ru"]
        assert [byline.contributor.locale.language_code for byline in version.bylines.all()] == ["ru"]
        assert version.body.raw_data[1]["value"]["story"] == other.pk
        assert f'id="{other.pk}"' in version.body.raw_data[0]["value"]
        assert "and 12." in version.body.raw_data[0]["value"]


def test_a_translation_starts_as_an_unlisted_draft_and_leaves_the_original_alone(source: Article) -> None:
    translation = source.copy_for_translation(factories.locale("ru"))

    assert not translation.live
    assert not ListedStory.objects.filter(article=translation).exists()
    source.refresh_from_db()
    assert source.live
    assert source.edition.slug == "en"
    assert source.bylines.get().contributor.locale.language_code == "en"


def test_a_section_copied_along_is_no_alias(source: Article) -> None:
    armenian = factories.edition("hy")

    translation = source.copy_for_translation(armenian.locale, copy_parents=True)

    assert Article.objects.get(pk=translation.pk).get_parent().alias_of is None
    assert translation.edition == armenian
