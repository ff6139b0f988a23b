"""Figures of reading in templates of the admin."""

from __future__ import annotations

from typing import Any

from django import template

from standfirst.insights.reading.editor import is_read
from standfirst.insights.reading.small_figures import reads_of

register = template.Library()


@register.simple_tag
def story_reads(page: Any) -> dict[str, int] | None:
    """How often a published story was read `today` and in all (`ever`); `None` for what is none."""
    if not page.pk or not is_read(page):
        return None
    today, ever = reads_of([page.pk]).get(page.pk, (0, 0))
    return {"today": today, "ever": ever}
