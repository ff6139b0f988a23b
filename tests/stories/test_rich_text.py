"""Links in rich text lead to public pages and to nothing else."""

from __future__ import annotations

import pytest
from tests import factories
from wagtail.rich_text import expand_db_html

from standfirst.stories.actions.kill_story import kill_story

pytestmark = pytest.mark.django_db


def link(pk: object) -> str:
    return expand_db_html(f'<p><a linktype="page" id="{pk}">there</a></p>')


def test_a_link_leads_to_the_pages_present_address() -> None:
    story = factories.story(factories.section(factories.edition()), "There", slug="there")

    assert link(story.pk) == '<p><a href="/en/azerbaijan/there/">there</a></p>'


def test_a_link_keeps_its_edition() -> None:
    section = factories.section(factories.edition("ru"), "Грузия", slug="gruziya")

    assert link(section.pk) == '<p><a href="/ru/gruziya/">there</a></p>'


@pytest.mark.parametrize("pk", ["999999", "", "x", "1 OR 1"])
def test_a_link_to_nothing_has_no_address(pk: str) -> None:
    assert link(pk) == "<p><a>there</a></p>"


def test_drafts_and_killed_stories_do_not_show_their_addresses() -> None:
    section = factories.section(factories.edition())
    draft, killed = factories.draft(section, "A secret plan"), factories.story(section, "Killed")
    kill_story(article=killed, reason="Wrong.", by=None)

    assert link(draft.pk) == link(killed.pk) == "<p><a>there</a></p>"
