"""What led people to join: pledges that began, and what they have paid since, by one part of their `JoinSource`.

A pledge that began is a join, of any interval; pledges taken over from another system are none. Money is what was paid
for these pledges until now and is left of it, with the gifts that they were opened from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from standfirst.kit.money import Money
from standfirst.membership.join_names import PLACES, Named, look_up
from standfirst.membership.join_source import NUMBERS, JoinSource, place_of
from standfirst.membership.models import Gift, Pledge
from standfirst.membership.spans import Span
from standfirst.payments.models import Payment

PARTS = {
    "place": _("Place"),
    "story": _("Story"),
    "appeal": _("Appeal"),
    "variant": _("Variant of an appeal"),
    "campaign": _("Campaign"),
    "letter": _("Letter"),
    "arrival": _("Campaign of the address"),
}
UNKNOWN = ""
"""The value of those whose source does not name this part."""
PORTION = 1000


@dataclass(frozen=True)
class Source:
    """What came by one value of a part: `name` and `url` are for staff; the money is of each currency."""

    value: str
    name: str
    url: str
    joins: int
    staying: int
    money: tuple[Money, ...]


def joined(spans: Sequence[Span]) -> QuerySet[Pledge]:
    """The pledges that began within `spans`."""
    return Pledge.objects.filter(began_at__gte=spans[0].begin, began_at__lt=spans[-1].end, is_import=False)


def value_of(text: str, part: str) -> str:
    """Return the value that the kept `text` gives `part`; "" when it names none."""
    source = JoinSource.parse(text)
    value = (source.place or place_of(text)) if part == "place" else getattr(source, part)
    return str(value or UNKNOWN)


def by_part(part: str, spans: Sequence[Span]) -> list[Source]:
    """Joins within `spans` by `part`, those that brought most members first; whoever is not known stands last."""
    joins, staying, money = Counter[str](), Counter[str](), dict[str, Counter[str]]()
    rows = joined(spans).order_by().values_list("source").annotate(
        number=Count("pk"), still=Count("pk", filter=Q(ended_at=None))
    )  # fmt: skip
    values = {}
    for text, number, still in rows:
        values[text] = value_of(text, part)
        joins[values[text]] += number
        staying[values[text]] += still
    for text, currency, amount in _paid(spans):
        money.setdefault(values.get(text, UNKNOWN), Counter())[currency] += amount
    names = _names(part, joins)
    found = [
        Source(
            value,
            names[value].name,
            names[value].url,
            joins[value],
            staying[value],
            tuple(
                Money(amount, currency) for currency, amount in sorted(money.get(value, Counter()).items()) if amount
            ),
        )
        for value in joins
    ]
    return sorted(found, key=lambda one: (one.value == UNKNOWN, -one.joins, one.name))


def texts_of(part: str, value: str, spans: Sequence[Span]) -> list[str]:
    """Return the kept texts of joins within `spans` that give `part` this value."""
    texts = joined(spans).order_by().values_list("source", flat=True).distinct()
    return [text for text in texts if value_of(text, part) == value]


def _names(part: str, values: Mapping[str, int]) -> dict[str, Named]:
    """What each value is called."""
    known: dict[str, Named] = {}
    if part in NUMBERS:
        numbers = [int(value) for value in values if value]
        known = {str(number): named for number, named in look_up(part, numbers).items()}
        return {value: known.get(value, Named(_gone(value))) for value in values}
    if part == "place":
        known = {place: Named(str(words)) for place, words in PLACES.items()}
    return {value: known.get(value, Named(value or "–")) for value in values}


def _gone(value: str) -> str:
    return str(_("no longer there (%(number)s)")) % {"number": value} if value else "–"


def _paid(spans: Sequence[Span]) -> Iterator[tuple[str, str, int]]:
    """Source, currency and minor units of what was paid for each join within `spans`."""
    texts = {f"pledge:{pk}": text for pk, text in joined(spans).values_list("pk", "source").iterator()}
    gifts = Gift.objects.filter(pledge__in=joined(spans)).values_list("pk", "pledge__source")
    texts |= {f"gift:{pk}": text for pk, text in gifts}
    references = list(texts)
    for start in range(0, len(references), PORTION):
        rows = (
            Payment.objects.filter(
                agreement__reference__in=references[start : start + PORTION], state__in=Payment.RECEIVED
            )
            .order_by()
            .values_list("agreement__reference", "currency")
            .annotate(left=Sum(F("amount") - F("refunded") - F("disputed")))
        )
        for reference, currency, left in rows:
            yield texts[reference], currency, left
