"""What was counted in a test: views, clicks, joins and money of each variant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.utils import timezone

from standfirst.appeals.models import Appeal, Variant
from standfirst.appeals.trials.evidence import Count
from standfirst.counting.models import AppealHour
from standfirst.membership.models import Gift, Pledge
from standfirst.payments.models import Payment

T = TypeVar("T")
PORTION = 500


@dataclass(frozen=True)
class Figures:
    """A test's counts. `variants` are in their order, the control first; keys of the others are their primary keys.

    `is_over` once somebody ended it. `days` are those on which something was counted, on the newsroom's clock, in their
    order. `payments` says by currency how often each variant's members paid each amount (minor units) first.
    """

    variants: list[Variant]
    begins: datetime
    until: datetime
    is_over: bool = False
    days: list[dict[int, Count]] = field(default_factory=list)
    clicks: Counter[int] = field(default_factory=Counter)
    closes: Counter[int] = field(default_factory=Counter)
    payments: dict[str, dict[int, Counter[int]]] = field(default_factory=dict)

    @property
    def numbers(self) -> list[int]:
        """The variants' primary keys."""
        return [variant.pk for variant in self.variants]

    @property
    def running(self) -> set[int]:
        """The variants that are not stopped."""
        return {variant.pk for variant in self.variants if variant.stopped_at is None}


def figures_of(appeal: Appeal, now: datetime | None = None) -> Figures:
    """Count the test that is running, or ran last. Raises ValueError when there was none.

    The hour in which it began does not count: a part of it was before.
    """
    if appeal.trial_begun is None:
        raise ValueError(f"There was no test of the appeal {appeal.pk} yet.")
    begins = _next_hour(appeal.trial_begun)
    found = Figures(
        sorted(appeal.variants.all(), key=lambda one: one.number),
        begins,
        appeal.trial_ended or now or timezone.now(),
        is_over=appeal.trial_ended is not None,
    )
    seen, joins = _seen(found), _joins(found)
    kept = sorted({day for day, _variant in [*seen, *joins]})
    found.days.extend(
        {pk: Count(seen[day, pk], joins[day, pk]) for pk in found.numbers if (day, pk) in seen or (day, pk) in joins}
        for day in kept
    )
    return found


def _next_hour(moment: datetime) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if hour == moment else hour + timedelta(hours=1)


def _seen(found: Figures) -> Counter[tuple[date, int]]:
    """Views by day and variant; clicks and closings are added up beside."""
    seen: Counter[tuple[date, int]] = Counter()
    hours = AppealHour.objects.between(found.begins, found.until).filter(variant_id__in=found.numbers)
    for row in hours.by("hour", "variant_id"):
        pk = row["variant_id"]
        seen[timezone.localdate(row["hour"]), pk] += row["seen"]
        found.clicks[pk] += row["clicks"]
        found.closes[pk] += row["closes"]
    return seen


def _joins(found: Figures) -> Counter[tuple[date, int]]:
    """Pledges that began, by the day on which the form was sent and the variant; with what was paid first."""
    joins: Counter[tuple[date, int]] = Counter()
    pledges = Pledge.objects.filter(
        source_variant__in=found.numbers, made_at__gte=found.begins, made_at__lt=found.until, began_at__isnull=False
    )
    variants: dict[int, int] = {}
    for pk, made_at, variant in pledges.values_list("pk", "made_at", "source_variant"):
        if variant is not None:
            joins[timezone.localdate(made_at), variant] += 1
            variants[pk] = variant
    for currency, amount, variant in _first_payments(variants):
        found.payments.setdefault(currency, {}).setdefault(variant, Counter())[amount] += 1
    return joins


def _first_payments(variants: dict[int, int]) -> Iterator[tuple[str, int, int]]:
    """Currency, minor units and variant of what came first for each pledge and is left of it."""
    references = {f"pledge:{pk}": variant for pk, variant in variants.items()}
    for portion in _portions(list(variants)):
        for gift, pledge in Gift.objects.filter(pledge__in=portion).values_list("pk", "pledge_id"):
            references[f"gift:{gift}"] = variants[pledge]
    for named in _portions(list(references)):
        paid = Payment.objects.filter(agreement__reference__in=named, state__in=Payment.RECEIVED)
        first: dict[str, Payment] = {}
        for payment in paid.select_related("agreement").order_by("at", "pk"):
            first.setdefault(payment.agreement.reference, payment)
        for reference, payment in first.items():
            if payment.kept.amount > 0:
                yield payment.currency, payment.kept.amount, references[reference]


def _portions(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), PORTION):
        yield rows[start : start + PORTION]
