"""What staff decide about a story's related articles: pinned, banned, in drafts, in translations, in the form."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests import factories
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from standfirst.discovery.related.models import RelatedChoice, RelatedList, WaitingStory
from standfirst.discovery.related.noting import note
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.models import Article, Section
from standfirst.stories.related import related_stories

pytestmark = pytest.mark.django_db
PIN, BAN = RelatedChoice.Kind.PIN, RelatedChoice.Kind.BAN


@pytest.fixture
def section() -> Section:
    return factories.section(factories.edition(), "Georgia")


@pytest.fixture
def stories(section: Section) -> list[Article]:
    """Seven stories; beside the first stand the next five, in their order."""
    made = [factories.story(section, f"Story {number}") for number in range(7)]
    RelatedList.objects.create(article=made[0], stories=[story.pk for story in made[1:6]])
    return made


def decide(story: Article, *choices: tuple[Article, str]) -> Article:
    story = Article.objects.get(pk=story.pk)
    story.related_choices = [
        RelatedChoice(story=other, kind=kind, reason="Old", sort_order=at) for at, (other, kind) in enumerate(choices)
    ]
    return story


def titles(story: Article) -> list[str]:
    return [other.title for other in related_stories(story)]


def test_without_decisions_the_first_four_stand_there(stories: list[Article]) -> None:
    assert titles(stories[0]) == ["Story 1", "Story 2", "Story 3", "Story 4"]


def test_pinned_stories_come_first_in_their_order_and_once(stories: list[Article]) -> None:
    story = decide(stories[0], (stories[6], PIN), (stories[3], PIN))

    assert titles(story) == ["Story 6", "Story 3", "Story 1", "Story 2"]


def test_a_banned_story_stands_there_never_and_the_next_moves_up(stories: list[Article]) -> None:
    assert titles(decide(stories[0], (stories[2], BAN))) == ["Story 1", "Story 3", "Story 4", "Story 5"]


def test_a_decision_in_a_draft_changes_nothing_that_readers_see(stories: list[Article]) -> None:
    draft = decide(stories[0], (stories[6], PIN))
    revision = draft.save_revision()

    assert titles(Article.objects.get(pk=stories[0].pk))[0] == "Story 1"
    revision.publish()
    assert titles(Article.objects.get(pk=stories[0].pk))[0] == "Story 6"


def test_the_preview_of_a_draft_shows_its_decisions(stories: list[Article]) -> None:
    draft = decide(stories[0], (stories[6], PIN))
    draft.save_revision()
    client = Client()
    client.force_login(factories.administrator())

    page = client.get(f"/desk/pages/{draft.pk}/view_draft/").content.decode()

    assert "Story 6" in page.partition("Related articles")[2].partition("</section>")[0]


def test_a_pinned_story_that_is_not_public_stands_nowhere(stories: list[Article], section: Section) -> None:
    draft = factories.draft(section, "Not yet")
    kill_story(article=stories[6], reason="Wrong", by=None)

    assert titles(decide(stories[0], (draft, PIN), (stories[6], PIN)))[0] == "Story 1"


def test_a_translation_takes_over_the_choice_as_its_own_editions_version(
    stories: list[Article], section: Section
) -> None:
    russian = factories.section(factories.edition("ru"), "Грузия")
    version = factories.story(russian, "Рассказ 6")
    Article.objects.filter(pk=version.pk).update(translation_key=stories[6].translation_key)
    translation = decide(factories.story(russian, "Рассказ 0"), (stories[6], PIN), (stories[5], PIN))

    assert titles(translation) == ["Рассказ 6"]


def posted(article: Article, *choices: dict[str, Any]) -> Any:
    client = Client()
    client.force_login(factories.administrator())
    empty = {name: inline_formset([]) for name in ("bylines", "sources", "footnotes", "comments")}
    form = {"title": article.title, "slug": article.slug, "body": streamfield([]), "story_type": "news", **empty}
    data = nested_form_data({**form, "access": "open", "related_choices": inline_formset(choices)})
    return client.post(f"/desk/pages/{article.pk}/edit/", data)


def test_the_form_keeps_the_order(stories: list[Article]) -> None:
    response = posted(
        stories[0],
        {"story": stories[6].pk, "kind": "pin", "reason": "", "ORDER": "2"},
        {"story": stories[4].pk, "kind": "pin", "reason": "", "ORDER": "1"},
    )

    assert response.status_code == 302
    draft = Article.objects.get(pk=stories[0].pk).get_latest_revision_as_object()
    assert titles(draft)[:2] == ["Story 4", "Story 6"]


def test_the_form_refuses_a_ban_without_a_reason(stories: list[Article]) -> None:
    response = posted(stories[0], {"story": stories[6].pk, "kind": "ban", "reason": " ", "ORDER": "1"})

    assert response.status_code == 200
    assert "Say why this story is never to stand here." in response.content.decode()
    assert RelatedChoice.objects.count() == 0


def test_a_story_that_is_pinned_to_itself_does_not_stand_there(stories: list[Article]) -> None:
    assert titles(decide(stories[0], (stories[0], PIN)))[0] == "Story 1"


def test_the_form_says_what_was_worked_out_and_why(stories: list[Article], section: Section) -> None:
    thread = factories.thread(section.get_parent().specific, "The railway")
    Article.objects.filter(pk__in=[story.pk for story in stories[:2]]).update(
        thread=thread, standfirst="Nikol Pashinyan rides to Kars."
    )
    client = Client()
    client.force_login(factories.administrator())

    page = client.get(f"/desk/pages/{stories[0].pk}/edit/").content.decode()

    assert "Thread: The railway · Names in both: Nikol Pashinyan" in page
    assert f"/desk/pages/{stories[5].pk}/edit/" in page


def test_the_form_of_a_draft_says_when_it_is_worked_out(section: Section) -> None:
    draft = factories.draft(section)
    client = Client()
    client.force_login(factories.administrator())

    page = client.get(f"/desk/pages/{draft.pk}/edit/").content.decode()

    assert "Related articles are worked out a moment after publication." in page


@pytest.mark.parametrize(
    ("is_noted", "computed", "says"),
    [
        (True, None, "They are being worked out: load this page again"),
        (False, None, "They are being worked out: load this page again"),
        (True, 2, "They are being worked out anew after a change"),
        (False, 2, "after the pinned ones.</p>\n  \n  <ol>"),
        (False, 0, "Nothing is near enough to this story."),
    ],
)
def test_the_form_says_what_is_still_being_worked_out(
    section: Section, is_noted: bool, computed: int | None, says: str
) -> None:
    story, *others = (factories.story(section, f"Story {number}") for number in range(3))
    WaitingStory.objects.all().delete()
    if is_noted:
        note([story.pk])
    if computed is not None:
        RelatedList.objects.create(article=story, stories=[other.pk for other in others[:computed]])
    client = Client()
    client.force_login(factories.administrator())

    assert says in client.get(f"/desk/pages/{story.pk}/edit/").content.decode()
