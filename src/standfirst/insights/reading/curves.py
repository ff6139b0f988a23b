"""The curve of a period: what was read at each of its steps, drawn and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from standfirst.insights.membership import charts
from standfirst.insights.reading.counted import Counted
from standfirst.insights.reading.periods import Step, steps_of
from standfirst.insights.reading.scope import Scope
from standfirst.insights.reading.sums import Reading, together
from standfirst.insights.reading.tables import lasting, per_cent, whole


@dataclass(frozen=True)
class Point:
    """One step with what was read in it; `address` looks closer, `readers` is `None` where it is not known."""

    step: Step
    reading: Reading
    readers: int | None
    address: str

    @property
    def cells(self) -> list[str]:
        """Its figures in words."""
        one = self.reading
        return [whole(one.views), whole(one.reads), per_cent(one.share), lasting(one.mean_seconds)]


@dataclass(frozen=True)
class Curve:
    """All points of a period, the earliest first."""

    points: Sequence[Point]
    has_readers: bool
    readers: Mapping[date, int] = field(default_factory=dict)
    """Different readers of each day, where they are known of the whole."""

    @property
    def total(self) -> Reading:
        """What the points give together."""
        return together(point.reading for point in self.points)

    @property
    def readers_a_day(self) -> float | None:
        """Readers of a day on average, of the days that somebody counted; today only where no other day is shown."""
        today = timezone.localdate()
        known = [number for day, number in self.readers.items() if number and day < today]
        known = known or [number for number in self.readers.values() if number]
        return sum(known) / len(known) if known else None

    def drawn(self, title: str) -> SafeString:
        """Views and reads as columns."""
        said = _("%(views)s views and %(reads)s reads in all.") % {
            "views": whole(self.total.views),
            "reads": whole(self.total.reads),
        }
        series = [
            charts.Series(_("views"), [point.reading.views for point in self.points], "three"),
            charts.Series(_("reads"), [point.reading.reads for point in self.points], "one"),
        ]
        return charts.bars(title, said, [point.step.label for point in self.points], series)

    def csv_rows(self) -> Iterator[list[object]]:
        """The points for a file; moments with the newsroom's clock."""
        for point in self.points:
            one = point.reading
            begin = timezone.localtime(point.step.begin).isoformat(timespec="minutes")
            yield [begin, one.views, one.reads, one.seconds, "" if point.readers is None else point.readers]


CSV_COLUMNS = ("begins", "views", "reads", "engaged_seconds", "readers")


def curve_of(counted: Counted, steps: list[Step] | None = None) -> Curve:
    """The curve of `counted`, by its period's own steps or by `steps`."""
    steps = steps_of(counted.period) if steps is None else steps
    readings = counted.by_step(steps)
    readers = counted.readers() if counted.knows_readers else None
    points = [
        Point(step, one, _readers_of(step, readers), _address(step, counted.scope))
        for step, one in zip(steps, readings, strict=True)
    ]
    return Curve(points, any(point.readers is not None for point in points), readers or {})


def _readers_of(step: Step, readers: Mapping[date, int] | None) -> int | None:
    """Readers of a step that is one day: those of several days, or of an hour, are not known."""
    if readers is None or not step.query or step.query["from"] != step.query["to"]:
        return None
    return readers.get(date.fromisoformat(step.query["from"]), 0)


def _address(step: Step, scope: Scope) -> str:
    parameters: dict[str, Any] = {**step.query, **scope.query}
    return f"{reverse('reading:period')}?{urlencode(parameters)}" if step.query else ""
