"""No picture goes out without saying who made it and, unless decorative, what it shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories as make

from standfirst.stories.errors import UnfinishedStoryError
from standfirst.stories.models import Article, Section
from standfirst.stories.pictures.words import pictures_lacking_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def section() -> Section:
    return make.section(make.edition())


def block(picture: Any, **words: Any) -> dict[str, Any]:
    return {
        "picture": picture.pk,
        "caption": "",
        "credit": "",
        "alt": "",
        "decorative": False,
        "width": "text",
        **words,
    }


def body(*blocks: tuple[str, Any]) -> Any:
    return Article._meta.get_field("body").to_python([{"type": kind, "value": value} for kind, value in blocks])


def test_story_with_all_words_is_published(section: Section) -> None:
    story = make.draft(section, lead_picture=make.picture())
    story.save_revision().publish()
    story.refresh_from_db()
    assert story.live


def test_story_with_wordless_lead_picture_stays_a_draft(section: Section) -> None:
    story = make.draft(section, lead_picture=make.picture("Quay", credit="", description=""))
    with pytest.raises(UnfinishedStoryError) as refused:
        story.save_revision().publish()
    story.refresh_from_db()
    assert refused.value.messages == [
        "The lead picture “Quay” lacks: credit, alt text. Fill it in at the picture, or here for this story."
    ]
    assert not story.live


def test_words_of_this_use_count(section: Section) -> None:
    bare = make.picture("Quay", credit="", description="")
    story = make.draft(
        section,
        lead_picture=bare,
        lead_credit="A. Petrova",
        lead_alt="Two boats",
        body=body(("picture", block(bare, credit="A. Petrova", alt="Two boats"))),
    )
    assert pictures_lacking_words(story) == []


@pytest.mark.parametrize("decorative_at", ["picture", "use"])
def test_decorative_picture_needs_a_credit_only(section: Section, decorative_at: str) -> None:
    picture = make.picture("Line", description="", credit="", decorative=decorative_at == "picture")
    value = block(picture, decorative=decorative_at == "use")
    assert pictures_lacking_words(make.draft(section, body=body(("picture", value)))) == [
        "The picture “Line” lacks: credit. Fill it in at the picture, or here for this story."
    ]


def test_every_picture_of_a_gallery_is_named(section: Section) -> None:
    first, second = make.picture("First", credit=""), make.picture("Second", description=" ")
    story = make.draft(section, body=body(("gallery", {"title": "", "pictures": [block(first), block(second)]})))
    assert [problem.split(" lacks: ")[0] for problem in pictures_lacking_words(story)] == [
        "The picture “First”",
        "The picture “Second”",
    ]


def test_poster_of_a_film_needs_a_credit_but_no_alt_text(section: Section) -> None:
    poster = make.picture("Poster", credit="", description="")
    value = {"url": "https://www.youtube.com/watch?v=abcdefghijk", "title": "", "caption": "", "poster": poster.pk}
    problems = pictures_lacking_words(make.draft(section, body=body(("embed", value))))
    assert problems == [
        "The picture before the film “Poster” lacks: credit. Fill it in at the picture, or here for this story."
    ]


def test_deleted_picture_hinders_nobody(section: Section) -> None:
    picture = make.picture()
    value = block(picture)
    picture.delete()
    assert pictures_lacking_words(make.draft(section, body=body(("picture", value)))) == []


def test_the_desk_shows_a_message_and_publishes_nothing(client: Client, section: Section, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(make.administrator())
    story = make.draft(section, lead_picture=make.picture("Quay", credit=""))
    story.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = client.post(f"{address}?id={story.pk}&next=/desk/", follow=True)
    story.refresh_from_db()
    assert not story.live
    assert "The lead picture “Quay” lacks: credit." in response.content.decode()
