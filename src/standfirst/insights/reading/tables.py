"""The table of one way to look at reading: its columns, in which order its lines stand, and the lines in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.insights.reading.counted import Counted
from standfirst.insights.reading.groups import Group, Line, Name
from standfirst.insights.reading.sums import Reading, together

BATCH = 500
LAST = 2**40


@dataclass(frozen=True)
class Column:
    """One column of figures: what it is sorted by, and how it is written for people and for programs."""

    name: str
    label: Any
    value: Callable[[Line], float | None]
    said: Callable[[Line], str]
    plain: Callable[[Line], object]


@dataclass(frozen=True)
class Row:
    """One line as it is shown; `promised` is for those who may see members' money."""

    name: Name
    address: str
    cells: Sequence[str]
    promised: Sequence[str]


def whole(number: int) -> str:
    """A number with its thousands set apart."""
    return f"{number:,}"


def per_cent(part: float | None) -> str:
    """`0.256` as `26 %`; nothing known as a dash."""
    return "–" if part is None else f"{part * 100:.0f} %"


def lasting(seconds: float | None) -> str:
    """Seconds as `41 s` or `2 min 5 s`; nothing known as a dash."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest} if minutes else f"{rest} s"


def _rounded(value: float | None, digits: int) -> object:
    return "" if value is None else round(value, digits)


VIEWS = Column(
    "views",
    gettext_lazy("Views"),
    lambda line: line.reading.views,
    lambda line: whole(line.reading.views),
    lambda line: line.reading.views,
)
READS = Column(
    "reads",
    gettext_lazy("Reads"),
    lambda line: line.reading.reads if line.has_end else None,
    lambda line: whole(line.reading.reads) if line.has_end else "–",
    lambda line: line.reading.reads if line.has_end else "",
)
SHARE = Column(
    "share",
    gettext_lazy("Share read"),
    lambda line: line.reading.share if line.has_end else None,
    lambda line: per_cent(line.reading.share if line.has_end else None),
    lambda line: _rounded(line.reading.share if line.has_end else None, 4),
)
TIME = Column(
    "time",
    gettext_lazy("Time per view"),
    lambda line: line.reading.mean_seconds,
    lambda line: lasting(line.reading.mean_seconds),
    lambda line: _rounded(line.reading.mean_seconds, 1),
)
DEPTH = Column(
    "depth",
    gettext_lazy("How far down"),
    lambda line: line.reading.mean_depth if line.has_end else None,
    lambda line: per_cent(line.reading.mean_depth if line.has_end else None),
    lambda line: _rounded(line.reading.mean_depth if line.has_end else None, 4),
)
JOINED = Column(
    "joined",
    gettext_lazy("Joined"),
    lambda line: line.joined.number if line.joined else None,
    lambda line: whole(line.joined.number) if line.joined else "–",
    lambda line: line.joined.number if line.joined else "",
)


def columns_of(counted: Counted, lines: Sequence[Line]) -> list[Column]:
    """The columns that are known of this period and scope."""
    joined = [JOINED] if any(line.joined for line in lines) else []
    return [VIEWS, READS, SHARE, *([] if counted.period.is_now else [TIME, DEPTH]), *joined]


def in_order(lines: Sequence[Line], group: Group, columns: Sequence[Column], sort: str) -> list[Line]:
    """`lines` by `sort`, a column's name, the largest first, or with `-` before it the smallest; "name" by names.

    Ties stand in the order of views and then of their keys, so that two looks at the same numbers are the same.
    """
    found = sorted(lines, key=lambda line: (-line.reading.reads, -line.reading.views, _sortable(line.key)))
    wanted, is_reversed = sort.removeprefix("-"), sort.startswith("-")
    if wanted == "name" or (not wanted and group.order):
        return _by_name(found, group, is_reversed)
    column = next((one for one in columns if one.name == wanted), None)
    if column is None:
        return found
    known = [line for line in found if column.value(line) is not None]
    unknown = [line for line in found if column.value(line) is None]
    return [*sorted(known, key=lambda line: column.value(line) or 0, reverse=not is_reversed), *unknown]


def _by_name(lines: list[Line], group: Group, is_reversed: bool) -> list[Line]:
    order = group.order
    if order is None:
        keys = {line.key for line in lines}
        titles = group.titles(keys) if group.titles else {key: name.text for key, name in group.names(keys).items()}
        return sorted(lines, key=lambda line: titles[line.key].casefold(), reverse=is_reversed)
    return sorted(lines, key=lambda line: order(line.key), reverse=is_reversed)


def _sortable(key: Any) -> tuple[str, int]:
    """Keys in an order; what stands for no section, contributor or thread comes last."""
    return (key, 0) if isinstance(key, str) else ("", key if key > 0 else LAST - key)


def rows_of(counted: Counted, group: Group, lines: Sequence[Line], columns: Sequence[Column]) -> list[Row]:
    """`lines` as they are shown."""
    names = group.names({line.key for line in lines})
    return [
        Row(
            names[line.key],
            address_of(names[line.key], counted),
            [column.said(line) for column in columns],
            line.joined.said if line.joined else [],
        )
        for line in lines
    ]


def address_of(name: Name, counted: Counted) -> str:
    """Where a line leads to: a story's own page, or the stories behind it; "" when nothing lies below."""
    if name.story is not None:
        return reverse("reading:story", args=[name.story])
    if name.query is None:
        return ""
    return f"{reverse('reading:period')}?{query_of(counted, name.query)}"


def query_of(counted: Counted, more: Mapping[str, str]) -> str:
    """The part of an address that names period and scope, and `more`."""
    return urlencode({**counted.period.query, **counted.scope.query, **more})


def total_of(lines: Sequence[Line]) -> Reading:
    """What the lines give together."""
    return together(line.reading for line in lines)


def csv_rows(
    group: Group, lines: Sequence[Line], columns: Sequence[Column], *, with_money: bool
) -> Iterator[list[object]]:
    """All lines for a file, the names asked for in portions."""
    for begin in range(0, len(lines), BATCH):
        batch = lines[begin : begin + BATCH]
        names = group.names({line.key for line in batch})
        for line in batch:
            money = ["; ".join(line.joined.said) if line.joined else ""] if with_money else []
            yield [names[line.key].said, *(column.plain(line) for column in columns), *money]
