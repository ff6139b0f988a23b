"""Whom the gate admits, and what the wall says."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from standfirst.access.freshness import OFFER
from standfirst.access.gate import MembershipGate
from standfirst.access.offer import Offer, cheapest
from standfirst.kit.money import Money
from standfirst.membership.entitlements import variant_of
from standfirst.membership.models import MembershipTerms, Pledge, Price, Tier
from standfirst.stories.access import VARIANT, choices
from standfirst.stories.models import Edition, Section
from tests import factories
from tests.access.closed import HIDDEN, SHOWN, closed_story
from tests.delivery.changes import changed_keys
from tests.money import factories as money

pytestmark = pytest.mark.django_db
STRANGE = ("", "tier-", "tier-x", "members", "TIER-9", "tier--1", "registered2")


@pytest.mark.parametrize(
    ("access", "admitted", "refused"),
    [
        ("open", ["registered", "tier-1", *STRANGE], []),
        ("registered", ["registered", "tier-0", "tier-1", "tier-2"], STRANGE),
        ("members", ["tier-0", "tier-1", "tier-2"], ["registered", *STRANGE]),
        ("tier:silver", ["tier-1", "tier-2"], ["registered", "tier-0", *STRANGE]),
        ("tier:gold", ["tier-2", "tier-3"], ["registered", "tier-0", "tier-1", *STRANGE]),
        ("tier:gone", [], ["registered", "tier-1", "tier-99", *STRANGE]),
        ("nonsense", [], ["registered", "tier-99", *STRANGE]),
    ],
)
def test_who_may_read_what(access: str, admitted: list[str], refused: list[str], gold: Tier) -> None:
    gate = MembershipGate()
    assert [variant for variant in admitted if not gate.admits(access, variant)] == []
    assert [variant for variant in refused if gate.admits(access, variant)] == []


def test_who_is_registered_does_not_read_what_is_for_a_tier_of_rank_0(gold: Tier) -> None:
    money.tier(slug="friends", rank=0)
    assert not MembershipGate().admits("tier:friends", "registered")
    assert MembershipGate().admits("tier:friends", "tier-0")


@pytest.mark.parametrize("state", Pledge.State)
def test_a_pledge_opens_stories_while_it_counts(state: Pledge.State, gold: Tier) -> None:
    pledge = money.pledge(tier=gold, state=state, began_at=timezone.now())
    opens = MembershipGate().admits("tier:gold", variant_of(pledge.member))
    assert opens == (state in {"active", "past_due", "cancelling"})


def test_editors_choose_among_the_tiers(gold: Tier) -> None:
    assert choices() == [
        ("open", "everybody"),
        ("registered", "readers who have signed in"),
        ("members", "members"),
        ("tier:silver", "members: “Silver” and higher"),
        ("tier:gold", "members: “Gold” and higher"),
    ]


def shown(amount: int, currency: str, language: str = "en") -> str:
    return Money(amount, currency).format(language)


def test_the_wall_names_the_least_that_opens_the_story(gold: Tier) -> None:
    assert cheapest(rank=0, language="en") == Offer(shown(1200, "GEL"), "month", may_be_less=True)
    assert cheapest(rank=2, language="en") == Offer(shown(5000, "GEL"), "month", may_be_less=False)
    assert cheapest(rank=3, language="en") is None


def test_the_price_is_in_the_editions_currency(gold: Tier) -> None:
    money.price(gold, currency="EUR", interval=Price.Interval.YEAR, amount=9000)
    MembershipTerms.objects.update(currencies={"en": ["EUR"], "ru": ["USD", "GEL"]})
    assert cheapest(rank=0, language="en") == Offer(shown(9000, "EUR"), "year", may_be_less=True)
    assert cheapest(rank=0, language="ru") == Offer(shown(1200, "GEL", "ru"), "month", may_be_less=True)


@pytest.mark.parametrize("change", [{"is_open": False}, {"tier__is_open": False}])
def test_a_price_that_is_not_offered_is_not_named(change: dict[str, bool], silver: Tier) -> None:
    if "is_open" in change:
        silver.prices.update(is_open=False)
    else:
        Tier.objects.update(is_open=False)
    assert cheapest(rank=0, language="en") is None


def page(story_url: str, variant: str = "") -> str:
    return Client().get(story_url, **{VARIANT: variant}).content.decode()


def test_a_stranger_is_told_the_price_and_where_to_join(section: Section, gold: Tier) -> None:
    story = closed_story(section, "tier:gold")
    html = page(story.url)
    assert SHOWN in html
    assert HIDDEN not in html
    assert "The rest of this story is for members: Gold" in html
    assert f"Membership costs from {shown(5000, 'GEL')} a month." in html
    assert "If that is too much for you" not in html
    assert f'href="/join/?lang=en&amp;source=wall%3Bstory%3D{story.pk}&amp;tier=gold"' in html
    assert 'href="/account/sign-in/?lang=en&amp;next=%2Fen%2Fazerbaijan%2Fa-closed-story%2F"' in html


def test_where_less_is_welcome_the_wall_says_so(section: Section, silver: Tier) -> None:
    assert "If that is too much for you, pay less: nobody asks why." in page(closed_story(section).url)


def test_a_story_for_the_registered_asks_for_no_money(section: Section, silver: Tier) -> None:
    html = page(closed_story(section, "registered").url)
    assert "Sign in to read on" in html
    assert "costs" not in html
    assert HIDDEN not in html
    assert HIDDEN in page(closed_story(section, "registered", slug="another").url, "registered")


def test_a_member_of_a_lower_tier_is_sent_to_the_account_and_not_asked_to_join(section: Section, gold: Tier) -> None:
    html = page(closed_story(section, "tier:gold").url, "tier-1")
    assert HIDDEN not in html
    wall = html.partition('class="appeal wall"')[2].partition("</aside>")[0]
    assert 'href="/account/?lang=en"' in wall
    assert "/join/" not in wall
    assert "sign-in" not in wall


def test_a_member_reads_everything_and_sees_no_wall(section: Section, gold: Tier) -> None:
    html = page(closed_story(section, "tier:gold").url, "tier-2")
    for words in ("in text", "heading", "rich", "pulled", "cell", "raw", "note"):
        assert f"{HIDDEN} {words}" in html
    assert "wall" not in html


def test_a_story_for_a_tier_that_is_gone_sells_nothing(section: Section, gold: Tier) -> None:
    html = page(closed_story(section, "tier:gone").url)
    assert "The rest of this story is for members" in html
    assert "costs" not in html
    wall = html.partition('class="appeal wall"')[2].partition("</aside>")[0]
    assert wall
    assert "/join/" not in wall


def test_a_changed_price_makes_the_walls_anew(silver: Tier) -> None:
    for row in (silver, silver.prices.get(), MembershipTerms.objects.get()):
        with changed_keys() as changed:
            row.save()
        assert OFFER in changed


def test_every_edition_has_its_words(section: Section, gold: Tier, edition: Edition) -> None:
    headings = set()
    for language in ("ru", "ka", "hy", "az", "fa"):
        other = factories.section(factories.edition(language))
        html = page(closed_story(other).url)
        headings.add(html.partition('<h2 id="wall-heading">')[2].partition("</h2>")[0])
        assert "is for members" not in html
    assert len(headings) == 5
