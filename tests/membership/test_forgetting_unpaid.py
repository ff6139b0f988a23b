"""Who began to join and never paid is forgotten after ninety days; whoever holds anything is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.money import factories

from standfirst.accounts.actions.assign_roles import assign_roles
from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.membership.actions.forget_unpaid import KEPT_FOR, forget_unpaid, to_forget
from standfirst.membership.looking_after import MemberKeeper
from standfirst.membership.models import Gift, Member, MemberNote, Pledge
from standfirst.payments.models import Agreement, Payment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain")]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LONG_AGO = NOW - KEPT_FOR - timedelta(hours=1)


def never_paid(**given: object) -> Member:
    """Somebody who left the provider's page long ago."""
    member = factories.member("nino@readers.example", pseudonym="Nino", joined_at=LONG_AGO, **given)
    agreement = factories.agreement(state=Agreement.State.ABANDONED)
    pledge = factories.pledge(member, state=Pledge.State.PENDING, made_at=LONG_AGO, agreement=agreement)
    Agreement.objects.filter(pk=agreement.pk).update(reference=pledge.reference)
    return member


def test_the_keeper_forgets_who_never_paid() -> None:
    member = never_paid()
    factories.payment(Agreement.objects.get(), state=Payment.State.FAILED)
    assert MemberKeeper(now=lambda: NOW).look() == 1
    member.refresh_from_db()
    assert (member.user, member.pseudonym, member.erased_at is not None) == (None, "", True)
    assert not User.objects.filter(email="nino@readers.example").exists()
    assert MemberKeeper(now=lambda: NOW).look() == 0


def test_a_pledge_for_nothing_that_was_never_confirmed_is_no_pledge() -> None:
    member = never_paid()
    Pledge.objects.update(agreement=None, amount=0)
    assert list(to_forget(NOW)) == [member]
    assert forget_unpaid(member=member, now=NOW)


def a_visit(member: Member) -> None:
    User.objects.filter(pk=member.user_id).update(last_login=LONG_AGO)


def a_role(member: Member) -> None:
    assert member.user is not None
    assign_roles(user=member.user, roles=[Role.EDITOR])


def a_second_try(member: Member) -> None:
    factories.pledge(member, state=Pledge.State.PENDING, made_at=NOW - timedelta(days=3))


def a_membership_that_ended(member: Member) -> None:
    factories.pledge(member, state=Pledge.State.ENDED, made_at=LONG_AGO, began_at=LONG_AGO)


def a_page_that_may_be_paid(member: Member) -> None:
    Agreement.objects.update(state=Agreement.State.OPEN)


def money(member: Member) -> None:
    factories.payment(Agreement.objects.get(), state=Payment.State.PENDING)


def a_note(member: Member) -> None:
    MemberNote.objects.create(member=member, text="asked by telephone where the money is")


def a_gift_that_waits_for_them(member: Member) -> None:
    values = {"tier": factories.tier(), "amount": 1200, "currency": "GEL", "recipient_email": "Nino@readers.example"}
    Gift.objects.create(**values, state=Gift.State.PAID)


def a_gift_they_gave(member: Member) -> None:
    Gift.objects.create(tier=factories.tier(), amount=1200, currency="GEL", giver=member)


@pytest.mark.parametrize(
    "gets",
    [
        a_visit,
        a_role,
        a_second_try,
        a_membership_that_ended,
        a_page_that_may_be_paid,
        money,
        a_note,
        a_gift_that_waits_for_them,
        a_gift_they_gave,
    ],
)
def test_whoever_holds_anything_is_kept(gets: Callable[[Member], None]) -> None:
    member = never_paid()
    gets(member)
    assert not forget_unpaid(member=member, now=NOW)
    assert list(to_forget(NOW)) == []
    member.refresh_from_db()
    assert member.email == "nino@readers.example"
    assert member.pseudonym == "Nino"


def test_nobody_is_forgotten_early_and_nobody_who_was_brought_from_elsewhere() -> None:
    never_paid()
    assert list(to_forget(NOW - timedelta(hours=2))) == []
    Pledge.objects.all().delete()  # as an imported member who pays nothing has none
    assert list(to_forget(NOW)) == []
