"""The mark on cards of closed stories, and the slug by which stories know their tier."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from standfirst.accounts.roles import Role
from standfirst.membership.models import Pledge, Tier
from standfirst.stories.models import Article, Section
from tests import factories
from tests.access.closed import closed_story, text
from tests.money import factories as money

pytestmark = pytest.mark.django_db
MARKS = {
    "en": "Members",
    "ru": "Для участников",
    "ka": "წევრებისთვის",
    "hy": "Անդամների համար",
    "az": "Üzvlər üçün",
    "fa": "ویژهٔ اعضا",
}


def marks(page: str) -> int:
    return page.count('class="closed-mark"')


@pytest.mark.parametrize("access", ["members", "tier:gold"])
def test_a_closed_story_has_a_mark_wherever_it_is_listed(section: Section, gold: Tier, access: str) -> None:
    closed_story(section, access)
    factories.story(section, "An open story")
    for address in (section.url, f"/en/archive/{timezone.localdate():%Y/%m/%d}/", section.get_parent().url):
        page = Client().get(address, follow=True).content.decode()
        assert "A closed story" in page, address
        assert "An open story" in page, address
        assert marks(page) == 1, address
        assert '<span class="closed-mark">Members</span>' in page, address


def test_where_signing_in_is_enough_the_mark_says_so(section: Section) -> None:
    closed_story(section, "registered")
    assert '<span class="closed-mark">Sign in</span>' in Client().get(section.url).content.decode()


@pytest.mark.parametrize("language", MARKS)
def test_the_mark_speaks_the_language_of_the_edition(language: str) -> None:
    section = factories.section(factories.edition(language))
    closed_story(section)
    assert f'<span class="closed-mark">{MARKS[language]}</span>' in Client().get(section.url).content.decode()


def test_a_teaser_in_another_story_has_the_mark(section: Section) -> None:
    closed = closed_story(section)
    body = [text("Words."), {"type": "teaser", "value": {"story": closed.pk}}]
    other = factories.story(section, "Another story", body=json.dumps(body))
    page = Client().get(other.url).content.decode()
    assert "teaser__headline" in page
    assert 'class="closed-mark">Members<' in page[page.index("teaser__headline") :][:400]


def test_closing_a_story_marks_the_list_that_was_stored(section: Section) -> None:
    story = factories.story(section, "A story")
    assert marks(Client().get(section.url).content.decode()) == 0
    story.access = "members"
    story.save_revision().publish()
    assert marks(Client().get(section.url).content.decode()) == 1


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(factories.staff(Role.MEMBERSHIP_MANAGER))
    return client


def rename(desk: Client, tier: Tier, slug: str) -> str:
    """Send the form of `tier` with another slug and name; return what the page says, "" when it was taken."""
    data = {"name": "Golden", "slug": slug, "rank": tier.rank, "position": 0, "is_open": "on"}
    for group in ("texts", "prices"):
        data |= {f"{group}-TOTAL_FORMS": 0, f"{group}-INITIAL_FORMS": 0}
    answer = desk.post(reverse("membership_desk:tier", args=[tier.pk]), data)
    return answer.content.decode() if answer.status_code == 422 else ""


def test_a_tier_that_nobody_names_gets_another_slug(desk: Client, gold: Tier) -> None:
    assert rename(desk, gold, "friends") == ""
    gold.refresh_from_db()
    assert (gold.slug, gold.name) == ("friends", "Golden")


def test_the_slug_stays_while_a_story_or_a_membership_depends_on_it(desk: Client, gold: Tier, section: Section) -> None:
    closed_story(section, "tier:gold")
    draft = factories.draft(section, "A draft", access="tier:gold")
    assert "“gold” is in use by 2 stories" in rename(desk, gold, "friends")
    pledge = money.pledge(tier=gold)
    assert "in use by 1 membership, 2 stories: keep it" in rename(desk, gold, "friends")
    gold.refresh_from_db()
    assert (gold.slug, gold.name) == ("gold", "Gold")
    assert rename(desk, gold, "gold") == ""
    Article.objects.exclude(pk=draft.pk).update(access="open")
    for story in Article.objects.all():
        story.access = "open"
        story.save_revision()
    Article.objects.update(access="open")
    Pledge.objects.filter(pk=pledge.pk).update(state="ended")
    assert rename(desk, gold, "friends") == ""


def test_a_change_that_waits_in_a_draft_counts(desk: Client, gold: Tier, section: Section) -> None:
    story = factories.story(section, "An open story")
    story.access = "tier:gold"
    story.save_revision()
    assert "in use by 1 story" in rename(desk, gold, "friends")
    assert Article.objects.get(pk=story.pk).access == "open"
