"""Invented members with some months of payments in the sandbox, as if the demo had run for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from standfirst.demo.content import load_toml
from standfirst.demo.errors import ContentError
from standfirst.membership.actions.begin_payment import begin_payment
from standfirst.membership.join_source import JoinSource
from standfirst.membership.models import Member, Pledge, Price, Tier
from standfirst.membership.periods import months_after
from standfirst.membership.signing_in import know_user
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.models import Agreement, ProviderAccount
from standfirst.payments.providers.interface import PaymentState
from standfirst.payments.providers.sandbox.models import SandboxOrder, SandboxPayment
from standfirst.payments.providers.sandbox.world import choose, give_card
from standfirst.stories.models import Article

ENDS = ("paid", "declined", "cancelled", "left", "transfer")
AWAY = 2
"""Months since those who left paid for the last time."""


@dataclass(frozen=True)
class Invented:
    """One person of `members.toml`."""

    email: str
    name: str
    tier: str
    currency: str
    amount: int
    months: int
    source: str
    ends: str = "paid"
    days: int = 9
    """How long ago the last payment was, of those who are paid up."""
    story: str = ""
    """The slug of the story in English by way of which they joined."""
    arrival: str = ""
    """The campaign with which they had come to it."""


def load_members(path: Path) -> list[Invented]:
    """Read the file. Raises ContentError."""
    known = {field.name for field in fields(Invented)}
    found = []
    for entry in load_toml(path)["members"]:
        if surplus := entry.keys() - known:
            raise ContentError(path, 1, f"a member has no field {', '.join(sorted(surplus))}.")
        one = Invented(**entry)
        if one.ends not in ENDS:
            raise ContentError(path, 1, f"“{one.ends}” is no way to stand; there are {', '.join(ENDS)}.")
        found.append(one)
    return found


def take_in_members(people: list[Invented], progress: Callable[[str], None]) -> None:
    """Let everybody who is not there yet have joined, and have paid."""
    made = sum(_take_in(one) for one in people)
    progress(f"Members: {made} new invented ones, {len(people)} in all.")


@transaction.atomic
def tell_what_led_to_them(people: list[Invented]) -> None:
    """Say with each pledge which story led to it, once the stories are there; what says so already is left alone."""
    for one in people:
        story = (
            Article.objects.filter(slug=one.story, edition__locale__language_code="en").first() if one.story else None
        )
        if story is not None:
            for pledge in Pledge.objects.filter(member__user__email=one.email, source=one.source):
                pledge.came_by(JoinSource(one.source, story=story.pk, arrival=one.arrival))
                pledge.save(update_fields=["source", "source_story", "source_variant"])


def _take_in(one: Invented) -> bool:
    return join(one, list(_days(one, timezone.now())), JoinSource.parse(one.source))


@transaction.atomic
def join(one: Invented, days: list[datetime], source: JoinSource) -> bool:
    """Let somebody have joined by `source` and paid on `days` (aware, in their order); False for whoever is there."""
    if Member.objects.filter(user__email=one.email).exists():
        return False
    joined = days[0] if days else timezone.now()
    member = Member.objects.create(
        user=know_user(one.email), pseudonym=one.name, language="en", source=str(source), joined_at=joined
    )
    pledge = _pledge(one, member, joined, source)
    account = ProviderAccount.objects.get(provider="bank" if one.ends == "transfer" else "sandbox")
    agreement = begin_payment(pledge=pledge, account=account, language="en")
    if days:
        _pay(pledge, agreement, days)
        _stand(pledge, agreement, one.ends)
    return True


def _days(one: Invented, now: datetime) -> Iterator[datetime]:
    """When each payment was made; the next of those who pay is still to come, that of `declined` is due now."""
    last = now - timedelta(days=one.days)
    if one.ends == "declined":
        last = months_after(now, -1, now.astimezone(UTC).day) - timedelta(minutes=5)
    elif one.ends == "left":
        last = months_after(now, -AWAY, now.astimezone(UTC).day)
    for back in reversed(range(one.months)):
        yield months_after(last, -back, last.astimezone(UTC).day)


def _pledge(one: Invented, member: Member, joined: datetime, source: JoinSource) -> Pledge:
    tier = Tier.objects.get(slug=one.tier)
    price = Price.objects.get(tier=tier, currency=one.currency, interval=Price.Interval.MONTH)
    pledge = Pledge(
        member=member,
        tier=tier,
        amount=one.amount,
        currency=one.currency,
        interval=Price.Interval.MONTH,
        price_amount=price.amount,
        made_at=joined,
    )
    pledge.came_by(source)
    pledge.save()
    return pledge


def _pay(pledge: Pledge, agreement: Agreement, days: list[datetime]) -> None:
    """Pay in the sandbox as a member does, on days that are past.

    Meanwhile the pledge counts as taken on from elsewhere: nobody gets a receipt for money of the past.
    """
    order = choose(SandboxOrder.objects.get(key=agreement.key).number, "pays")
    SandboxPayment.objects.filter(order=order).update(at=days[0])
    for day in days[1:]:
        SandboxPayment.objects.create(
            order=order,
            key=f"{agreement.key}:{day:%Y-%m-%d}:1",
            state=PaymentState.SETTLED,
            amount=order.amount,
            currency=order.currency,
            at=day,
        )
    pledge.refresh_from_db()
    pledge.is_import = True
    pledge.move_to(Pledge.State.ACTIVE, why="paid (an invented member of the demo)", at=days[0])
    refresh(agreement)
    Pledge.objects.filter(pk=pledge.pk).update(is_import=False)
    pledge.refresh_from_db()


def _stand(pledge: Pledge, agreement: Agreement, ends: str) -> None:
    if ends == "declined":
        give_card(SandboxOrder.objects.get(key=agreement.key).number, is_good=False)
    elif ends == "cancelled":
        pledge.ends_at = pledge.period_end
        pledge.move_to(Pledge.State.CANCELLING, why="cancelled")
    elif ends == "left" and pledge.period_end:
        pledge.move_to(Pledge.State.CANCELLING, why="cancelled", at=pledge.period_end - timedelta(days=3))
        pledge.move_to(Pledge.State.ENDED, why="the period that was paid is over", at=pledge.period_end)
