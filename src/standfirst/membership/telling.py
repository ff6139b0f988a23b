"""What members are told of their pledges: which mail, about which event, with which words."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from standfirst.kit.money import Money
from standfirst.membership import fix_links
from standfirst.membership.mail import send
from standfirst.membership.models import Gift, Pledge, PledgeNotice, Price, Tier
from standfirst.membership.refusals import in_words
from standfirst.payments.models import Agreement
from standfirst.payments.providers.interface import RunBy


def tell_of_renewal(pledge: Pledge, notice: PledgeNotice, at: datetime) -> None:
    """That the next payment is due at `at`, before it is: it will be collected, or the payer has to send it."""
    amount = pledge.amount if pledge.next_amount is None else pledge.next_amount
    words = {
        "amount": Money(amount, pledge.currency),
        "date": at,
        "interval": _interval(pledge.next_interval or pledge.interval),
        "tier": _tier(pledge.next_tier or pledge.tier, pledge),
    }
    if pledge.agreement and pledge.agreement.account.verbs.abilities.run_by is RunBy.PAYER:
        words["message"] = _lines(pledge)
        send("transfer_notice", member=pledge.member, key=notice.key, context=words)
        return
    words["instrument"] = pledge.agreement.instrument if pledge.agreement else ""
    send("renewal_notice", member=pledge.member, key=notice.key, context=words)


def tell_of_awaited_transfer(pledge: Pledge, notice: PledgeNotice, agreement: Agreement) -> None:
    """That the first transfer has not come, and once more where to send it."""
    words = {
        "amount": agreement.money,
        "interval": _interval(agreement.interval),
        "tier": _tier(pledge.tier, pledge),
        "message": _lines_of(agreement),
    }
    send("transfer_awaited", member=pledge.member, key=notice.key, context=words)


def tell_of_change(
    pledge: Pledge, *, before: Money, after: Money, interval: str, at: datetime | None, key: str
) -> None:
    """What the member pays from `at` (None: from now) on, and for which tier, instead of `before`."""
    words = {
        "amount": before,
        "next_amount": after,
        "interval": _interval(interval),
        "tier": _tier(pledge.next_tier or pledge.tier, pledge),
        "date": at or timezone.now(),
    }
    send("changed", member=pledge.member, key=key, context=words)


def tell_of_failure(pledge: Pledge, notice: PledgeNotice, *, code: str, next_try: datetime | None) -> None:
    """That a payment is late and why (the provider's `code`), how to mend it, and until when nothing is lost."""
    words = {
        "amount": pledge.money,
        "reason": in_words(code),
        "link": fix_links.address(pledge),
        "date": next_try,
        "until": pledge.lapses_at,
        "message": _lines(pledge),
    }
    send("payment_failed", member=pledge.member, key=notice.key, context=words)


def tell_of_lapse(pledge: Pledge) -> None:
    """That the grace is over, and the way back."""
    at = pledge.ended_at or timezone.now()
    key = f"pledge:{pledge.pk}:lapse:{at:%Y-%m-%dT%H:%M}"
    send("lapse", member=pledge.member, key=key, context={"link": fix_links.address(pledge), "amount": pledge.money})


def tell_of_end(pledge: Pledge) -> None:
    """That nothing more is collected, as the member asked."""
    key = f"pledge:{pledge.pk}:cancelled:{timezone.now():%Y-%m-%dT%H:%M}"
    send("cancelled", member=pledge.member, key=key, context={"until": pledge.ends_at})


def tell_of_pause(pledge: Pledge, until: datetime) -> None:
    """That nothing is collected until `until`."""
    key = f"pledge:{pledge.pk}:paused:{until:%Y-%m-%dT%H:%M}"
    send("paused", member=pledge.member, key=key, context={"until": until})


def tell_of_gift(gift: Gift) -> None:
    """The giver, that their gift is paid."""
    words = {"amount": gift.money, "date": timezone.now(), "until": gift.deliver_on, "code": gift.code}
    words["name"] = gift.giver_name
    key = f"gift:{gift.pk}:paid"
    send("gift_receipt", member=gift.giver, email=gift.giver_email, language=gift.language, key=key, context=words)


def _interval(interval: str) -> object:
    """Its name, in the language of whoever reads it."""
    return Price.Interval(interval).label


def _tier(tier: Tier, pledge: Pledge) -> str:
    return tier.text(pledge.member.language).name


def _lines(pledge: Pledge) -> str:
    """What a payer who sends the money has to know: account and reference, one a line."""
    return "" if pledge.agreement is None else _lines_of(pledge.agreement)


def _lines_of(agreement: Agreement) -> str:
    return "\n".join(": ".join(str(part) for part in line) for line in agreement.lines)
