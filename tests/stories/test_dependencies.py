"""What publishing touches, and what it leaves alone: exact sets for what happens all day."""

from __future__ import annotations

from typing import Any

import pytest
from tests import factories
from tests.delivery.changes import changed_keys
from tests.delivery.tracing.paper import Paper, paper, render

from standfirst.stories.models import Article, Section

pytestmark = pytest.mark.django_db
OF_ANOTHER_SECTION = ("/en/armenia/other/", "/en/armenia/", "/en/armenia/killed/", "/en/about/", "/en/contributors/")


@pytest.fixture
def made() -> Paper:
    return paper()


def keys_of(*addresses: str) -> set[str]:
    return set().union(*(render(address).keys for address in addresses))


def edited(story: Article, **fields: Any) -> Any:
    fresh = Article.objects.get(pk=story.pk)
    for name, value in fields.items():
        setattr(fresh, name, value)
    return fresh.save_revision()


def test_autosaving_a_public_story_changes_nothing_that_anybody_reads(made: Paper) -> None:
    with changed_keys() as keys:
        edited(made.first, title="Not yet", body=[("paragraph", "<p>Not yet.</p>")])
        edited(made.first, title="Nor now")

    assert keys == set()


def test_publishing_an_edit_leaves_other_sections_their_pages(made: Paper) -> None:
    elsewhere = keys_of(*OF_ANOTHER_SECTION)
    section = render("/en/georgia/").keys

    with changed_keys() as keys:
        edited(made.first, title="First, again").publish()

    assert keys & elsewhere == set()
    assert {key for key in keys if key.startswith("list:")} == set()
    assert f"story:{made.first.pk}" in keys & section


def test_publishing_a_new_story_leaves_other_sections_their_pages(made: Paper) -> None:
    elsewhere = keys_of(*OF_ANOTHER_SECTION)

    with changed_keys() as keys:
        factories.story(Section.objects.get(pk=made.georgia.pk), "Third")

    assert keys & elsewhere == set()
    lists = {f"list:edition:{made.edition.pk}", f"list:section:{made.georgia.pk}"}
    assert {key for key in keys if key.startswith("list:")} == lists
    assert lists <= keys_of("/en/georgia/", "/en/")


def test_saving_a_story_as_it_is_changes_nothing(made: Paper) -> None:
    with changed_keys() as keys:
        Article.objects.get(pk=made.first.pk).save()

    assert keys == set()


def test_a_story_that_changes_its_address_touches_no_other(made: Paper) -> None:
    elsewhere = keys_of(*OF_ANOTHER_SECTION)

    with changed_keys() as keys:
        edited(made.first, slug="elsewhere").publish()

    assert keys & elsewhere == set()
    assert {"slug:first", "slug:elsewhere", f"story:{made.first.pk}"} <= keys


def test_an_ordinary_story_depends_on_few_things(made: Paper) -> None:
    assert len(render("/en/georgia/first/").keys) < 80
