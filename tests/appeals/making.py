"""Makes campaigns and appeals for tests."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from standfirst.appeals.models import Appeal, Campaign, Place, Variant
from standfirst.stories.models import Edition

_numbers = count(1)


def campaign(name: str = "", **fields: Any) -> Campaign:
    """A campaign that runs since yesterday, without an end."""
    given = {"begins": timezone.now() - timedelta(days=1), "is_running": True, **fields}
    return Campaign.objects.create(name=name or f"Campaign {next(_numbers)}", **given)


def appeal(edition: Edition, headline: str = "Ask", *, of: Campaign | None = None, **fields: Any) -> Appeal:
    """An appeal with one variant whose headline is `headline`; lists of pages may be among `fields`."""
    pages = {name: fields.pop(name) for name in ("sections", "threads", "topics") if name in fields}
    words = {name: fields.pop(name) for name in ("shows_goal", "amounts", "currency", "text") if name in fields}
    fields = {"place": Place.BOX, **fields}
    made = Appeal.objects.create(campaign=of or campaign(), edition=edition, **fields)
    for name, found in pages.items():
        setattr(made, name, found)
    made.save()
    Variant.objects.create(appeal=made, headline=headline, **words)
    return made
