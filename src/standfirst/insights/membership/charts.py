"""Charts drawn on the server: SVG with a title and a description, and nothing that has to run or be fetched.

The same numbers stand in a table beside each chart. Colours come from the style sheet by class, so that light and dark
follow the reader's choice; shapes and labels tell apart what colours do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 640, 220
LEFT, TOP, BOTTOM = 56, 30, 26
LABEL = 40
"""As wide as a label below the picture: the last one is not cut off at the edge."""
_numbers = count(1)


@dataclass(frozen=True)
class Series:
    """One row of numbers; `mark` is its class in the style sheet: `one`, `two`, `three`."""

    label: str
    values: Sequence[float]
    mark: str = "one"


@dataclass(frozen=True)
class Scale:
    """Where a number stands in the picture: `low` at the bottom, `high` at the top."""

    low: float
    high: float
    counts: bool = False
    """Whether the numbers are of what there is no half of: views, people."""

    @property
    def levels(self) -> list[float]:
        """What has a line: both ends, zero and half way."""
        half = (self.low + self.high) / 2
        has_half = not self.counts or half.is_integer()
        return sorted({self.low, self.high, 0.0, *([half] if has_half else [])})

    def y(self, value: float) -> float:
        """The distance from the top, in the picture's units."""
        part = (value - self.low) / (self.high - self.low)
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - part), 1)


def scale_of(values: Sequence[float]) -> Scale:
    """A scale that holds all of `values` and zero, with a round number at its ends."""
    low, high = min([0.0, *values]), max([0.0, *values])
    counts = all(float(value).is_integer() for value in values)
    return Scale(0.0 - _round_up(-low), _round_up(high) if high > 0 or low < 0 else 1.0, counts)


def _round_up(value: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    if value <= 0:
        return 0.0
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(power * step for step in (1, 2, 2.5, 5, 10) if power * step >= value)


def bars(title: str, description: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Columns beside each other for each of `labels`, one a series; what is below zero hangs down."""
    scale = scale_of([value for one in series for value in one.values])
    slot = (WIDTH - LEFT) / max(len(labels), 1)
    width = slot * 0.8 / max(len(series), 1)
    shapes = [
        _bar(LEFT + slot * at + slot * 0.1 + width * number, width, value, scale, one, labels[at])
        for number, one in enumerate(series)
        for at, value in enumerate(one.values)
    ]
    return _picture(title, description, labels, scale, [*shapes, *_legend(series)])


def _legend(series: Sequence[Series]) -> list[SafeString]:
    """Which colour is what, where there are several."""
    if len(series) < 2:
        return []
    return [
        format_html(
            '<rect class="chart-{}" x="{}" y="4" width="12" height="12"/>'
            '<text class="chart-text" x="{}" y="14">{}</text>',
            one.mark, LEFT + 120 * at, LEFT + 120 * at + 18, one.label,
        )
        for at, one in enumerate(series)
    ]  # fmt: skip


def _bar(x: float, width: float, value: float, scale: Scale, series: Series, label: str) -> SafeString:
    top, bottom = scale.y(max(value, 0)), scale.y(min(value, 0))
    return format_html(
        '<rect class="chart-{}" x="{}" y="{}" width="{}" height="{}"><title>{}: {} {}</title></rect>',
        series.mark, round(x, 1), top, round(width, 1), round(bottom - top, 1), label, series.label, _plain(value),
    )  # fmt: skip


def lines(title: str, description: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """A line with a dot for each of `labels`, one a series."""
    scale = scale_of([value for one in series for value in one.values])
    slot = (WIDTH - LEFT) / max(len(labels), 1)
    places = [round(LEFT + slot * (at + 0.5), 1) for at in range(len(labels))]
    shapes = []
    for one in series:
        points = [(x, scale.y(value), value, label) for x, value, label in zip(places, one.values, labels, strict=True)]
        path = " ".join(f"{x},{y}" for x, y, _value, _label in points)
        shapes.append(format_html('<polyline class="chart-line chart-line-{}" points="{}"/>', one.mark, path))
        shapes += [
            format_html(
                '<circle class="chart-{}" cx="{}" cy="{}" r="3"><title>{}: {} {}</title></circle>',
                one.mark, x, y, label, one.label, _plain(value),
            )
            for x, y, value, label in points
        ]  # fmt: skip
    return _picture(title, description, labels, scale, shapes)


def progress(title: str, description: str, part: float) -> SafeString:
    """A bar that is filled to `part`, from 0 to 1."""
    number = next(_numbers)
    return format_html(
        '<svg class="chart chart-progress" viewBox="0 0 {} 24" role="img" aria-labelledby="chart-{}-t chart-{}-d">'
        '<title id="chart-{}-t">{}</title><desc id="chart-{}-d">{}</desc>'
        '<rect class="chart-ground" width="{}" height="24" rx="4"/>'
        '<rect class="chart-one" width="{}" height="24" rx="4"/></svg>',
        WIDTH, number, number, number, title, number, description, WIDTH, round(WIDTH * min(max(part, 0), 1), 1),
    )  # fmt: skip


def _picture(
    title: str, description: str, labels: Sequence[str], scale: Scale, shapes: Sequence[SafeString]
) -> SafeString:
    number = next(_numbers)
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="chart-{}-t chart-{}-d">'
        '<title id="chart-{}-t">{}</title><desc id="chart-{}-d">{}</desc>{}{}{}</svg>',
        WIDTH, HEIGHT, number, number, number, title, number, description,
        _grid(scale), format_html_join("", "{}", ((shape,) for shape in shapes)), _labels(labels),
    )  # fmt: skip


def _grid(scale: Scale) -> SafeString:
    """Lines at the levels, with their numbers."""
    return format_html_join(
        "",
        '<line class="chart-grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="chart-text" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (LEFT, WIDTH, scale.y(level), scale.y(level), LEFT - 6, scale.y(level) + 4, _plain(level))
            for level in scale.levels
        ),
    )


def _labels(labels: Sequence[str]) -> SafeString:
    """Below the picture, as many as have room: every one, every second, every third; on a phone, half of these."""
    slot = (WIDTH - LEFT) / max(len(labels), 1)
    step = max(1, -(-52 // int(max(slot, 1))))
    return format_html_join(
        "",
        '<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (_label_class(back // step), min(round(LEFT + slot * (at + 0.5), 1), WIDTH - LABEL / 2), HEIGHT - 8, label)
            for at, label in enumerate(labels)
            if (back := len(labels) - 1 - at) % step == 0
        ),
    )


def _label_class(place: int) -> str:
    """The class of the label that is so many from the last one."""
    return "chart-text chart-between" if place % 2 else "chart-text"


def _plain(value: float) -> str:
    """Without decimals that say nothing."""
    is_whole = float(value).is_integer() or abs(value) >= 100
    return f"{value:,.0f}" if is_whole else f"{value:,.2f}".rstrip("0").rstrip(".")
