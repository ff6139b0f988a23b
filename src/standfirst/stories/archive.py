"""The archive by day, in the newsroom's time zone, read from the edition's public list."""

from __future__ import annotations

from calendar import Calendar
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from standfirst.delivery.edge.questions import register_question
from standfirst.stories.cards import with_bylines
from standfirst.stories.models import Article, ListedStory
from standfirst.theme.language import first_weekday

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from standfirst.stories.models import Edition


FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years that an archive may have; beyond, some day has no midnight that a database could hold."""


def connect() -> None:
    """Tell the edge that the archive is asked for days; called once when the app is ready."""
    codes = "|".join(code for code, _name in settings.LANGUAGES)
    register_question(rf"/(?:{codes})/archive/", _day_alone, at_once=40, a_second=2.0)


def asked_day(text: str) -> date | None:
    """Return the day that `text` names as `2025-03-10`, or `None` when no archive could hold it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _day_alone(path: str, given: Mapping[str, str]) -> Mapping[str, str]:
    day = asked_day(given.get("day", ""))
    return {"day": day.isoformat()} if day else {}


@dataclass(frozen=True)
class Span:
    """A day or a month of the archive and how many stories it holds."""

    date: date
    count: int
    url: str


@dataclass(frozen=True)
class Cell:
    """A place in a month's calendar: a day, `None` outside the month; and its stories, `None` without any."""

    day: date | None
    span: Span | None


@dataclass(frozen=True)
class Archive:
    """The public stories of one edition by date."""

    edition: Edition

    @property
    def url(self) -> str:
        return f"{self.edition.url}archive/"

    def months(self) -> list[Span]:
        """Every month that holds stories, newest first. Counting asks the index, never the stories."""
        first, last = self._listed().order_by("published_at").first(), self._listed().order_by("-published_at").first()
        if first is None or last is None:
            return []
        month = _local(last.published_at).replace(day=1)
        spans = []
        while month >= _local(first.published_at).replace(day=1):
            count = self._between(month, _next_month(month)).count()
            if count:
                spans.append(Span(month, count, self.month_url(month)))
            month = (month - timedelta(days=1)).replace(day=1)
        return spans

    def days(self, month: date) -> list[Span]:
        """The days of the month that begins with `month`, newest first."""
        moments = self._between(month, _next_month(month)).values_list("published_at", flat=True)
        counts = Counter(_local(moment) for moment in moments)
        return [Span(day, counts[day], self.day_url(day)) for day in sorted(counts, reverse=True)]

    def stories(self, day: date) -> list[Article]:
        """The stories of `day`, newest first."""
        start, end = _midnight(day), _midnight(day + timedelta(days=1))
        return with_bylines(Article.objects.listed_between(self.edition.list_key, start, end).for_cards())

    def weeks(self, month: date) -> list[list[Cell]]:
        """The month that begins with `month` as a calendar, its weeks beginning as the language has it."""
        spans = {span.date: span for span in self.days(month)}
        weeks = Calendar(first_weekday()).monthdatescalendar(month.year, month.month)
        return [[Cell(day if day.month == month.month else None, spans.get(day)) for day in week] for week in weeks]

    def nearest(self, day: date) -> date | None:
        """`day` when it holds stories, else the last day before it that does, else the first one after it."""
        if self._between(day, day + timedelta(days=1)).exists():
            return day
        return self.previous(day) or self.next(day)

    def month_url(self, month: date) -> str:
        return f"{self.url}{month:%Y/%m}/"

    def previous(self, day: date) -> date | None:
        """The last day before `day` that holds stories."""
        story = self._listed().filter(published_at__lt=_midnight(day)).order_by("-published_at").first()
        return _local(story.published_at) if story else None

    def next(self, day: date) -> date | None:
        """The first day after `day` that holds stories."""
        tomorrow = _midnight(day + timedelta(days=1))
        story = self._listed().filter(published_at__gte=tomorrow).order_by("published_at").first()
        return _local(story.published_at) if story else None

    def day_url(self, day: date) -> str:
        return f"{self.url}{day:%Y/%m/%d}/"

    def _listed(self) -> QuerySet[ListedStory]:
        return ListedStory.objects.filter(list_key=self.edition.list_key)

    def _between(self, start: date, end: date) -> QuerySet[ListedStory]:
        return self._listed().filter(published_at__gte=_midnight(start), published_at__lt=_midnight(end))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _local(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
