"""Stopping whoever tries stolen cards on our forms.

Thieves begin small payments with one card after the other, to see which are good. What gives them away is the share of
their payments that is declined. It is counted from the payments themselves, as the providers tell of them: nothing
depends on a browser that comes back. Many honest readers may share a network, so a number alone stops nobody.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from standfirst.membership.models import PaymentAttempt
from standfirst.payments.models import Agreement, Payment

WINDOW = timedelta(hours=1)
MOST_DECLINED = 5
"""Payments of a network that may be declined within the window, whatever their share is."""
SHARE = 4
"""From then on a network is stopped when so many are declined for each one that is paid, or more."""
ALARM = 20
"""Declined payments of all networks within the window at which staff are told, when their share is as high."""


class Outcomes(NamedTuple):
    """What became of payments: agreements that were declined and never paid, and agreements that were paid."""

    declined: int
    paid: int

    def exceed(self, most: int) -> bool:
        """Whether more than `most` were declined, and `SHARE` times as many as were paid."""
        return self.declined > most and self.declined >= SHARE * self.paid


def remember_attempt(request: HttpRequest, agreement: Agreement | None) -> None:
    """Keep for an hour that the network of `request` began to pay by `agreement`."""
    if agreement is not None:
        PaymentAttempt.objects.get_or_create(network=network_of(request), agreement=agreement)


def tries_cards(request: HttpRequest) -> bool:
    """Whether too many payments that the network of `request` began in the last hour were declined."""
    return outcomes(PaymentAttempt.objects.filter(network=network_of(request))).exceed(MOST_DECLINED)


def cards_are_tried() -> Outcomes | None:
    """What became of all payments begun in the last hour when it looks as if cards were tried, from anywhere."""
    found = outcomes(PaymentAttempt.objects.all())
    return found if found.exceed(ALARM) else None


def outcomes(attempts: QuerySet[PaymentAttempt]) -> Outcomes:
    """Count what became of `attempts` of the last hour; a payment that failed before the attempt is not its own."""
    of_attempt = Payment.objects.filter(agreement=OuterRef("agreement"))
    paid = Exists(of_attempt.filter(state__in=Payment.RECEIVED))
    failed = Exists(of_attempt.filter(state=Payment.State.FAILED, made_at__gte=OuterRef("at")))
    recent = attempts.filter(at__gte=timezone.now() - WINDOW).annotate(is_paid=paid, has_failed=failed)
    has_been_declined = Q(is_paid=False) & (Q(has_failed=True) | Q(agreement__state=Agreement.State.FAILING))
    found = recent.aggregate(
        declined=Count("agreement", filter=has_been_declined, distinct=True),
        paid=Count("agreement", filter=Q(is_paid=True), distinct=True),
    )
    return Outcomes(**found)


def forget_attempts(now: datetime) -> int:
    """Delete what is older than an hour; return how many there were."""
    return PaymentAttempt.objects.filter(at__lt=now - WINDOW).delete()[0]


def network_of(request: HttpRequest) -> str:
    """Return a keyed hash of the client's IPv4 address, or of the /64 of its IPv6 address, which one line holds."""
    client = get_adapter().get_client_ip(request)
    address = ip_address(client)
    if isinstance(address, IPv6Address):
        client = f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return hmac.new(settings.SECRET_KEY.encode(), b"network\0" + client.encode(), blake2b).hexdigest()[:32]
