"""The demo's campaign: a strip and a box in each edition, invented as everything else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from standfirst.appeals.models import Appeal, Campaign, Place, Preset, Variant
from standfirst.membership.models import Price
from standfirst.stories.models import Edition

BEFORE, AFTER = timedelta(days=60), timedelta(days=120)
"""The campaign runs from so long before the day of building until so long after it."""


@transaction.atomic
def ask_for_support(words: dict[str, Any]) -> None:
    """Begin the campaign of `words` (`content/appeals.toml`), unless there is one: staff may have renamed it."""
    if Campaign.objects.exists():
        return
    now = timezone.now()
    campaign = Campaign.objects.create(
        name=words["name"], begins=now - BEFORE, ends=now + AFTER, goal_members=words["wanted"], is_running=True
    )
    for edition in Edition.objects.select_related("locale"):
        if said := words.get(edition.language_code):
            _ask(campaign, edition, Place.STRIP, headline=said["strip_headline"], text=said["strip_text"])
            _ask(
                campaign,
                edition,
                Place.BOX,
                headline=said["box_headline"],
                text=said["box_text"].strip(),
                button=said["button"],
                amounts=words["amounts"],
                currency=words["currency"],
                interval=Price.Interval.MONTH,
                preset=Preset.NOTE,
                shows_goal=True,
            )


def _ask(campaign: Campaign, edition: Edition, place: Place, **words: Any) -> None:
    appeal = Appeal.objects.create(campaign=campaign, edition=edition, place=place)
    Variant.objects.create(appeal=appeal, **words)
