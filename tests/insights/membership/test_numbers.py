"""Each number of the dashboard, counted a second time in plain Python over made-up lives."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.insights.membership.life import COUNTING, START, Life, flow_by, local, make_lives, write
from tests.money import factories as money

from standfirst.insights.membership import coming_and_going, month_explained, retention, revenue
from standfirst.insights.membership.independence import by_month, estimate
from standfirst.insights.models import ExchangeRate
from standfirst.kit.money import Money
from standfirst.membership.goal import current_goal
from standfirst.membership.models import Member, MembershipTerms, Pledge
from standfirst.membership.spans import days, months


class Undone(Exception):
    """Takes an example's rows back; the ledger lets nobody delete them."""


pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ZONES = ["UTC", "Asia/Tbilisi", "Asia/Kathmandu", "America/St_Johns"]


def made(seed: int) -> list[Life]:
    """Lives in the place of those that were there."""
    Pledge.objects.all().delete()
    Member.objects.all().delete()
    lives = make_lives(seed, 12, START, NOW)
    write(lives, money.tier())
    return lives


lives_of_all_kinds = given(seed=st.integers(0, 10**6), zone=st.sampled_from(ZONES))
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@lives_of_all_kinds
def test_members_come_and_go_as_their_timelines_say(seed: int, zone: str) -> None:
    with time_machine.travel(NOW, tick=False), timezone.override(zone):
        lives = made(seed)
        for spans, form in ((months(date(2026, 11, 23), 40), "%Y-%m"), (days(date(2026, 11, 23), 45), "%Y-%m-%d")):
            new, lost = flow_by(lives, form)
            for flow in coming_and_going.flows(spans):
                name = flow.span.first.strftime(form)
                assert (flow.new, flow.lost) == (new[name], lost[name]), name
        whole = coming_and_going.flows(months(date(2026, 11, 23), 40))
        assert sum(flow.net for flow in whole) == current_goal().members
        assert current_goal().members == len({life.member for life in lives if life.state in COUNTING})


@few
@lives_of_all_kinds
def test_failed_payments_are_counted_with_what_became_of_them(seed: int, zone: str) -> None:
    with time_machine.travel(NOW, tick=False), timezone.override(zone):
        moves = [move for life in made(seed) for move in life.moves]
        failed, recovered, lost = Counter(), Counter(), Counter()
        for at, was, became in moves:
            name = local(at).strftime("%Y-%m")
            failed[name] += became == "past_due"
            recovered[name] += was == "past_due" and became in {"active", "cancelling"}
            lost[name] += was == "past_due" and became in {"lapsed", "ended"}
        for one in coming_and_going.rescues(months(date(2026, 11, 23), 40)):
            name = one.span.first.strftime("%Y-%m")
            assert (one.failed, one.recovered, one.lost) == (failed[name], recovered[name], lost[name])


@few
@lives_of_all_kinds
def test_cohorts_stay_as_long_as_their_pledges(seed: int, zone: str) -> None:
    with time_machine.travel(NOW, tick=False), timezone.override(zone):
        lives = made(seed)
        spans = months(date(2026, 11, 23), 40)
        for interval in ("month", "year"):
            for cohort in retention.cohorts(interval, spans):
                name = cohort.span.first.strftime("%Y-%m")
                own = [one for one in lives if one.interval == interval and one.began]
                own = [one for one in own if one.began and local(one.began).strftime("%Y-%m") == name]
                assert cohort.began == len(own)
                for age, staying in enumerate(cohort.staying):
                    last = spans[spans.index(cohort.span) + age].first.strftime("%Y-%m")
                    still = [one for one in own if not one.ended or local(one.ended).strftime("%Y-%m") > last]
                    assert staying == len(still), (name, age)


@few
@lives_of_all_kinds
def test_revenue_is_what_the_pledges_bring(seed: int, zone: str) -> None:
    with time_machine.travel(NOW, tick=False), timezone.override(zone):
        lives = made(seed)
        exact: dict[str, Fraction] = {}
        for one in lives:
            if one.state in {"active", "past_due"} and one.interval != "once" and one.amount:
                part = Fraction(one.amount, 1 if one.interval == "month" else 12)
                exact[one.currency] = exact.get(one.currency, Fraction(0)) + part
        rounded = {currency: int(total + Fraction(1, 2)) for currency, total in exact.items()}
        assert {currency: sum_.amount for currency, sum_ in revenue.monthly_recurring().items()} == rounded
        found = Counter(
            {(one.money.amount, one.money.currency, one.interval): one.members for one in revenue.amounts()}
        )
        assert found == Counter((one.amount, one.currency, one.interval) for one in lives if one.state in COUNTING)


def test_the_home_currency_takes_the_rate_of_the_day() -> None:
    for day, rate in ((1, "0.30"), (10, "0.33"), (25, "0.99")):
        ExchangeRate.objects.create(currency="GEL", home="EUR", day=date(2026, 11, day), rate=Decimal(rate))
    ExchangeRate.objects.create(currency="JPY", home="USD", day=date(2026, 11, 1), rate=Decimal("1"))
    sums = {"GEL": Money(1250, "GEL"), "EUR": Money(100, "EUR"), "JPY": Money(700, "JPY")}
    found = revenue.converted(sums, "EUR", revenue.rates_on(date(2026, 11, 23), "EUR"))
    exact = (Decimal("12.50") * Decimal("0.33") * 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert found.total == Money(int(exact) + 100, "EUR")
    assert [rate.day for rate in found.rates] == [date(2026, 11, 10)]
    assert found.without == (Money(700, "JPY"),)
    early = revenue.converted(sums, "EUR", revenue.rates_on(date(2026, 10, 31), "EUR"))
    assert (early.total, len(early.without)) == (Money(100, "EUR"), 2)


def test_a_currency_without_decimals_is_converted_at_its_own_scale() -> None:
    rates = {"JPY": ExchangeRate(currency="JPY", home="EUR", day=date(2026, 1, 1), rate=Decimal("0.006"))}
    assert revenue.converted({"JPY": Money(1000, "JPY")}, "EUR", rates).total == Money(600, "EUR")


@few
@given(
    st.lists(
        st.tuples(st.integers(1, 5000), st.sampled_from(["settled", "lost", "disputed", "failed"]), st.integers(0, 90)),
        max_size=12,
    )
)
def test_what_is_booked_is_what_the_payments_say(payments: list[tuple[int, str, int]]) -> None:
    with contextlib.suppress(Undone), transaction.atomic():
        agreement = money.agreement()
        begin, end = NOW - timedelta(days=30), NOW
        paid = fees = refunded = disputed = 0
        for amount, state, back in payments:
            at = NOW - timedelta(days=back, seconds=1)
            given_back = amount // 3 if state == "settled" else 0
            money.payment(agreement, amount=amount, state=state, at=at, fee=min(7, amount), refunded=given_back)
            if state != "failed" and begin <= at < end:
                paid, fees, refunded = paid + amount, fees + min(7, amount), refunded + given_back
                disputed += amount if state in {"lost", "disputed"} else 0
        sums = [
            (one.paid.amount, one.fees.amount, one.refunded.amount, one.disputed.amount, one.net.amount)
            for one in revenue.received(begin, end)
        ]
        assert sums == ([(paid, fees, refunded, disputed, paid - fees - refunded - disputed)] if paid else [])
        raise Undone


@few
@lives_of_all_kinds
def test_a_month_is_explained_by_what_lies_before_and_after_it(seed: int, zone: str) -> None:
    with time_machine.travel(NOW, tick=False), timezone.override(zone):
        lives = made(seed)
        new, lost = flow_by(lives, "%Y-%m")
        for span in months(date(2026, 11, 23), 13):
            people, name = month_explained.people_of(span), f"{span.first:%Y-%m}"
            before, after = (
                len({one.member for one in lives if one.state_at(at) in COUNTING}) for at in (span.begin, span.end)
            )
            assert (people.before, people.after, people.difference) == (before, after, 0)
            assert (people.new, people.lost) == (new[name], lost[name])
        assert people.after == current_goal().members


@few
@lives_of_all_kinds
def test_what_is_due_is_what_active_pledges_promise(seed: int, zone: str) -> None:
    with time_machine.travel(NOW, tick=False), timezone.override(zone):
        lives, chance = made(seed), Random(seed)  # noqa: S311 # dates, not secrets
        for life, pledge in zip(lives, Pledge.objects.order_by("pk"), strict=True):
            life.due = NOW + timedelta(hours=chance.randrange(-72, 24 * 40))
            Pledge.objects.filter(pk=pledge.pk).update(period_end=life.due)
        for number in (1, 7, 30):
            last = timezone.localdate() + timedelta(days=number)
            exact: dict[tuple[str, str], list[int]] = {}
            for one in lives:
                is_wanted = one.interval != "once" and one.amount and one.state == "active"
                if is_wanted and one.due and one.due >= NOW and local(one.due).date() <= last:
                    exact.setdefault((one.interval, one.currency), []).append(one.amount)
            found = {(one.interval, one.total.currency): one for one in revenue.renewals(NOW, days(last, 1)[0].end)}
            assert {key: (one.number, one.total.amount) for key, one in found.items()} == {
                key: (len(amounts), sum(amounts)) for key, amounts in exact.items()
            }


@few
@lives_of_all_kinds
def test_sources_are_counted_pledge_by_pledge(seed: int, zone: str) -> None:
    with time_machine.travel(NOW, tick=False), timezone.override(zone):
        began: Counter[tuple[str, str]] = Counter()
        staying: Counter[tuple[str, str]] = Counter()
        for one in made(seed):
            if one.began and one.interval != "once" and "2025-11" <= f"{local(one.began):%Y-%m}" <= "2026-11":
                key = ("story" if one.member % 2 else "header", one.interval)
                began[key] += 1
                staying[key] += one.ended is None
        found = retention.by_source(months(date(2026, 11, 23), 13))
        assert {(one.name, one.interval): (one.began, one.staying) for one in found} == {
            key: (began[key], staying[key]) for key in began
        }


def test_without_anything_nothing_is_divided() -> None:
    with time_machine.travel(NOW, tick=False):
        assert current_goal().share == 0
        assert estimate(by_month(date(2026, 11, 23), 3), date(2026, 11, 23)) is None
        assert month_explained.people_of(months(date(2026, 11, 23), 1)[0]) == month_explained.People(0, 0, 0, 0)
        assert month_explained.sums_of(months(date(2026, 11, 23), 1)[0]) == []
        assert retention.cohorts("month", months(date(2026, 11, 23), 2))[0].share(0) is None
        MembershipTerms.objects.create(goal=0)
        assert current_goal().share == 1


def test_what_is_due_stands_in_its_days() -> None:
    with time_machine.travel(NOW, tick=False):
        inside = money.pledge(period_end=NOW + timedelta(days=3))
        money.pledge(period_end=NOW + timedelta(days=8))
        money.pledge(period_end=NOW - timedelta(days=1))
        money.pledge(period_end=NOW + timedelta(days=3), state=Pledge.State.CANCELLING)
        money.pledge(period_end=NOW + timedelta(days=3), amount=0)
        (found,) = revenue.renewals(NOW, NOW + timedelta(days=7))
        assert (found.number, found.total) == (1, inside.money)
        assert revenue.renewals(NOW, NOW + timedelta(days=9))[0].number == 2


def test_sources_are_put_together_by_their_place() -> None:
    with time_machine.travel(NOW, tick=False):
        for source, ended in (("story:a", None), ("story;story=7", NOW), ("header", None)):
            money.pledge(money.member(source=source), began_at=NOW - timedelta(days=40), ended_at=ended)
        found = {one.name: (one.began, one.staying) for one in retention.by_source(months(date(2026, 11, 23), 13))}
        assert found == {"story": (2, 1), "header": (1, 1)}
