"""The demo's invented members, and the files that a membership manager brings in."""

from __future__ import annotations

import pickle
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from standfirst.demo.content import CONTENT
from standfirst.demo.errors import ContentError
from standfirst.demo.steps.members import load_members, take_in_members, tell_what_led_to_them
from standfirst.demo.steps.membership import offer_membership
from standfirst.demo.to_import import ELSEWHERE, MONTHS_ELSEWHERE, members_list, settle_in, statement, write_files
from standfirst.importers.members.reading import read_members
from standfirst.membership.models import Member, Pledge, SentMail
from standfirst.membership.renewing import due
from standfirst.payments import ledger
from standfirst.payments.models import Agreement, Payment
from standfirst.payments.providers.bank.camt import read_camt
from standfirst.payments.providers.stripe.client import API_VERSION
from standfirst.payments.providers.stripe.fake.world import World
from tests import factories

pytestmark = pytest.mark.django_db
PEOPLE = load_members(CONTENT / "members.toml")


@pytest.fixture
def taken_in() -> list[str]:
    """What was told while the members were taken in, twice."""
    told: list[str] = []
    offer_membership()
    take_in_members(PEOPLE, told.append)
    take_in_members(PEOPLE, told.append)
    return told


def test_everybody_paid_as_the_file_says_and_nobody_was_mailed(taken_in: list[str]) -> None:
    assert taken_in == ["Members: 10 new invented ones, 10 in all.", "Members: 0 new invented ones, 10 in all."]
    for one in PEOPLE:
        member = Member.objects.get(user__email=one.email)
        paid = Payment.objects.filter(agreement__reference=member.pledges.get().reference)
        assert [payment.amount for payment in paid] == [one.amount] * one.months, one
        assert all(payment.at <= timezone.now() for payment in paid)
        assert "(invented)" in member.pseudonym
    assert ledger.verify() == []
    assert not SentMail.objects.exists()


def test_each_stands_as_the_file_says(taken_in: list[str]) -> None:
    states = {"paid": "active", "declined": "active", "cancelled": "cancelling", "left": "ended", "transfer": "pending"}
    for one in PEOPLE:
        pledge = Pledge.objects.get(member__user__email=one.email)
        assert pledge.state == states[one.ends], one
        assert not pledge.is_import
        if one.ends == "paid":
            assert pledge.period_end is not None
            assert pledge.period_end > timezone.now()
    assert [pledge.member.email for pledge in due(timezone.now())] == ["declined@readers.example"]


def test_they_joined_by_way_of_stories_that_are_there(taken_in: list[str]) -> None:
    section = factories.section(factories.edition())
    stories = {
        slug: factories.story(section, slug=slug).pk for slug in ("metsamor-reactor", "iran-president-visits-baku")
    }
    for _again in range(2):
        tell_what_led_to_them(PEOPLE)
    led = {one.email: Pledge.objects.get(member__user__email=one.email) for one in PEOPLE}
    assert {email: pledge.source_story for email, pledge in led.items() if pledge.source_story} == {
        one.email: stories[one.story] for one in PEOPLE if one.story in stories
    }
    arman = led["arman@readers.example"]
    assert arman.source == f"story;story={stories['iran-president-visits-baku']};arrival=morning-letter"
    assert arman.began_at > timezone.now() - timedelta(days=3)
    assert led["lali@readers.example"].source == "story"


def test_the_stories_of_the_file_are_in_the_demo() -> None:
    slugs = {path.stem for path in (CONTENT / "en" / "stories").glob("*.md")}
    assert {one.story for one in PEOPLE} - {""} <= slugs


def test_a_mistake_in_the_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "members.toml"
    text = (CONTENT / "members.toml").read_text(encoding="utf-8")
    file.write_text(text.replace('ends = "left"', 'ends = "gone"'), encoding="utf-8")
    with pytest.raises(ContentError, match="“gone” is no way to stand; there are paid, declined"):
        load_members(file)
    file.write_text(text.replace('source = "header"', 'shoe = "44"'), encoding="utf-8")
    with pytest.raises(ContentError, match="a member has no field shoe"):
        load_members(file)


def test_the_statement_pays_for_the_transfer_that_is_waited_for(taken_in: list[str]) -> None:
    waiting = Agreement.objects.get(account__provider="bank")
    lines = read_camt(statement().encode()).lines
    assert [line.money.amount for line in lines] == [waiting.amount, 2000, -90000]
    assert lines[0].text in [value for _label, value in waiting.lines]


def test_the_list_can_be_read_but_for_its_one_bad_row() -> None:
    found = read_members(members_list().encode())
    assert [person.customer for person in found.people] == ["cus_ghost0001", "cus_ghost0002", "", ""]
    assert [person.is_comped for person in found.people] == [False, False, True, False]
    assert [line for line, _why in found.problems] == [6]


def test_files_are_written_once(taken_in: list[str], tmp_path: Path) -> None:
    write_files(tmp_path / "to-import")
    (tmp_path / "to-import" / "bank-statement.xml").write_text("mine")
    write_files(tmp_path / "to-import")
    assert (tmp_path / "to-import" / "bank-statement.xml").read_text() == "mine"
    assert (tmp_path / "to-import" / "members-from-ghost.csv").read_text() == members_list()


def test_the_fake_of_stripe_knows_the_customers_of_the_list_also_after_a_restart() -> None:
    world = World(API_VERSION)
    told: list[object] = []
    world.tell = told.append
    settle_in(world)
    world = pickle.loads(pickle.dumps(world))  # noqa: S301 - our own
    for customer, _email, cents in ELSEWHERE:
        (row,) = [one for one in world.all("subscription") if one["customer"] == customer]
        assert row["status"] == "active"
        paid = [one for one in world.all("payment_intent") if one["customer"] == customer]
        assert [(one["amount"], one["status"]) for one in paid] == [(cents, "succeeded")] * MONTHS_ELSEWHERE
    assert told == []
    assert abs(world.now() - timezone.now().timestamp()) < 60
