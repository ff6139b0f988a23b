"""The rules of who sees an appeal: once here, for staff who ask why, and once in the script on the reader's device.

Both read the same two JSON objects, and `tests/appeals/cases.json` holds both to the same answers.

An appeal's rules: `id`; `only`, for each thing that is asked the texts of which one must be the reader's (`state`,
`section`, `thread`, `topic`, `zone`, `visit`, `device`); `from` and `to`, stories of the month; `views` within `days`.

A reader on a page: a list of texts for each of those things (keys of pages as text, IANA time zones), `stories`,
`today` (days since 1970), `seen` (the days on which an appeal was seen, by its id as text).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from babel.core import get_global

from standfirst.appeals.models import Appeal, State

CLOSED_DAYS = 30
"""So long does a place stay empty after a reader has closed what stood there."""
EVERYBODY: dict[str, Any] = {"id": 0, "only": {}}
"""The rules of the paper's own appeal."""
MEMBERS: dict[str, Any] = {"id": 0, "only": {"state": [State.MEMBER]}}
"""The rules of the thanks."""
Facts = Mapping[str, Any]


class Reason(StrEnum):
    """Why an appeal does not fit a reader on a page; most are the name of what is asked."""

    STATE = "state"
    SECTION = "section"
    THREAD = "thread"
    TOPIC = "topic"
    ZONE = "zone"
    VISIT = "visit"
    DEVICE = "device"
    STORIES = "stories"
    CAP = "cap"


def rules_of(appeal: Appeal) -> dict[str, Any]:
    """Return the rules of `appeal` as the page carries them; what excludes nobody is left out."""
    only = {
        "state": appeal.readers,
        "section": _keys(appeal.sections),
        "thread": _keys(appeal.threads),
        "topic": _keys(appeal.topics),
        "zone": zones_of(appeal.countries),
        "visit": [appeal.visit] if appeal.visit else [],
        "device": appeal.devices,
    }
    numbers = {
        "from": appeal.stories_from,
        "to": appeal.stories_to,
        "views": appeal.cap_views,
        "days": appeal.cap_days if appeal.cap_views else None,
    }
    return {
        "id": appeal.pk,
        "only": {name: values for name, values in only.items() if values},
        **{name: number for name, number in numbers.items() if number},
    }


def _keys(pages: Any) -> list[str]:
    return [str(page.pk) for page in pages.all()]


def is_general(rules: Facts) -> bool:
    """Whether the appeal asks every stranger on every page: only then may it stand where no script runs."""
    return (
        State.STRANGER in rules["only"]["state"]
        and rules["only"].keys() == {"state"}
        and not {"from", "to"} & set(rules)
    )


def reasons_against(rules: Facts, reader: Facts) -> list[Reason]:
    """Return every reason why an appeal with `rules` is not for `reader`; none when it is."""
    stories = reader["stories"]
    reasons = [Reason(name) for name, values in rules["only"].items() if set(values).isdisjoint(reader[name])]
    if not rules.get("from", 0) <= stories <= rules.get("to", stories):
        reasons.append(Reason.STORIES)
    if "views" in rules and views_counted(rules, reader) >= rules["views"]:
        reasons.append(Reason.CAP)
    return reasons


def views_counted(rules: Facts, reader: Facts) -> int:
    """How often the reader has seen the appeal within the days of its cap."""
    return sum(day > reader["today"] - rules["days"] for day in reader["seen"].get(str(rules["id"]), ()))


def zones_of(countries: Collection[str]) -> list[str]:
    """Return the time zones of `countries` (ISO 3166-1), with the older names that browsers still use."""
    wanted = set(countries)
    return [zone for zone, country in _countries().items() if country in wanted]


def zone_of(country: str) -> str:
    """Return one time zone of `country`, "" where none is known."""
    return next(iter(zones_of([country])), "")


@cache
def _countries() -> dict[str, str]:
    """ISO 3166-1 codes by time zone, from CLDR; `Asia/Calcutta` and `Asia/Kolkata` are both there."""
    found: dict[str, str] = dict(get_global("zone_territories"))
    for old, zone in get_global("zone_aliases").items():
        if country := found.get(zone):
            found.setdefault(old, country)
    return dict(sorted(found.items()))


def known_countries() -> frozenset[str]:
    """Return the codes of all countries that have a time zone."""
    return frozenset(_countries().values()) - {"001"}
