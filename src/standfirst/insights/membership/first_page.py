"""The membership on the admin's first page: how many members there are, and what waits for their manager."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standfirst.insights.membership import coming_and_going
from standfirst.insights.membership.troubles import troubles
from standfirst.membership.goal import current_goal
from standfirst.membership.models import Pledge
from standfirst.membership.spans import month
from standfirst.payments.models import StatementLine


def membership_today() -> dict[str, object]:
    """Return the goal, this month's flow, and each thing that waits with the address where it is done."""
    this_month = month(timezone.localdate())
    return {
        "goal": current_goal(),
        "flow": coming_and_going.flows([this_month])[0],
        "this_month": f"{this_month.first:%Y-%m}",
        "waiting": list(_waiting()),
    }


def _waiting() -> Iterator[tuple[str, str]]:
    lines = StatementLine.objects.filter(state=StatementLine.State.PROPOSED).count()
    if lines:
        words = ngettext("%(n)d bank payment to decide", "%(n)d bank payments to decide", lines)
        yield words % {"n": lines}, reverse("statements:waiting")
    late = Pledge.objects.filter(state=Pledge.State.PAST_DUE).count()
    if late:
        words = ngettext("%(n)d member whose payment is late", "%(n)d members whose payments are late", late)
        yield words % {"n": late}, f"{reverse('membership_desk:members')}?state={Pledge.State.PAST_DUE}"
    found, numbers = troubles(), reverse("membership_numbers:dashboard")
    if found.dead_number:
        words = ngettext(
            "%(n)d message of a provider that was given up",
            "%(n)d messages of providers that were given up",
            found.dead_number,
        )
        yield words % {"n": found.dead_number}, numbers
    if found.differences_number:
        words = ngettext(
            "%(n)d difference with a provider", "%(n)d differences with providers", found.differences_number
        )
        yield words % {"n": found.differences_number}, numbers
    if found.twice:
        yield _("Members who pay twice"), numbers
