"""The archive by day, in the newsroom's time zone, read from the edition's public list."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from standfirst.stories.cards import with_bylines
from standfirst.stories.models import Article, ListedStory

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from standfirst.stories.models import Edition


@dataclass(frozen=True)
class Span:
    """A day or a month of the archive and how many stories it holds."""

    date: date
    count: int
    url: str


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
                spans.append(Span(month, count, f"{self.url}{month:%Y/%m}/"))
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
