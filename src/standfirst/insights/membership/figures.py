"""The rows behind each figure of the dashboard: what is counted can be looked at, and taken away as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.insights.membership import coming_and_going, retention, revenue, sources
from standfirst.kit.money import Money
from standfirst.membership.models import Pledge, PledgeEvent
from standfirst.membership.spans import Span, days, month, months
from standfirst.payments.models import LedgerEntry, Payment

NAMES = {
    "when": _("When"),
    "member": _("Member"),
    "number": _("Member number"),
    "tier": _("Tier"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "interval": _("Paid"),
    "state": _("State"),
    "why": _("Why"),
    "book": _("Book"),
    "payment": _("Payment"),
}
PLEDGE_COLUMNS = ("when", "member", "number", "tier", "amount", "currency", "interval", "state")
EVENT_COLUMNS = (*PLEDGE_COLUMNS, "why")
MOST_MONTHS = 60
LEDGER_COLUMNS = ("when", "payment", "book", "amount", "currency")


@dataclass(frozen=True)
class Row:
    """One line; `member_pk` leads to the member where there is one."""

    cells: tuple[object, ...]
    member_pk: int | None = None


@dataclass(frozen=True)
class Figure:
    """What a number counts: `rows` are the things themselves, in `span` when the number is about a time."""

    title: Any
    columns: tuple[str, ...]
    rows: Callable[[Span, dict[str, str]], QuerySet[Any]]
    read: Callable[[Any], Row]

    def lines(self, found: Iterable[Any]) -> Iterable[Row]:
        """`found` as lines."""
        return (self.read(one) for one in found)


def _of_pledge(pledge: Pledge) -> Row:
    return Row(_pledge_cells(pledge, pledge.period_end or pledge.began_at or pledge.made_at), pledge.member_id)


def _of_joining(pledge: Pledge) -> Row:
    return Row(_pledge_cells(pledge, pledge.began_at), pledge.member_id)


def _of_event(event: PledgeEvent) -> Row:
    return Row((*_pledge_cells(event.pledge, event.at), event.why), event.pledge.member_id)


def _pledge_cells(pledge: Pledge, when: Any) -> tuple[object, ...]:
    return (
        timezone.localtime(when).strftime("%Y-%m-%d %H:%M") if when else "",
        str(pledge.member),
        str(pledge.member.number),
        str(pledge.tier),
        str(pledge.money.decimal),
        pledge.currency,
        pledge.get_interval_display(),
        pledge.get_state_display(),
    )


def _of_entry(entry: LedgerEntry) -> Row:
    when = timezone.localtime(entry.transaction.at).strftime("%Y-%m-%d %H:%M")
    payment: Payment = entry.transaction.payment
    amount = str(Money(entry.amount, entry.currency).decimal)
    return Row((when, str(payment.number), entry.get_book_display(), amount, entry.currency))


def _pledges(found: QuerySet[Pledge]) -> QuerySet[Pledge]:
    return found.select_related("member__user", "tier")


def _events(found: QuerySet[PledgeEvent], span: Span) -> QuerySet[PledgeEvent]:
    within = found.filter(at__gte=span.begin, at__lt=span.end)
    return within.select_related("pledge__member__user", "pledge__tier").order_by("-at", "-pk")


def _cohort(span: Span, given: dict[str, str]) -> QuerySet[Pledge]:
    found = Pledge.objects.filter(began_at__gte=span.begin, began_at__lt=span.end)
    if given.get("interval"):
        found = found.filter(interval=given["interval"])
    if given.get("still"):
        found = found.filter(Q(ended_at=None) | Q(ended_at__gte=_end_of_month_after(span, given["still"])))
    return _pledges(found).order_by("-began_at", "-pk")


def _end_of_month_after(span: Span, number: str) -> Any:
    """When the month that comes `number` months after `span` ends."""
    day = span.first
    for _step in range(min(int(number), 600) if number.isdecimal() else 0):
        day = month(day).first + timedelta(days=32)
    return month(day).end


def _source(span: Span, given: dict[str, str]) -> QuerySet[Pledge]:
    """What `retention.by_source` counted in the months up to that of `span`."""
    spans = months(span.first, retention.SOURCE_MONTHS)
    found = retention.begun(spans).filter(interval=given.get("interval", ""))
    name = given.get("source", "")
    found = found.filter(
        Q(member__source=name) | Q(member__source__startswith=f"{name}:") | Q(member__source__startswith=f"{name};")
    )
    if given.get("still"):
        found = found.filter(ended_at=None)
    return _pledges(found).order_by("-began_at", "-pk")


def _joined(span: Span, given: dict[str, str]) -> QuerySet[Pledge]:
    """What `sources.by_part` counted in as many months up to that of `span`."""
    number = given.get("months", "")
    spans = months(span.first, min(int(number), MOST_MONTHS) if number.isdecimal() and int(number) else 1)
    found = sources.joined(spans)
    if given.get("by") in sources.PARTS:
        found = found.filter(source__in=sources.texts_of(given["by"], given.get("value", ""), spans))
    if given.get("still"):
        found = found.filter(ended_at=None)
    return _pledges(found).order_by("-began_at", "-pk")


def _amount(_span: Span, given: dict[str, str]) -> QuerySet[Pledge]:
    found = Pledge.objects.counting()
    for name in ("currency", "interval"):
        if given.get(name):
            found = found.filter(**{name: given[name]})
    if given.get("amount", "").isdecimal():
        found = found.filter(amount=int(given["amount"]))
    return _pledges(found).order_by("-made_at", "-pk")


def _recurring(_span: Span, given: dict[str, str]) -> QuerySet[Pledge]:
    found = revenue.recurring()
    if given.get("currency"):
        found = found.filter(currency=given["currency"])
    return _pledges(found).order_by("-amount", "-pk")


def _due(span: Span, given: dict[str, str]) -> QuerySet[Pledge]:
    """From now until the end of the day that the span begins with."""
    found = revenue.due(timezone.now(), days(span.first, 1)[0].end)
    for name in ("currency", "interval"):
        if given.get(name):
            found = found.filter(**{name: given[name]})
    return _pledges(found).order_by("period_end", "pk")


def _booked(span: Span, given: dict[str, str]) -> QuerySet[Any]:
    found = LedgerEntry.objects.filter(transaction__at__gte=span.begin, transaction__at__lt=span.end)
    if given.get("currency"):
        found = found.filter(currency=given["currency"])
    if given.get("book"):
        found = found.filter(book=given["book"])
    return found.select_related("transaction__payment").order_by("transaction__at", "pk")


def _now(_span: Span, _given: dict[str, str]) -> QuerySet[Pledge]:
    """The newest pledge that counts of each member: as many rows as there are members."""
    last = Pledge.objects.counting().order_by().values("member").annotate(last=Max("pk")).values("last")
    return _pledges(Pledge.objects.filter(pk__in=last)).order_by("-began_at", "-pk")


def _members_at(moment: datetime) -> QuerySet[Pledge]:
    """The newest pledge that counted of each member at `moment`."""
    last = coming_and_going.counting_at(moment).order_by().values("member").annotate(last=Max("pk")).values("last")
    return _pledges(Pledge.objects.filter(pk__in=last)).order_by("-began_at", "-pk")


FIGURES = {
    "now": Figure(_("Members now"), PLEDGE_COLUMNS, _now, _of_joining),
    "before": Figure(
        _("Members before the time"), PLEDGE_COLUMNS, lambda span, _g: _members_at(span.begin), _of_joining
    ),
    "after": Figure(_("Members after the time"), PLEDGE_COLUMNS, lambda span, _g: _members_at(span.end), _of_joining),
    "new": Figure(
        _("New members"), EVENT_COLUMNS, lambda span, _g: _events(coming_and_going.new_members(), span), _of_event
    ),
    "lost": Figure(
        _("Lost members"), EVENT_COLUMNS, lambda span, _g: _events(coming_and_going.lost_members(), span), _of_event
    ),
    "failed": Figure(
        _("Payments that failed"), EVENT_COLUMNS, lambda span, _g: _events(coming_and_going.failures(), span), _of_event
    ),
    "recovered": Figure(
        _("Failed payments that came after all"),
        EVENT_COLUMNS,
        lambda span, _g: _events(coming_and_going.recoveries(), span),
        _of_event,
    ),
    "lapsed": Figure(
        _("Members lost by a failed payment"),
        EVENT_COLUMNS,
        lambda span, _g: _events(coming_and_going.losses(), span),
        _of_event,
    ),
    "recurring": Figure(_("Monthly recurring revenue"), PLEDGE_COLUMNS, _recurring, _of_pledge),
    "amounts": Figure(_("Members who pay this"), PLEDGE_COLUMNS, _amount, _of_joining),
    "cohort": Figure(_("Pledges that began"), PLEDGE_COLUMNS, _cohort, _of_joining),
    "source": Figure(_("Pledges of those who came by the same way"), PLEDGE_COLUMNS, _source, _of_joining),
    "joined": Figure(_("Pledges that began, by what led there"), PLEDGE_COLUMNS, _joined, _of_joining),
    "due": Figure(_("Payments that are due"), PLEDGE_COLUMNS, _due, _of_pledge),
    "booked": Figure(_("Booked in the ledger"), LEDGER_COLUMNS, _booked, _of_entry),
}


def span_of(text: str) -> Span:
    """The time that `2026-11` or `2026-11-23` names. Raises ValueError."""
    if not text:
        return month(timezone.localdate())
    if len(text) == 7:
        return month(date.fromisoformat(f"{text}-01"))
    return days(date.fromisoformat(text), 1)[0]
