"""Drawings that only figures of reading need; the others are those of the membership's numbers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

ROW, BAR, NAMES = 34, 10, 18
"""Heights in pixels: of a row, of its bar, and of the name above that."""
WIDEST = 84
"""Per cent of the width that the longest bar takes; the number stands in the rest."""


def ranking(title: str, rows: Sequence[tuple[str, int]]) -> SafeString:
    """Bars below each other, each under its name: for names too long to stand below a column. "" without rows.

    Widths are parts of the room there is and heights are pixels, so that the words stay readable on a phone.
    """
    if not rows:
        return SafeString("")
    most = max(1, *(value for _name, value in rows))
    shapes = format_html_join(
        "",
        '<text class="chart-text" x="0" y="{}" unicode-bidi="plaintext">{}</text>'
        '<rect class="chart-ground" x="0" y="{}" width="{}%" height="{}" rx="2"/>'
        '<rect class="chart-one" x="0" y="{}" width="{}%" height="{}" rx="2"/>'
        '<text class="chart-text" x="100%" y="{}" text-anchor="end">{}</text>',
        (_row(ROW * at, name, value, most) for at, (name, value) in enumerate(rows)),
    )
    return format_html(
        '<div class="chart"><svg width="100%" height="{}" role="img" aria-label="{}">{}</svg></div>',
        ROW * len(rows), title, shapes,
    )  # fmt: skip


def _row(top: int, name: str, value: int, most: int) -> tuple[object, ...]:
    bar = top + NAMES
    part = round(WIDEST * value / most, 1)
    return top + 13, name, bar, WIDEST, BAR, bar, part, BAR, bar + 9, f"{value:,}"
