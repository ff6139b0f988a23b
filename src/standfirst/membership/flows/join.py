"""The join journey: who joins, what is begun for them, and how it stands."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from standfirst.kit.sealing import CannotUnseal
from standfirst.membership.actions.begin_payment import begin_payment
from standfirst.membership.actions.begin_pledge import begin_pledge
from standfirst.membership.flows.offers import Wish
from standfirst.membership.join_source import JoinSource
from standfirst.membership.mail import send
from standfirst.membership.models import Member, Pledge, Price
from standfirst.membership.signing_in import know_member, know_user
from standfirst.payments.actions.apply_snapshot import Contradiction, refresh
from standfirst.payments.models import Agreement, Payment, ProviderAccount
from standfirst.payments.providers.interface import ProviderError
from standfirst.payments.states import StateError

logger = logging.getLogger("standfirst.membership")

LINK_DAYS = 7
"""How long the link that confirms an address is good."""
_SALT = "membership.join.confirm"
LOOKS = 20
"""Whoever reloads the page asks the provider no more often than this in a minute.

It is a number, and not a pause after the last answer: who was declined and pays at once comes back while that answer
is a second old, and must not be told again that nothing was charged.
"""


@dataclass(frozen=True)
class Begun:
    """What became of a form that was sent: `agreement` is where to pay, `None` when a mail says how to go on."""

    pledge: Pledge | None
    agreement: Agreement | None


class Standing(StrEnum):
    """How a pledge that was begun stands, as its payer sees it."""

    PAID = "paid"
    WAITING = "waiting"
    DECLINED = "declined"
    LEFT = "left"


@dataclass(frozen=True)
class Joiner:
    """Who joins, as the form says."""

    email: str
    pseudonym: str
    language: str
    source: JoinSource


def begin(*, number: UUID, wish: Wish, joiner: Joiner, account: ProviderAccount | None) -> Begun:
    """Begin what was wished, once for `number`. Raises ProviderError; then the same form may be sent again.

    Whoever has a membership already, and whoever pays nothing, gets a mail and is told no more than that.
    """
    with transaction.atomic():
        user = know_user(joiner.email)
        member = know_member(user, pseudonym=joiner.pseudonym, language=joiner.language, source=str(joiner.source))
        is_again = wish.price.interval != Price.Interval.ONCE and _counts(member, number)
        if is_again:
            send("already_member", member=member, language=joiner.language, key=f"already_member:{number}")
            return Begun(None, None)
        pledge = begin_pledge(number=number, wish=wish, member=member, source=joiner.source)
        if pledge.state == Pledge.State.PENDING and not wish.money:
            ask_to_confirm(pledge, joiner.language)
            return Begun(pledge, None)
    if pledge.state != Pledge.State.PENDING or account is None:
        return Begun(pledge, pledge.agreement)
    return Begun(pledge, begin_payment(pledge=pledge, account=account, language=joiner.language))


def _counts(member: Member, number: UUID) -> bool:
    own = Pledge.objects.counting().filter(member=member).exclude(interval=Price.Interval.ONCE)
    return own.exclude(number=number).exists()


def ask_to_confirm(pledge: Pledge, language: str) -> None:
    """Send the link without which a membership that costs nothing does not begin: the address must be the reader's."""
    token = signing.dumps(pledge.number.hex, salt=_SALT, compress=False)
    link = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('join_confirm', args=[token])}"
    send("confirm", member=pledge.member, language=language, context={"link": link}, key=f"confirm:{pledge.number}")


def pledge_of_link(token: str) -> Pledge | None:
    """Return the pledge whose address `token` confirms; `None` when it is not ours or too old."""
    try:
        number = signing.loads(token, salt=_SALT, max_age=timedelta(days=LINK_DAYS))
    except signing.BadSignature:
        return None
    return Pledge.objects.filter(number=number).select_related("member__user", "tier").first()


@transaction.atomic
def confirm(pledge: Pledge) -> Pledge:
    """Let a pledge of nothing begin; one that has begun is left as it is."""
    kept = Pledge.objects.locked().get(pk=pledge.pk)
    if kept.state == Pledge.State.PENDING and kept.amount == 0:
        kept.move_to(Pledge.State.ACTIVE, why="an honest zero; the address was confirmed by mail")
        send(
            "thank_you",
            member=kept.member,
            context={"tier": kept.tier.text(kept.member.language).name},
            key=f"thank_you:{kept.number}",
        )
    return kept


def look(agreement: Agreement) -> Agreement:
    """Ask the provider how `agreement` stands; what it cannot say now is heard later."""
    is_settled = agreement.state in {Agreement.State.ACTIVE, Agreement.State.ENDED, Agreement.State.NEW}
    if is_settled or not _may_ask(agreement):
        return agreement
    try:
        return refresh(agreement)
    except (ProviderError, Contradiction, StateError, CannotUnseal) as error:
        logger.warning("agreement %s could not be looked at when its payer came back: %s", agreement.pk, error)
        return agreement


def _may_ask(agreement: Agreement) -> bool:
    """Count a look at the provider; False when there were too many in this minute."""
    minute = int(timezone.now().timestamp()) // 60
    key = f"membership.looks:{agreement.pk}:{minute}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key) <= LOOKS
    except ValueError:  # the cache was emptied between the two
        return True


def standing(pledge: Pledge, agreement: Agreement | None, *, has_left: bool = False) -> Standing:
    """Say how `pledge` stands. `has_left`: the payer came back by the provider's "cancel"."""
    if pledge.state != Pledge.State.PENDING:
        return Standing.PAID
    if agreement is None or agreement.state in {Agreement.State.ABANDONED, Agreement.State.ENDED}:
        return Standing.DECLINED
    has_failed = agreement.payments.filter(state=Payment.State.FAILED).exists()
    if agreement.state == Agreement.State.FAILING or has_failed:
        return Standing.DECLINED
    return Standing.LEFT if has_left else Standing.WAITING
