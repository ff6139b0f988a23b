"""Which part of what was counted is looked at: one section, one referrer, stories of one length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from standfirst.insights.models import StoryLength
from standfirst.insights.reading.lengths import BAND_BY_NAME
from standfirst.insights.reading.periods import Period
from standfirst.stories.models import Article, Byline, Section

NONE = 0
"""In the place of a number: stories that have none. As a section: stories that are no longer there."""
COUNTED = ("referrer", "campaign", "device", "hour")
"""What belongs to a view and not to a story."""
NOT_OF_JOINS = ("referrer", "device")
"""What is not kept with a join: it would say of a member where and on what they read."""
LONGEST = 80


@dataclass(frozen=True)
class Scope:
    """What an address narrows the figures to; `None` where it does not."""

    edition: int | None = None
    section: int | None = None
    contributor: int | None = None
    thread: int | None = None
    length: str | None = None
    referrer: str | None = None
    campaign: str | None = None
    device: str | None = None
    hour: int | None = None

    @property
    def query(self) -> dict[str, str]:
        """What names it in an address."""
        return {name: str(value) for name, value in self.given.items()}

    @property
    def given(self) -> dict[str, Any]:
        """What is narrowed, by name."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) is not None}

    @property
    def knows_joins(self) -> bool:
        """Whether it can also be said of those who joined."""
        return set(NOT_OF_JOINS).isdisjoint(self.given)

    @property
    def narrows_stories(self) -> bool:
        """Whether it leaves some stories out by what they are."""
        return not {"section", "contributor", "thread", "length"}.isdisjoint(self.given)

    def of_stories(self, column: str = "story_id") -> Q:
        """The condition on a column with the number of a story."""
        found = Q()
        if self.section == NONE:
            found &= ~Q(**{column: NONE}) & ~Q(**{f"{column}__in": _stories()})
        elif self.section is not None:
            found &= Q(**{f"{column}__in": _stories(section__path__startswith=_path_of(self.section))})
        if self.contributor == NONE:
            found &= Q(**{f"{column}__in": _stories(bylines=None)})
        elif self.contributor is not None:
            rows = Byline.objects.filter(contributor=self.contributor)
            found &= Q(**{f"{column}__in": rows.order_by().values("article_id")})
        if self.thread is not None:
            found &= Q(**{f"{column}__in": _stories(thread=self.thread or None)})
        if self.length is not None:
            found &= Q(**{f"{column}__in": _of_length(self.length)})
        return found

    def of_views(self, period: Period) -> Q:
        """The condition on what belongs to a view: edition, referrer, campaign, device, hour of the day."""
        names = {"edition": "edition_id", "referrer": "referrer", "campaign": "campaign", "device": "device"}
        found = Q(**{column: getattr(self, name) for name, column in names.items() if name in self.given})
        if self.hour is not None:
            found &= Q(hour__in=list(hours_like(period, self.hour)))
        return found


def scope_of(given: Mapping[str, Any]) -> Scope:
    """What the parameters of an address narrow to. Raises Http404 for what is none that was counted."""
    numbers = {name: _number(name, str(given[name])) for name in NUMBERS if given.get(name)}
    texts = {name: str(given[name]) for name in ("referrer", "campaign", "device") if name in given}
    length = str(given.get("length") or "") or None
    if any(len(text) > LONGEST or "\0" in text for text in texts.values()):
        raise Http404(f"No referrer, campaign or device is longer than {LONGEST} characters, or has a NUL in it.")
    if length is not None and length not in BAND_BY_NAME:
        raise Http404(f"There is no length {length}: name it as {', '.join(BAND_BY_NAME)}.")
    if numbers.get("hour", 0) > 23:
        raise Http404("Hours are 0 to 23.")
    return Scope(**numbers, **texts, length=length)  # type: ignore[arg-type]


NUMBERS = ("edition", "section", "contributor", "thread", "hour")


def _number(name: str, text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Http404(f"{name} is a number, not {text[:20]}.")
    return int(text)


def hours_like(period: Period, hour: int) -> Iterable[datetime]:
    """The counted hours of `period` that are `hour` o'clock on the newsroom's clock."""
    moment = period.begin.replace(minute=0, second=0, microsecond=0)
    while moment < period.end:
        if moment >= period.begin and timezone.localtime(moment).hour == hour:
            yield moment
        moment += timedelta(hours=1)


def _stories(**conditions: Any) -> QuerySet[Any]:
    return Article.objects.filter(**conditions).order_by().values("pk")


def _path_of(section: int) -> str:
    """Where a section stands in the tree. Raises Http404."""
    path = Section.objects.filter(pk=section).values_list("path", flat=True).first()
    if path is None:
        raise Http404(f"There is no section {section}.")
    return str(path)


def _of_length(name: str) -> QuerySet[Any]:
    band = BAND_BY_NAME[name]
    found = StoryLength.objects.filter(words__gte=band.least)
    return (found if band.most is None else found.filter(words__lte=band.most)).values("story_id")
