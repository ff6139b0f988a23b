"""Which story stands in which public list, and that nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from tests import factories
from wagtail.models import PageLogEntry

from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.actions.lift_embargo import lift_embargo
from standfirst.stories.errors import EmbargoError, KilledStoryError, StoryError
from standfirst.stories.models import Article, ListedStory

pytestmark = pytest.mark.django_db


def keys(article: Article) -> set[str]:
    return set(ListedStory.objects.filter(article=article).values_list("list_key", flat=True))


def test_a_published_story_stands_in_every_list_it_belongs_to() -> None:
    edition = factories.edition()
    outer = factories.section(edition)
    inner = factories.section(outer, "Nakhchivan")
    person, topic, thread = factories.contributor(edition), factories.topic(edition), factories.thread(edition)

    article = factories.story(inner, bylines=[person], topics=[topic], thread=thread, story_type="opinion")

    assert keys(article) == {
        f"edition:{edition.pk}",
        f"section:{outer.pk}",
        f"section:{inner.pk}",
        f"contributor:{person.pk}",
        f"topic:{topic.pk}",
        f"thread:{thread.pk}",
        f"type:opinion:{edition.pk}",
    }


def test_a_draft_stands_in_no_list() -> None:
    article = factories.draft(factories.section(factories.edition()))

    assert keys(article) == set()


def test_unpublishing_takes_the_story_out_of_all_lists() -> None:
    article = factories.story(factories.section(factories.edition()))

    article.unpublish()

    assert keys(article) == set()


def test_moving_a_story_moves_it_to_the_other_section_and_edition_lists() -> None:
    edition = factories.edition()
    old, new = factories.section(edition, "Old"), factories.section(edition, "New")
    article = factories.story(old)

    article.move(new, pos="last-child")

    assert f"section:{new.pk}" in keys(article)
    assert f"section:{old.pk}" not in keys(article)
    article.refresh_from_db()
    assert article.section_id == new.pk


def test_moving_a_section_relists_the_stories_below_it() -> None:
    edition = factories.edition()
    outer, inner = factories.section(edition, "Outer"), factories.section(edition, "Inner")
    article = factories.story(inner)

    inner.move(outer, pos="last-child")

    assert keys(article) == {f"edition:{edition.pk}", f"section:{outer.pk}", f"section:{inner.pk}"}


def test_lists_are_ordered_by_publication_not_by_making() -> None:
    section = factories.section(factories.edition())
    newer = factories.story(section, "Newer", published_at=datetime(2025, 4, 2, tzinfo=UTC))
    older = factories.story(section, "Older", published_at=datetime(2025, 4, 1, tzinfo=UTC))

    assert list(Article.objects.listed(section.list_key)) == [newer, older]


def test_an_embargoed_story_cannot_be_published_and_stays_unlisted() -> None:
    until = timezone.now() + timedelta(hours=1)
    article = factories.draft(factories.section(factories.edition()), embargoed_until=until)

    with pytest.raises(EmbargoError, match="under embargo"):
        article.get_latest_revision().publish()

    article.refresh_from_db()
    assert not article.live
    assert keys(article) == set()


def test_an_embargoed_story_may_be_scheduled_for_the_moment_it_ends() -> None:
    until = timezone.now() + timedelta(hours=1)
    article = factories.draft(factories.section(factories.edition()), embargoed_until=until, go_live_at=until)

    article.get_latest_revision().publish()

    article.refresh_from_db()
    assert not article.live
    assert article.approved_schedule


def test_lifting_an_embargo_needs_a_reason_and_is_logged() -> None:
    until = timezone.now() + timedelta(hours=1)
    article = factories.draft(factories.section(factories.edition()), embargoed_until=until)

    with pytest.raises(StoryError, match="why the embargo ends early"):
        lift_embargo(article=article, reason=" ", by=None)
    lift_embargo(article=article, reason="The ministry published first.", by=None)
    article.get_latest_revision().publish()

    article.refresh_from_db()
    assert article.live
    entry = PageLogEntry.objects.get(page=article.pk, action="stories.lift_embargo")
    assert entry.data["reason"] == "The ministry published first."


def test_a_killed_story_leaves_the_lists_answers_410_and_cannot_come_back() -> None:
    article = factories.story(factories.section(factories.edition()))

    kill_story(article=article, reason="It named a child.", notice="", by=None)

    assert keys(article) == set()
    with pytest.raises(KilledStoryError, match="was killed"):
        article.save_revision().publish()
    article.refresh_from_db()
    assert not article.live
    assert article.get_latest_revision_as_object().killed_at == article.killed_at
