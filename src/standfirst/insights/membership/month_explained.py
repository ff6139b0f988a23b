"""One month explained: who was there, who came and went, who is there; what was paid, what it cost, what was left.

Both sides of each sum are read from different rows, so that the page proves what it says: members before and after
from the state of every pledge at that moment, comings and goings from single events; what reached the providers from
the book of that name, its parts from the other books.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from standfirst.insights.membership import coming_and_going, revenue
from standfirst.insights.membership.revenue import Converted, Received
from standfirst.kit.money import Money
from standfirst.membership.desk.access import managers_only
from standfirst.membership.desk.answers import csv_answer
from standfirst.membership.models import MembershipTerms
from standfirst.membership.spans import Span, month


@dataclass(frozen=True)
class People:
    """Members `before` the month and `after` it (or now), and what lies between."""

    before: int
    new: int
    lost: int
    after: int

    @property
    def difference(self) -> int:
        """What does not add up; 0 when all is well."""
        return self.before + self.new - self.lost - self.after


@dataclass(frozen=True)
class Sums:
    """One currency's month, and what was `left` at the providers by their own book."""

    received: Received
    left: Money

    @property
    def difference(self) -> Money:
        """What does not add up; 0 when all is well."""
        return self.received.net - self.left


def people_of(span: Span) -> People:
    """The members of a month."""
    (flow,) = coming_and_going.flows([span])
    members_at = coming_and_going.members_at
    return People(members_at(span.begin), flow.new, flow.lost, members_at(span.end))


def sums_of(span: Span) -> list[Sums]:
    """The money of a month, by currency."""
    left = revenue.net_of(span)
    return [Sums(one, left.get(one.currency, Money(0, one.currency))) for one in revenue.received(span.begin, span.end)]


def left_at_home(span: Span, sums: list[Sums]) -> Converted:
    """What was left in all currencies, in the home currency at the rates of the month's last day or of today."""
    home = MembershipTerms.current().home_currency
    day = min(timezone.localdate(span.end) - timedelta(days=1), timezone.localdate())
    return revenue.converted({one.left.currency: one.left for one in sums}, home, revenue.rates_on(day, home))


@managers_only
@require_safe
def explain(request: HttpRequest, name: str) -> HttpResponseBase:
    """The month `name` (2026-11); `?format=csv` gives it as a file."""
    try:
        span = month(date.fromisoformat(f"{name}-01"))
    except ValueError as error:
        raise Http404("Write the month as 2026-11.") from error
    people, sums = people_of(span), sums_of(span)
    if request.GET.get("format") == "csv":
        return csv_answer(f"{name}.csv", ["what", "amount", "currency"], _lines(people, sums))
    context: dict[str, Any] = {
        "name": name,
        "people": people,
        "sums": sums,
        "home": left_at_home(span, sums),
        "earlier": f"{span.first - timedelta(days=1):%Y-%m}",
        "later": f"{span.first + timedelta(days=32):%Y-%m}" if span.end <= timezone.now() else "",
        "page_title": _("%(month)s explained") % {"month": date_format(span.first, "F Y")},
        "header_icon": "group",
    }
    return TemplateResponse(request, "insights/membership/month_explained.html", context)


def _lines(people: People, sums: list[Sums]) -> Iterator[list[object]]:
    yield [_("Members before"), people.before, ""]
    yield [_("New"), people.new, ""]
    yield [_("Lost"), -people.lost, ""]
    yield [_("Members after"), people.after, ""]
    for one in sums:
        found = one.received
        yield [_("Paid"), found.paid.decimal, found.currency]
        yield [_("Given back"), -found.refunded.decimal, found.currency]
        yield [_("Disputed"), -found.disputed.decimal, found.currency]
        yield [_("Provider's fees"), -found.fees.decimal, found.currency]
        yield [_("Left"), one.left.decimal, found.currency]
