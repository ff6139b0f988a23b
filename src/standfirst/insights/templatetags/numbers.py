"""How numbers of the membership are written."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def per_cent(part: float | None) -> str:
    """`0.256` as `26 %`; nothing known as a dash."""
    return "–" if part is None else f"{part * 100:.0f} %"
