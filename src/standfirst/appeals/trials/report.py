"""Everything that the screen of a test shows: verdict, doubts, picture and table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from standfirst.appeals.models import Variant
from standfirst.appeals.trials.drawing import Line, intervals
from standfirst.appeals.trials.evidence import Count
from standfirst.appeals.trials.figures import Figures
from standfirst.appeals.trials.rule import Standing, stand, total
from standfirst.appeals.trials.statistics import Interval, money_a_thousand
from standfirst.appeals.trials.words import OF, Verdict, doubts, rate_in_words, sure_in_words, verdict_of
from standfirst.kit.money import Money


@dataclass(frozen=True)
class Row:
    """One variant in the table; texts are ready to be shown, "" where there is nothing to say."""

    letter: str
    variant: Variant
    count: Count
    clicks: int
    closes: int
    rate: str
    between: str
    against_control: str
    best: str
    money: tuple[str, ...]
    money_between: str
    is_best: bool


@dataclass(frozen=True)
class Report:
    """A test as it stands."""

    figures: Figures
    standing: Standing
    verdict: Verdict
    doubts: list[str]
    picture: SafeString
    rows: list[Row]
    currency: str
    """In which the money for each 1,000 views is reckoned; "" when nobody paid or the reader may not see money."""

    @property
    def has_verdict(self) -> bool:
        """Whether there is an answer: before that nothing is shown that could be taken for one."""
        return self.verdict.tone != "waiting"


def report_of(figures: Figures, *, with_money: bool) -> Report:
    """Reckon everything from what was counted."""
    standing = stand(figures.days, figures.numbers, figures.running)
    counts = [total(figures.days, pk) for pk in figures.numbers]
    currency = _main_currency(figures) if with_money else ""
    money = _money(figures, counts, currency)
    rows = [_row(figures, standing, counts[at], at, money, with_money) for at in range(len(counts))]
    return Report(
        figures,
        standing,
        verdict_of(figures, standing),
        doubts(figures, counts),
        _picture(figures, standing),
        rows,
        currency,
    )


def _main_currency(figures: Figures) -> str:
    """That in which the most payments came."""
    numbers = {currency: sum(sum(own.values()) for own in of.values()) for currency, of in figures.payments.items()}
    return max(sorted(numbers), key=lambda currency: numbers[currency], default="")


def _money(figures: Figures, counts: list[Count], currency: str) -> list[Interval | None]:
    if not currency:
        return [None] * len(counts)
    paid = figures.payments[currency]
    payments = [paid.get(pk, Counter()) for pk in figures.numbers]
    return list(money_a_thousand([count.seen for count in counts], payments))


def _row(
    figures: Figures, standing: Standing, count: Count, at: int, money: list[Interval | None], with_money: bool
) -> Row:
    variant, one, interval = figures.variants[at], standing.likely[at], money[at]
    currency = _main_currency(figures)
    return Row(
        letter=variant.letter,
        variant=variant,
        count=count,
        clicks=figures.clicks[variant.pk],
        closes=figures.closes[variant.pk],
        rate=rate_in_words(count),
        between=_between(one.rate),
        against_control=_signed(one.apart) if variant.number != Variant.CONTROL else "",
        best=sure_in_words(one.best) if variant.pk in figures.running else "",
        money=_sums(figures, variant) if with_money else (),
        money_between=_money_between(interval, currency) if interval else "",
        is_best=variant.pk == standing.best,
    )


def _sums(figures: Figures, variant: Variant) -> tuple[str, ...]:
    """What its members paid first, by currency."""
    return tuple(
        str(Money(sum(amount * times for amount, times in own[variant.pk].items()), currency))
        for currency, own in sorted(figures.payments.items())
        if variant.pk in own
    )


def _money_between(interval: Interval, currency: str) -> str:
    low, high = (Money(round(end), currency) for end in (interval.low, interval.high))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _between(interval: Interval) -> str:
    low, high = (f"{end * OF:.1f}" for end in (interval.low, interval.high))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _signed(interval: Interval) -> str:
    low, high = (f"{end * OF:+.1f}".replace("-", "−") for end in (interval.low, interval.high))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _picture(figures: Figures, standing: Standing) -> SafeString:
    lines = []
    for variant, one in zip(figures.variants, standing.likely, strict=True):
        low, middle, high = (value * OF for value in (one.rate.low, one.rate.middle, one.rate.high))
        words = _("%(letter)s: most likely %(middle).1f, nine times of ten %(low).1f to %(high).1f")
        said = words % {"letter": variant.letter, "middle": middle, "low": low, "high": high}
        lines.append(Line(variant.letter, low, middle, high, said, variant.stopped_at is not None))
    title = _("Joins for each 10,000 times it was seen")
    return intervals(title, "; ".join(line.words for line in lines), lines, title)
