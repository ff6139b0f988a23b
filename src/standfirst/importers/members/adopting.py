"""Takes on the subscriptions of an imported list: asks the provider for each, and goes on with what is there.

Each is done in a transaction of its own, and what is done is left alone, so that it can be begun again at any point.
"""

from __future__ import annotations

from django.db import transaction

from standfirst.importers.models import Adoption
from standfirst.membership.models import Pledge
from standfirst.payments.actions.adopt_agreement import CannotAdopt, adopt_agreement, adoptable
from standfirst.payments.actions.apply_snapshot import Contradiction
from standfirst.payments.models import Agreement
from standfirst.payments.providers.interface import ProviderError, Snapshot
from standfirst.payments.states import StateError

State = Adoption.State


def adopt_all(account_id: int) -> tuple[int, int]:
    """Take on what waits at an account; return how many were taken on, and how many not. Raises NotReached.

    Those that failed before are tried again: somebody may have mended them at the provider.
    """
    done = failed = 0
    numbers = Adoption.objects.filter(account=account_id).exclude(state=State.DONE).values_list("pk", flat=True)
    for number in list(numbers):
        if adopt(number):
            done += 1
        else:
            failed += 1
    return done, failed


def adopt(number: int) -> bool:
    """Take on one subscription; False when it cannot be, and its row says why. Raises ProviderError to try again."""
    order = Adoption.objects.select_related("account").get(pk=number)
    try:
        snapshot = order.account.verbs.fetch(order.account.credentials, order.object_id)
        _take_on(number, snapshot)
    except ProviderError as error:
        if error.retry:
            raise
        return _fail(number, str(error))
    except (CannotAdopt, Contradiction, StateError) as problem:
        return _fail(number, str(problem))
    return True


@transaction.atomic
def _take_on(number: int, snapshot: Snapshot) -> None:
    order = Adoption.objects.select_for_update(of=("self",)).select_related("account", "member", "tier").get(pk=number)
    if order.state == State.DONE:
        return
    agreement = adoptable(order.account, snapshot) or _new(order, snapshot)
    if not _is_theirs(agreement, order):
        raise CannotAdopt(f"{order.object_id} is another member's here already.")
    order.state, order.agreement, order.why = State.DONE, agreement, ""
    order.save()


def _new(order: Adoption, snapshot: Snapshot) -> Agreement:
    """A pledge of what is paid there, and the agreement that it is paid by."""
    if snapshot.amount is None or snapshot.interval is None:
        raise CannotAdopt(f"{snapshot.object_id} has no amount.")
    interval = snapshot.interval.value
    price = order.tier.prices.filter(currency=snapshot.amount.currency, interval=interval).first()
    pledge = Pledge.objects.create(
        member=order.member,
        tier=order.tier,
        amount=snapshot.amount.amount,
        currency=snapshot.amount.currency,
        interval=interval,
        price_amount=price.amount if price else snapshot.amount.amount,
        made_at=order.member.joined_at,
        source="import",
        is_import=True,
    )

    def take(agreement: Agreement) -> None:
        """Also when it is failing or paused just now, it is what the pledge is paid by."""
        pledge.agreement = agreement
        pledge.save(update_fields=["agreement"])

    return adopt_agreement(account=order.account, reference=pledge.reference, snapshot=snapshot, take=take)


def _is_theirs(agreement: Agreement, order: Adoption) -> bool:
    number = agreement.reference.partition(":")[2]
    return Pledge.objects.filter(pk=number if number.isdecimal() else 0, member=order.member).exists()


def _fail(number: int, why: str) -> bool:
    Adoption.objects.filter(pk=number).exclude(state=State.DONE).update(state=State.FAILED, why=why[:300])
    return False
