"""Most popular, as it stands on pages: a fragment, so that a new order touches no stored page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from standfirst.delivery.fragments import fragment_of
from standfirst.discovery.popular.models import PopularEntry
from standfirst.discovery.popular.scoring import DAY, FEWEST, PERIODS, WEEK, Period
from standfirst.stories.cards import public_stories
from standfirst.stories.context import paper_of
from standfirst.stories.models import Article


@fragment_of("popular", template="theme/fragments/popular.html")
def popular(request: HttpRequest, of: str) -> dict[str, Any] | None:
    """What is read most in the edition, or in the section that `of` names, in the period that it names.

    `of` holds `section:ID`, the name of a period, both with a space between them, or nothing. While too little was
    read in the period, the next longer one stands in its place; with too little in a week, nothing does.

    Raises:
        ValueError: `of` is none of these.
    """
    place, first = parse(of)
    edition = paper_of(request).edition
    list_key = place or (edition.list_key if edition else "")
    for period in PERIODS.values():
        if period.length >= first.length and len(stories := listed_now(f"{list_key}:{period.name}")) >= FEWEST:
            return {"stories": stories, "period": period.name}
    return None


def parse(of: str) -> tuple[str, Period]:
    """Return the section's list key ("" for the whole edition) and the period.

    Sections are read less than the edition: without a period they look back a week, the edition a day.

    Raises:
        ValueError: `of` says something else.

    >>> parse("section:12 hours")[0]
    'section:12'
    """
    place, period = "", None
    for word in of.split():
        if word in PERIODS and period is None:
            period = PERIODS[word]
        elif word.startswith("section:") and word[8:].isdecimal() and not place:
            place = word
        else:
            known = ", ".join(PERIODS)
            raise ValueError(f"Most popular of {of!r}: write section:ID, one of {known}, or both with a space between.")
    return place, period or (WEEK if place else DAY)


def listed_now(list_key: str) -> list[Article]:
    """Return the stories of a list that are public at this moment, in their order."""
    keys = list(PopularEntry.objects.filter(list_key=list_key).order_by("rank").values_list("story_id", flat=True))
    stories = public_stories(keys)
    return [stories[key] for key in keys if key in stories]
