"""What was counted in a period and a scope: read from the sums of days where they stand, from the hours elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from standfirst.counting.days import bounds, summed_days
from standfirst.counting.models import ReaderDay, ShareDay, StoryDay, StoryHour, StorySlot
from standfirst.insights.reading.periods import Period, Step, step_at
from standfirst.insights.reading.scope import COUNTED, Scope
from standfirst.insights.reading.sums import NOTHING, Reading, merged

NUMBERS = ("views", "reads", "engaged_seconds", "depth_total")
Sums = dict[Any, Reading]


class Counted:
    """The figures of one page. `stories` narrows further, to these stories.

    Fronts and sections, which are counted as story 0, stand in `by_story` and in no other sum: nobody reads them to an
    end, so that they would make every share smaller.
    """

    def __init__(self, period: Period, scope: Scope, stories: tuple[int, ...] = ()) -> None:
        """Ask nothing yet; each figure is one or two statements when it is wanted."""
        self.period, self.scope, self.stories = period, scope, stories

    def by_story(self) -> dict[int, Reading]:
        """Sums by the number of a story; 0 are fronts and sections."""
        return self._by("story_id", StoryDay)

    def by_edition(self) -> dict[int, Reading]:
        """Sums by the number of an edition."""
        if share := self._only_share:
            return merged(self._hours("edition_id", without=self._standing), self._of_share(share, "edition_id"))
        return self._by("edition_id", StoryDay)

    def by_share(self, kind: str) -> dict[str, Reading]:
        """Sums by `referrer`, `campaign` or `device`."""
        return self._by(kind, ShareDay)

    def by_hour(self) -> dict[int, Reading]:
        """Sums by the hour of the day on the newsroom's clock, 0 to 23."""
        days = self._days_for(ShareDay)
        found: Sums = {}
        for moment, one in self._hours("hour", without=days).items():
            found = merged(found, {timezone.localtime(moment).hour: one})
        rows = self._summed(ShareDay, days, "value", kind=ShareDay.Kind.HOUR)
        return merged(found, {int(hour): one for hour, one in rows.items()})

    def by_step(self, steps: list[Step]) -> list[Reading]:
        """Sums for each of `steps`, which lie within the period."""
        are_days = all(step.query for step in steps)  # a sum of a day knows no hours
        share = self._only_share if are_days else None
        days = self._standing if share else self._days_for(StoryDay) if are_days else []
        moments: Sums = self._hours("slot" if self.period.is_now else "hour", without=days)
        summed = self._of_share(share, "day") if share else self._summed(StoryDay, days, "day")
        moments = merged(moments, {bounds(day)[0]: one for day, one in summed.items()})
        found = [NOTHING] * len(steps)
        for moment, one in moments.items():
            at = step_at(steps, moment)
            if at is not None:
                found[at] += one
        return found

    def readers(self) -> dict[date, int]:
        """Different readers of each day, of all editions or the one looked at; they are not known of anything less."""
        rows = ReaderDay.objects.filter(day__gte=self.period.first, day__lte=self.period.last)
        if self.scope.edition is not None:
            rows = rows.filter(edition_id=self.scope.edition)
        return dict(rows.order_by().values_list("day").annotate(number=Sum("readers")))

    @property
    def knows_readers(self) -> bool:
        """Whether readers a day can be told: of whole editions and whole days only."""
        return not self.stories and not self.period.is_now and set(self.scope.given) <= {"edition"}

    def _by(self, column: str, model: type[StoryDay] | type[ShareDay]) -> Sums:
        days = self._days_for(model)
        hours = self._hours(column, without=days)
        if model is ShareDay:
            return merged(hours, self._summed(ShareDay, days, "value", kind=column))
        return merged(hours, self._summed(StoryDay, days, column))

    def _days_for(self, model: type[StoryDay] | type[ShareDay]) -> list[date]:
        """The days whose sums can be used: not when the scope asks for more than they know."""
        if not set(COUNTED).isdisjoint(self.scope.given):
            return []
        if model is ShareDay and (self.stories or self.scope.narrows_stories):
            return []
        return self._standing

    @property
    def _only_share(self) -> tuple[str, Any] | None:
        """What the scope narrows to, when that is one referrer, campaign, device or hour and perhaps an edition."""
        given = [(name, value) for name, value in self.scope.given.items() if name != "edition"]
        is_share = len(given) == 1 and given[0][0] in COUNTED and not self.stories
        return given[0] if is_share and not self.period.is_now else None

    def _of_share(self, share: tuple[str, Any], column: str) -> Sums:
        """Sums of the days that stand, of one referrer, campaign, device or hour."""
        kind, value = share
        return self._summed(ShareDay, self._standing, column, kind=kind, value=str(value))

    @cached_property
    def _standing(self) -> list[date]:
        return [] if self.period.is_now else summed_days(self.period.first, self.period.last)

    def _hours(self, column: str, *, without: list[date]) -> Sums:
        """Sums by a column of the counted hours, or of the slots when the period is now."""
        model = StorySlot if self.period.is_now else StoryHour
        times = Q()
        for begin, end in spans_without(self.period, without):
            times |= Q(**{f"{model.moment}__gte": begin, f"{model.moment}__lt": end})
        if not times:
            return {}
        rows = model.objects.filter(
            times & self._condition & self._without_fronts(column) & self.scope.of_views(self.period)
        ).by(column)
        return {row[column]: _reading(row) for row in rows}

    def _summed(self, model: type[StoryDay] | type[ShareDay], days: list[date], column: str, **conditions: Any) -> Sums:
        if not days:
            return {}
        found = model.objects.filter(day__in=days, **conditions) if len(days) < 3 else _within(model, days, conditions)
        if self.scope.edition is not None:
            found = found.filter(edition_id=self.scope.edition)
        if model is StoryDay:
            found = found.filter(self._condition & self._without_fronts(column))
        rows = found.order_by().values(column).annotate(**{name: Sum(name) for name in NUMBERS})
        return {row[column]: _reading(row) for row in rows}

    def _without_fronts(self, column: str) -> Q:
        return Q() if column == "story_id" or self.stories else Q(story_id__gt=0)

    @cached_property
    def _condition(self) -> Q:
        own = Q(story_id__in=self.stories) if self.stories else Q()
        return own & self.scope.of_stories()


def _within(model: type[StoryDay] | type[ShareDay], days: list[date], conditions: Mapping[str, Any]) -> Any:
    """Rows of many days: as a range when hardly a day is missing in it, which databases read faster than a list."""
    first, last = days[0], days[-1]
    missing = sorted(set(_days_from(first, last)) - set(days))
    return model.objects.filter(day__gte=first, day__lte=last, **conditions).exclude(day__in=missing)


def _days_from(first: date, last: date) -> Iterator[date]:
    for at in range((last - first).days + 1):
        yield first + timedelta(days=at)


def spans_without(period: Period, days: list[date]) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of `period`, in order, that none of `days` covers."""
    begin = period.begin
    for day in days:
        day_begins, day_ends = bounds(day)
        if begin < day_begins:
            yield begin, day_begins
        begin = day_ends
    if begin < period.end:
        yield begin, period.end


def _reading(row: Mapping[str, Any]) -> Reading:
    return Reading(row["views"], row["reads"], row.get("engaged_seconds", 0), row.get("depth_total", 0))
