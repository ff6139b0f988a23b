"""Drawings that only figures of reading need; the others are those of the membership's numbers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, ROW, BAR, NAMES = 640, 30, 12, 16
LONGEST_NAME = 70


def ranking(title: str, rows: Sequence[tuple[str, int]]) -> SafeString:
    """Bars below each other, each under its name: for names too long to stand below a column. `""` without rows."""
    if not rows:
        return SafeString("")
    most = max(max(value for _name, value in rows), 1)
    shapes = format_html_join(
        "",
        '<text class="chart-text" x="0" y="{}" unicode-bidi="plaintext">{}</text>'
        '<rect class="chart-ground" x="0" y="{}" width="{}" height="{}" rx="2"/>'
        '<rect class="chart-one" x="0" y="{}" width="{}" height="{}" rx="2"/>'
        '<text class="chart-text" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (
                ROW * at + 11, _cut(name),
                ROW * at + NAMES, WIDTH - 70, BAR,
                ROW * at + NAMES, round((WIDTH - 70) * value / most, 1), BAR,
                WIDTH, ROW * at + NAMES + 10, f"{value:,}",
            )
            for at, (name, value) in enumerate(rows)
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH, ROW * len(rows), title, shapes,
    )  # fmt: skip


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
