"""Compare agreements with their providers, so that a message that was lost is found again.

Each agreement that may still change is fetched once a day, whether or not a message came. What is new is applied as
always; what cannot be applied becomes a `Difference`, which is work for a person.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, models, transaction
from django.db.models import Sum
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.kit.money import Money
from standfirst.kit.sealing import CannotUnseal
from standfirst.payments.actions.apply_snapshot import Contradiction, apply_snapshot, ask
from standfirst.payments.actions.process_event import OF_ACCOUNT
from standfirst.payments.following_refunds import ASK_AT_MOST, LISTED_WITHIN
from standfirst.payments.models import Agreement, Difference, Payment, Refund
from standfirst.payments.providers.interface import ProviderError, RunBy, Snapshot
from standfirst.payments.states import StateError

logger = logging.getLogger("standfirst.payments")

Kind = Difference.Kind
Found = tuple[str, str]
"""A kind of difference and its sentence."""
EVERY = timedelta(hours=24)
DISPUTED_WITHIN = timedelta(days=150)
"""For how long after its last payment an agreement that is over is compared: a card's holder has 120 days to dispute
(Visa, Mastercard), and the bank some weeks to pass it on."""
ON_ITS_WAY_AT_MOST = timedelta(days=14)
"""Stripe names 5 to 10 business days (https://docs.stripe.com/refunds)."""
GONE = "no longer found"


def reconcile(agreement: Agreement) -> list[Difference]:
    """Compare `agreement` with its provider; apply what is new, and return what a person has to look at.

    Raises ProviderError when the provider was not reached: then nothing is known, and nothing has changed.
    """
    found = [*_compared(agreement), *_refunds_for_a_person(agreement, timezone.now())]
    return _write_down(agreement, found)


def _compared(agreement: Agreement) -> list[Found]:
    """Fetch and apply; say what could not be applied."""
    try:
        number, snapshot = ask(agreement)
        kept = apply_snapshot(agreement=agreement, snapshot=snapshot, number=number)
    except ProviderError as error:
        if error.code == "unknown" and _never_began(agreement):
            return []
        if error.retry or (error.code in OF_ACCOUNT and _is_told(agreement, Kind.REFUSED)):
            raise
        return [(Kind.UNKNOWN if error.code == "unknown" else Kind.REFUSED, str(error))]
    except CannotUnseal as error:
        if _is_told(agreement, Kind.SEALED):
            raise
        return [(Kind.SEALED, str(error))]
    except Contradiction as error:
        return [(Kind.CONTRADICTION, str(error))]
    except StateError as error:
        return [(Kind.STATE, str(error))]
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # A fault of ours, or of what hears the news: the other agreements are compared all the same.
        logger.exception("agreement %s could not be compared with its provider", agreement.pk)
        return [(Kind.BROKEN, f"{type(error).__name__}: {error}")]
    return list(_left_over(kept, snapshot))


def _is_told(agreement: Agreement, kind: str) -> bool:
    """Whether another agreement of the account shows already what is wrong with all of them."""
    of_account = Difference.objects.filter(agreement__account=agreement.account_id, kind=kind, closed_at=None)
    return of_account.exclude(agreement=agreement).exists()


def _never_began(agreement: Agreement) -> bool:
    """Whether the provider cannot know it yet, or never will: nobody was ever sent there."""
    return agreement.state in {Agreement.State.NEW, Agreement.State.ABANDONED}


def _left_over(agreement: Agreement, snapshot: Snapshot) -> Iterator[Found]:
    """What is in our books and not in what the provider says, which applying does not take back."""
    if snapshot.remark:
        yield Kind.CONTRADICTION, snapshot.remark
    given = _refunds_done(agreement, timezone.now())
    facts = {fact.payment_id: fact for fact in snapshot.payments}
    lists_all = agreement.account.verbs.abilities.run_by is RunBy.PROVIDER
    for payment in agreement.payments.filter(state__in=Payment.RECEIVED).order_by("pk"):
        fact = facts.get(payment.provider_id)
        if fact is None:
            if lists_all:
                yield Kind.MISSING, f"Payment {payment.provider_id} of {payment.money} is not listed any more."
        elif fact.refunded < given.get(payment.pk, 0):
            ours, theirs = Money(given[payment.pk], payment.currency), Money(fact.refunded, payment.currency)
            yield (
                Kind.REFUND,
                f"Of payment {payment.provider_id} {ours} were given back by staff, the provider says {theirs}. The "
                "books follow the provider; look at its own pages what became of the rest.",
            )


def _refunds_done(agreement: Agreement, now: datetime) -> dict[int, int]:
    """By payment, the sum of what staff gave back long enough ago for every answer about it to have come."""
    done = Refund.objects.filter(payment__agreement=agreement, state=Refund.State.DONE, at__lte=now - LISTED_WITHIN)
    return dict(done.values_list("payment").annotate(total=Sum("amount")).order_by())


def _refunds_for_a_person(agreement: Agreement, now: datetime) -> Iterator[Found]:
    """Refunds that failed, and those of which nothing is heard."""
    refunds = Refund.objects.filter(payment__agreement=agreement).select_related("payment").order_by("pk")
    for refund in refunds.filter(state=Refund.State.ASKED, at__lte=now - ASK_AT_MOST):
        yield (
            Kind.ASKED,
            f"{_named(refund)} was asked for on {refund.at:%Y-%m-%d} and never answered. It is not asked for any more; "
            "the next comparison that the provider answers shows whether it was made. Do not ask for it anew before.",
        )
    for refund in refunds.filter(state=Refund.State.PENDING, at__lte=now - ON_ITS_WAY_AT_MOST):
        yield (
            Kind.ASKED,
            f"{_named(refund)} is on its way since {refund.at:%Y-%m-%d}; look at the provider's own pages what holds "
            "it up. It may need money on your account there.",
        )
    for refund in refunds.filter(state=Refund.State.FAILED):
        yield (
            Kind.FAILED,
            f"{_named(refund)} failed on {refund.at:%Y-%m-%d} ({refund.failure or 'without a reason'}): the payer did "
            "not get the money, and the books count it as yours again. Ask the payer where it may go, give it back "
            "once more or in another way, and close this with a word on what was done.",
        )


def _named(refund: Refund) -> str:
    return f"A refund of {Money(refund.amount, refund.payment.currency)} of payment {refund.payment.provider_id}"


@transaction.atomic
def _write_down(agreement: Agreement, found: list[Found]) -> list[Difference]:
    """Keep one row for each thing that was found; close those that were not found again."""
    Agreement.objects.locked().get(pk=agreement.pk)
    now = timezone.now()
    rows = []
    for kind, sentence in found:
        row, made = Difference.objects.get_or_create(
            key=_key(agreement, kind, sentence),
            defaults={"agreement": agreement, "kind": kind, "sentence": sentence, "found_at": now, "seen_at": now},
        )
        if not made:
            row.seen_at = now
            if not row.is_settled:
                row.closed_at, row.reason = None, ""
            row.save()
        rows.append(row)
    gone = agreement.differences.filter(closed_at=None).exclude(pk__in=[row.pk for row in rows])
    gone.update(closed_at=now, reason=GONE)
    return [row for row in rows if row.closed_at is None]


def _key(agreement: Agreement, kind: str, sentence: str) -> str:
    return f"{agreement.pk}:{kind}:{hashlib.sha256(sentence.encode()).hexdigest()[:32]}"


@transaction.atomic
def close_difference(*, difference: Difference, reason: str, by: User | None) -> Difference:
    """Close a difference for good: a person has looked at it. Raises ValueError without a reason."""
    if not reason.strip():
        raise ValueError("Say what was done about it.")
    kept = Difference.objects.select_for_update().get(pk=difference.pk)
    if not kept.is_settled:
        kept.closed_at, kept.closed_by, kept.is_settled = timezone.now(), by, True
        kept.reason = reason.strip()[:300]
        kept.save()
    return kept


def comparable(now: datetime) -> models.QuerySet[Agreement]:
    """Agreements about which a provider may still have news: those that go on, and those that ended lately."""
    over = models.Q(state__in=[Agreement.State.ENDED, Agreement.State.ABANDONED]) | models.Q(
        state=Agreement.State.ACTIVE, interval=Agreement.Interval.ONCE
    )
    paid_lately = Payment.objects.filter(agreement=models.OuterRef("pk"), at__gte=now - DISPUTED_WITHIN)
    is_recent = models.Q(made_at__gte=now - DISPUTED_WITHIN) | models.Exists(paid_lately)
    return Agreement.objects.exclude(state=Agreement.State.NEW, object_id="").filter(~over | is_recent)


def take_for_comparison(now: datetime, most: int) -> list[Agreement]:
    """Take up to `most` agreements that were not compared for a day, the longest first; nobody else takes them."""
    waiting = models.Q(compared_at=None, made_at__lt=now - EVERY) | models.Q(compared_at__lt=now - EVERY)
    due = comparable(now).filter(waiting).select_related("account")
    taken = []
    for agreement in due.order_by(models.F("compared_at").asc(nulls_first=True), "pk")[:most]:
        before = agreement.compared_at
        if Agreement.objects.filter(pk=agreement.pk, compared_at=before).update(compared_at=now):
            taken.append(agreement)
    return taken


def compare_all_soon() -> int:
    """Let everything be compared anew from now on, as fast as providers allow; return how many."""
    now = timezone.now()
    return comparable(now).exclude(compared_at=None).update(compared_at=now - EVERY - timedelta(seconds=1))
