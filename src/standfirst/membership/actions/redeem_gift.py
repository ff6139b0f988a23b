"""Open a gift."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from standfirst.membership.mail import send
from standfirst.membership.models import Gift, Pledge, Price
from standfirst.membership.periods import months_after
from standfirst.membership.signing_in import know_member, know_user


class CannotRedeem(Exception):
    """Why a gift cannot be opened; a sentence for whoever holds it."""


@transaction.atomic
def redeem_gift(*, code: str, email: str, pseudonym: str, language: str) -> Pledge:
    """Turn the gift `code` into a membership of whoever has `email`, once. Raises CannotRedeem."""
    gift = Gift.objects.select_for_update(of=("self",)).select_related("tier").filter(code=code).first()
    if gift is None or gift.state in {Gift.State.ORDERED, Gift.State.CANCELLED}:
        raise CannotRedeem(_("There is no gift with this code. Look whether every letter is right."))
    if gift.state == Gift.State.REDEEMED:
        raise CannotRedeem(_("This gift was opened already."))
    member = know_member(know_user(email), pseudonym=pseudonym, language=language, source=str(gift.pledge_source))
    now = timezone.now()
    until = months_after(now, gift.months, now.day)
    pledge = Pledge(
        member=member,
        tier=gift.tier,
        amount=0,
        currency=gift.currency,
        interval=Price.Interval.ONCE,
        period_end=until,
        ends_at=until,
    )
    pledge.came_by(gift.pledge_source)
    pledge.save()
    pledge.move_to(Pledge.State.ACTIVE, why="a gift was opened", at=now)
    gift.move_to(Gift.State.REDEEMED)
    gift.redeemed_at, gift.pledge = now, pledge
    gift.save()
    words = {"tier": gift.tier.text(language).name}
    send("thank_you", member=member, language=language, context=words, key=f"thank_you:{pledge.number}")
    return pledge
