"""The picture of a test: for each variant where its true rate lies, drawn on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, LEFT, RIGHT, ROW, FOOT = 420, 34, 16, 42, 34


@dataclass(frozen=True)
class Line:
    """One variant: `low` to `high` is where its true number lies with 90 % probability; `words` say the same."""

    label: str
    low: float
    middle: float
    high: float
    words: str
    is_stopped: bool = False


def intervals(title: str, description: str, lines: Sequence[Line], foot: str) -> SafeString:
    """A row for each of `lines`: a bar over its interval with a dot at its middle; `foot` says what is counted."""
    top = round_up(max((line.high for line in lines), default=1.0))
    height = ROW * len(lines) + FOOT
    return format_html(
        '<svg class="trial-picture" viewBox="0 0 {} {}" role="img" aria-labelledby="trial-t trial-d">'
        '<title id="trial-t">{}</title><desc id="trial-d">{}</desc>{}{}</svg>',
        WIDTH, height, title, description, _axis(top, height, foot),
        format_html_join("", "{}", ((_row(line, at, top),) for at, line in enumerate(lines))),
    )  # fmt: skip


def round_up(value: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten; 1 when nothing is above zero."""
    if value <= 0:
        return 1.0
    power = 10.0 ** (ceil(log10(value)) - 1)
    return next(power * step for step in (1, 2, 2.5, 5, 10) if power * step >= value * (1 - 1e-9))


def _x(value: float, top: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * value / top, 1)


def _axis(top: float, height: int, foot: str) -> SafeString:
    """Lines at nothing, the half and the whole, with their numbers, and what they count."""
    marks = format_html_join(
        "",
        '<line class="trial-grid" x1="{}" x2="{}" y1="4" y2="{}"/>'
        '<text class="trial-text" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (_x(value, top), _x(value, top), height - FOOT, _x(value, top), height - FOOT + 15, f"{value:g}")
            for value in (0, top / 2, top)
        ),
    )
    words = format_html('<text class="trial-text" x="{}" y="{}">{}</text>', LEFT, height - 4, foot)
    return format_html("{}{}", marks, words)


def _row(line: Line, at: int, top: float) -> SafeString:
    y = ROW * at + ROW // 2
    low, high = _x(line.low, top), _x(line.high, top)
    return format_html(
        '<g class="{}"><title>{}</title><text class="trial-letter" x="4" y="{}">{}</text>'
        '<rect class="trial-bar" x="{}" y="{}" width="{}" height="12" rx="6"/>'
        '<circle class="trial-dot" cx="{}" cy="{}" r="6"/></g>',
        "trial-stopped" if line.is_stopped else "trial-shown", line.words, y + 6, line.label,
        low, y - 6, round(max(high - low, 2), 1), _x(line.middle, top), y,
    )  # fmt: skip
