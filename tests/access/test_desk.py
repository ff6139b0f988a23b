"""What editors see: the choice in the form, the list, the preview."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from standfirst.accounts.roles import Role
from standfirst.membership.models import Tier
from standfirst.stories.models import Article, Section
from tests import factories
from tests.access.closed import HIDDEN, SHOWN, closed_story

pytestmark = pytest.mark.django_db
LIST = "story_access:index"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(factories.staff(Role.EDITOR))
    return client


def test_the_form_offers_every_tier_with_a_word_of_help(editor: Client, section: Section, gold: Tier) -> None:
    story = closed_story(section, "tier:gold")
    form = editor.get(reverse("wagtailadmin_pages:edit", args=[story.pk])).content.decode()
    assert '<option value="tier:gold" selected>members: “Gold” and higher</option>' in form
    assert "Preview ends here" in form


@pytest.mark.parametrize(("mode", "whole"), [("", True), ("stranger", False)])
def test_the_preview_shows_both(editor: Client, section: Section, gold: Tier, mode: str, whole: bool) -> None:
    story = closed_story(section)
    html = story.make_preview_request(preview_mode=mode).content.decode()
    assert SHOWN in html
    assert (HIDDEN in html) is whole
    assert ("wall-heading" in html) is not whole


def test_the_editor_lets_one_choose_the_preview(editor: Client, section: Section) -> None:
    form = editor.get(reverse("wagtailadmin_pages:edit", args=[closed_story(section).pk])).content.decode()
    assert "As somebody sees it who is not signed in" in form


def test_the_list_says_who_may_read_what(editor: Client, section: Section, gold: Tier) -> None:
    closed_story(section, "tier:gold")
    factories.story(section, "An open story")
    html = editor.get(reverse(LIST)).content.decode()
    assert "members: “Gold” and higher" in html
    assert "everybody" in html
    only = editor.get(reverse(LIST), {"access": "open"}).content.decode()
    assert "An open story" in only
    assert "A closed story" not in only


def test_the_list_asks_no_more_for_more_stories(editor: Client, section: Section, gold: Tier) -> None:
    counts = []
    for _round in range(2):
        for _story in range(3):
            factories.story(section, access="members")
        editor.get(reverse(LIST))
        with CaptureQueriesContext(connection) as queries:
            editor.get(reverse(LIST))
        counts.append(sum("membership_tier" in query["sql"] for query in queries))
    assert counts == [1, 1]


def test_who_works_on_no_stories_does_not_get_the_list(client: Client, section: Section) -> None:
    factories.story(section, "Kept from them")
    client.force_login(factories.staff(Role.MEMBERSHIP_MANAGER))
    assert "Kept from them" not in client.get(reverse(LIST), follow=True).content.decode()


def test_translations_and_copies_stay_as_closed(section: Section, gold: Tier) -> None:
    story = closed_story(section)
    copied = story.copy(update_attrs={"slug": "copied", "title": "Copied"})
    assert Article.objects.get(pk=copied.pk).access == "members"
