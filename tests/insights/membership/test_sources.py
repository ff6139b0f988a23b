"""What led people to join, counted a second time in plain Python; and the screen of it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from html import unescape
from random import Random

import pytest
import time_machine
from django.test import Client
from tests import factories
from tests.money import factories as money

from standfirst.accounts.roles import Role
from standfirst.insights.membership.sources import PARTS, by_part
from standfirst.membership.join_source import JoinSource
from standfirst.membership.models import Gift, Pledge
from standfirst.membership.spans import months
from standfirst.payments.models import Payment
from standfirst.stories.models import Article

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SOURCES = "/desk/membership/sources/"


@pytest.fixture(autouse=True)
def now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(factories.staff(Role.MEMBERSHIP_MANAGER))
    return client


@pytest.fixture
def story() -> Article:
    return factories.story(factories.section(factories.edition()), "Water returns")


Told = tuple[Pledge, dict[str, str], list[tuple[str, int]]]


def made_up(seed: int, story: Article) -> list[Told]:
    """Pledges with what was said of each when it was made: its parts, and what was paid."""
    chance = Random(seed)  # noqa: S311 # lives, not secrets
    tier, found = money.tier(), []
    for _number in range(40):
        parts = {
            "place": chance.choice(["box", "strip", "header", ""]),
            "story": chance.choice(["", str(story.pk), "987654"]),
            "appeal": chance.choice(["", "3"]),
            "variant": chance.choice(["", "5", "6"]),
            "campaign": chance.choice(["", "spring", "autumn"]),
            "letter": chance.choice(["", "weekly"]),
        }
        parts["arrival"] = "" if parts["letter"] else chance.choice(["", "post"])
        text = ";".join(
            [parts["place"], *(f"{name}={value}" for name, value in parts.items() if value and name != "place")]
        )
        began = NOW - timedelta(days=chance.choice([1, 20, 45, 300, 700]))
        pledge = money.pledge(
            tier=tier, source=text, began_at=began, ended_at=NOW if chance.random() < 0.3 else None,
            is_import=chance.random() < 0.1,
        )  # fmt: skip
        found.append((pledge, parts, [_paid(pledge, chance) for _payment in range(chance.randrange(3))]))
    return found


def _paid(pledge: Pledge, chance: Random) -> tuple[str, int]:
    """A payment, and what is left of it for the newsroom."""
    amount, currency = chance.choice([500, 1200]), chance.choice(["GEL", "EUR"])
    state, back = chance.choice([(Payment.State.SETTLED, 0), (Payment.State.SETTLED, 300), (Payment.State.FAILED, 0)])
    agreement = money.agreement(reference=pledge.reference, amount=amount, currency=currency)
    money.payment(agreement, state=state, refunded=back, at=NOW)
    return currency, amount - back if state == Payment.State.SETTLED else 0


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("number", [1, 3, 13])
def test_joins_and_money_are_those_of_the_pledges(story: Article, part: str, number: int) -> None:
    joins, staying = Counter[str](), Counter[str]()
    paid: dict[str, Counter[str]] = defaultdict(Counter)
    begins = months(date(2026, 11, 23), number)[0].begin
    for pledge, parts, payments in made_up(number, story):
        if pledge.is_import or pledge.began_at < begins:
            continue
        joins[parts[part]] += 1
        staying[parts[part]] += pledge.ended_at is None
        for currency, left in payments:
            paid[parts[part]][currency] += left
    found = by_part(part, months(date(2026, 11, 23), number))
    assert {one.value: (one.joins, one.staying) for one in found} == {
        value: (joins[value], staying[value]) for value in joins
    }
    assert {one.value: {money.currency: money.amount for money in one.money} for one in found} == {
        value: {currency: left for currency, left in paid[value].items() if left} for value in joins
    }
    ordered = [one.joins for one in found if one.value]
    assert ordered == sorted(ordered, reverse=True)
    assert "" not in [one.value for one in found[:-1]]


def test_a_gift_brings_its_money_to_what_led_its_giver_there() -> None:
    pledge = money.pledge(source=str(JoinSource("gift", campaign="spring")), began_at=NOW, amount=0)
    gift = Gift.objects.create(tier=pledge.tier, amount=12000, currency="GEL", pledge=pledge)
    money.payment(money.agreement(reference=gift.reference, amount=12000), at=NOW)
    (found,) = by_part("campaign", months(date(2026, 11, 23), 1))
    assert (found.value, found.joins, [str(one) for one in found.money]) == ("spring", 1, ["120.00 GEL"])


def test_each_number_leads_to_its_rows(desk: Client, story: Article) -> None:
    made_up(7, story)
    for part in PARTS:
        page = desk.get(SOURCES, {"by": part, "months": "13"}).content.decode()
        links = re.findall(r'href="(/desk/membership/figures/[^"]+)">(\d+)<', page)
        assert links
        for address, number in links:
            rows = desk.get(unescape(address) + "&format=csv")
            lines = b"".join(rows.streaming_content).decode().splitlines()
            assert len(lines) - 1 == int(number), address


def test_stories_are_called_by_their_headline_and_those_that_are_gone_by_their_number(
    desk: Client, story: Article
) -> None:
    money.pledge(source=f"box;story={story.pk}", began_at=NOW)
    money.pledge(source="box;story=987654", began_at=NOW)
    page = desk.get(SOURCES, {"by": "story"}).content.decode()
    assert f'<a href="/desk/pages/{story.pk}/edit/">Water returns</a>' in page
    assert "no longer there (987654)" in page
    places = desk.get(SOURCES).content.decode()
    assert "the box in a story" in places
    assert "2 joins since" in places


def test_the_file_says_the_same(desk: Client) -> None:
    pledge = money.pledge(source="letter;letter=weekly", began_at=NOW)
    money.payment(money.agreement(reference=pledge.reference), at=NOW)
    money.pledge(source="=cmd", began_at=NOW)
    answer = desk.get(SOURCES, {"by": "letter", "months": "1", "format": "csv"})
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(text))) == [
        ["value", "name", "joined", "still there", "currency", "paid"],
        ["weekly", "weekly", "1", "1", "GEL", "12.00"],
        ["", "–", "1", "1", "", ""],
    ]


def test_many_stories_are_turned_over_page_by_page(desk: Client) -> None:
    tier = money.tier()
    for number in range(1, 102):
        money.pledge(tier=tier, source=f"box;story={number}", began_at=NOW)
    first = desk.get(SOURCES, {"by": "story", "months": "3"}).content.decode()
    assert first.count("no longer there (") == 100
    assert 'href="?by=story&amp;months=3&amp;p=2"' in first
    second = desk.get(SOURCES, {"by": "story", "months": "3", "p": "2"}).content.decode()
    assert second.count("no longer there (") == 1
    assert "101 joins since" in second


def test_what_is_asked_wrongly_is_the_whole_by_place(desk: Client) -> None:
    page = desk.get(SOURCES, {"by": "member", "months": "400"})
    assert page.status_code == 200
    assert "Nobody joined in this time." in page.content.decode()
    assert "What led people to join" in page.content.decode()


def test_others_do_not_see_it() -> None:
    client = Client()
    client.force_login(factories.staff(Role.REPORTER))
    assert client.get(SOURCES).status_code in {302, 403}
