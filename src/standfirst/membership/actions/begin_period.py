"""Let what was chosen for the next period hold."""

from __future__ import annotations

from standfirst.delivery.actions.revoke_access import revoke_access
from standfirst.membership.models import Pledge, Price


def begin_period(pledge: Pledge, *, takes_amount: bool) -> None:
    """Take over the tier and interval that were chosen for the period that begins now, and the amount. Does not save.

    `takes_amount` is False where the provider says what is paid. The caller holds the lock on the pledge.
    """
    said = []
    if takes_amount and pledge.next_amount is not None:
        pledge.amount, pledge.next_amount = pledge.next_amount, None
        said.append(str(pledge.money))
    if pledge.next_interval:
        pledge.interval, pledge.next_interval = pledge.next_interval, ""
        said.append(str(pledge.get_interval_display()))
    if pledge.next_tier is not None:
        pledge.tier, pledge.next_tier = pledge.next_tier, None
        said.append(str(pledge.tier))
        revoke_access(subject=pledge.member.number.hex)
    if said:
        _take_price(pledge)
        pledge.note("as chosen before, with the new period: " + ", ".join(said))


def _take_price(pledge: Pledge) -> None:
    price = Price.objects.filter(tier=pledge.tier, currency=pledge.currency, interval=pledge.interval).first()
    if price is not None:
        pledge.price_amount = price.amount


def become_free(pledge: Pledge) -> None:
    """Let a pledge go on without money, as its member chose, and save. The caller holds the lock on the pledge."""
    pledge.next_amount = 0
    begin_period(pledge, takes_amount=True)
    pledge.agreement = None
    pledge.period_end = pledge.ends_at = pledge.failed_at = pledge.lapses_at = None
    if not pledge.move_to(Pledge.State.ACTIVE, why="goes on without a payment, as chosen"):
        pledge.save()
