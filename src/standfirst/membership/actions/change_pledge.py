"""Change what a pledge pays, and for what."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from standfirst.accounts.models import User
from standfirst.kit.money import Money
from standfirst.membership.actions.begin_period import become_free, begin_period
from standfirst.membership.changing import CannotChange, Effect, Held, When, hold, tell_provider
from standfirst.membership.models import ChangeOrder, Pledge, Price, Tier
from standfirst.membership.telling import tell_of_change

CHANGEABLE = frozenset({Pledge.State.ACTIVE, Pledge.State.PAST_DUE, Pledge.State.PAUSED})


def change_pledge(
    *, pledge: Pledge, tier: Tier, amount: int, interval: str, by: User | None, reason: str = ""
) -> Effect:
    """Let `pledge` be `amount` (minor units) each `interval` for `tier`; return from when. Raises CannotChange.

    It holds from the next period, so that nobody pays twice for the time that is paid, and the member gets a mail that
    says so. Where the payer has to agree anew (`When.NEW_AGREEMENT`) nothing was changed: start an agreement about it.
    """
    with transaction.atomic():
        held = hold(pledge)
        _check(held, tier, amount, interval)
        before = held.pledge.money
        effect, order = _change(held, tier, amount, interval)
        if effect.when != When.NEW_AGREEMENT:
            money = Money(amount, before.currency)
            event = held.pledge.note(f"{tier}, {money} {interval} from: {effect.when} {reason}".strip(), by=by)
            key = f"pledge:{pledge.pk}:changed:{event.pk}"
            tell_of_change(held.pledge, before=before, after=money, interval=interval, at=effect.at, key=key)
    if order is not None:
        tell_provider(order)
    return effect


def _check(held: Held, tier: Tier, amount: int, interval: str) -> None:
    pledge = held.pledge
    if pledge.state not in CHANGEABLE:
        sentence = _("This membership is {state}; it cannot be changed now.")
        raise CannotChange(sentence.format(state=pledge.get_state_display()))
    if held.is_being_collected():
        raise CannotChange(_("A payment is being collected just now; try again in a few minutes."))
    if pledge.interval == Price.Interval.ONCE or interval == Price.Interval.ONCE:
        raise CannotChange(_("A single payment cannot become a regular one; join anew instead."))
    price = Price.objects.filter(tier=tier, currency=pledge.currency, interval=interval).first()
    is_kept = tier == pledge.tier and interval == pledge.interval
    if not is_kept and (price is None or not price.is_open or not tier.is_open):
        sentence = _("{tier} is not offered in {currency} so often.")
        raise CannotChange(sentence.format(tier=_named(tier), currency=pledge.currency))
    least = price.minimum if price else 0
    if amount < least:
        shown = Money(least, pledge.currency).format(get_language() or "en")
        raise CannotChange(_("At least {amount} are needed for {tier}.").format(amount=shown, tier=_named(tier)))


def _named(tier: Tier) -> str:
    return tier.text(get_language() or "en").name


def _change(held: Held, tier: Tier, amount: int, interval: str) -> tuple[Effect, ChangeOrder | None]:
    pledge, agreement = held.pledge, held.agreement
    if agreement is None and amount:
        return Effect(When.NEW_AGREEMENT), None
    is_other_money = amount != pledge.amount or interval != pledge.interval or pledge.next_amount is not None
    is_stopping = amount == 0
    if agreement is not None and held.is_theirs and is_other_money and not is_stopping:
        abilities = agreement.account.verbs.abilities
        if not abilities.changes_amount or interval != agreement.interval:
            return Effect(When.NEW_AGREEMENT, pledge.period_end), None
    pledge.next_tier = tier if tier != pledge.tier else None
    pledge.next_amount = amount if amount != pledge.amount else None
    pledge.next_interval = interval if interval != pledge.interval else ""
    if agreement is None:
        begin_period(pledge, takes_amount=True)
        pledge.save()
        return Effect(When.NOW), None
    if is_stopping and pledge.state == Pledge.State.PAST_DUE:
        return _stop_now(held)
    pledge.save()
    order = None
    if held.is_theirs and is_other_money:
        order = held.order(ends=True) if is_stopping else held.order(amount=amount)
    return Effect(When.NEXT_PERIOD, pledge.period_end), order


def _stop_now(held: Held) -> tuple[Effect, ChangeOrder | None]:
    """Whoever cannot pay what is late goes on without paying."""
    order = held.order(ends_now=True) if held.is_theirs else None
    become_free(held.pledge)
    return Effect(When.NOW), order
