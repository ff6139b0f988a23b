"""By what reading is looked at: for each way, the sums of its lines, and how a line is called and narrowed to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from standfirst.counting.models import OTHER, OWN_REFERRER, Device
from standfirst.insights.reading import joins
from standfirst.insights.reading.counted import Counted
from standfirst.insights.reading.joins import NOBODY, Joined
from standfirst.insights.reading.lengths import BAND_BY_NAME, BANDS, band_of, words_of
from standfirst.insights.reading.scope import NONE
from standfirst.insights.reading.sums import NOTHING, Reading
from standfirst.membership.models import Pledge
from standfirst.stories.models import Article, Contributor, Edition, Section, Thread

GONE = -1
"""In the place of a section, contributor or thread: stories that are no longer there."""
UNKNOWN = ""
MOST_IN_A_LIST = 900
"""Beyond so many stories a column of the whole archive is read, in one statement."""
LAST_NAME = chr(0x10FFFF)
Summable = TypeVar("Summable", Reading, Joined)
Found = TypeVar("Found")


@dataclass(frozen=True)
class Line:
    """One line of a table; `joined` is `None` where it cannot be known, `has_end` false of what is no story."""

    key: Any
    reading: Reading
    joined: Joined | None = None
    has_end: bool = True


@dataclass(frozen=True)
class Name:
    """How a line is called; `query` narrows to it (`None`: nothing lies below), `story` is its own page."""

    text: str
    query: Mapping[str, str] | None = None
    story: int | None = None
    language: str = ""
    note: str = ""

    @property
    def said(self) -> str:
        """The text with what is noted."""
        return f"{self.text} ({self.note})" if self.note else self.text


@dataclass(frozen=True)
class Group:
    """One way to look: `lines` counts, `names` says how some of them are called, `note` what to know about it."""

    label: Any
    column: Any
    lines: Callable[[Counted], list[Line]]
    names: Callable[[Collection[Any]], dict[Any, Name]]
    note: Any = ""
    order: Callable[[Any], Any] | None = field(default=None)
    """Where lines have an order of their own."""
    is_counted_now: bool = True
    """Whether it is known of the last half hour."""
    titles: Callable[[Collection[Any]], dict[Any, str]] | None = None
    """The names alone, to sort by, where there are many and the rest would cost."""


def _of_stories(counted: Counted, keys_of: Callable[[Collection[int]], Mapping[int, Iterable[Any]]]) -> list[Line]:
    """Lines by something that stories have; a story that has several counts for each of them."""
    read, joined = counted.by_story(), _joined(counted)
    read.pop(0, None)
    keys = keys_of({*read, *(joined or {})})
    sums = _spread(read, keys, NOTHING)
    people = None if joined is None else _spread(joined, keys, NOBODY)
    return _lines(sums, people)


def _spread(found: Mapping[int, Summable], keys: Mapping[int, Iterable[Any]], zero: Summable) -> dict[Any, Summable]:
    spread: dict[Any, Summable] = {}
    for story, one in found.items():
        for key in keys.get(story, (GONE,)):
            spread[key] = spread.get(key, zero) + one
    return spread


def _lines(read: Mapping[Any, Reading], joined: Mapping[Any, Joined] | None) -> list[Line]:
    if joined is None:
        return [Line(key, one) for key, one in read.items()]
    keys = [*read, *(key for key in joined if key not in read)]
    return [Line(key, read.get(key, NOTHING), joined.get(key, NOBODY)) for key in keys]


def _joined(counted: Counted) -> dict[int, Joined] | None:
    return joins.by_story(counted.period, counted.scope, counted.stories) if counted.scope.knows_joins else None


def _stories(counted: Counted) -> list[Line]:
    read = counted.by_story()
    fronts = [Line(0, read.pop(0), has_end=False)] if 0 in read else []
    return [*_lines(read, _joined(counted)), *fronts]


def story_names(keys: Collection[int]) -> dict[int, Name]:
    """Headlines; of a story that is no longer there, its number."""
    rows = Article.objects.filter(pk__in=list(keys)).values_list(
        "pk", "title", "edition__locale__language_code", "killed_at", "live"
    )
    found = {
        pk: Name(title, story=pk, language=language or "", note=_standing(killed_at, live))
        for pk, title, language, killed_at, live in rows
    }
    for key in keys:
        if key not in found:
            text = _("Story %(number)s, no longer there") % {"number": key} if key else _("Fronts and sections")
            found[key] = Name(text, story=key or None)
    return found


def _titles(keys: Collection[int]) -> dict[int, str]:
    """Headlines to sort by; what has none stands in the end."""
    return {**dict.fromkeys(keys, LAST_NAME), **dict(_column("title", keys))}


def _standing(killed_at: Any, live: bool) -> str:
    if killed_at:
        return _("killed")
    return "" if live else _("not published now")


def _sections_of(stories: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The section of each story as it stands now, and those above it."""
    paths = dict(Section.objects.order_by().values_list("path", "pk"))
    above = {pk: tuple(_above(path, paths)) for path, pk in paths.items()}
    return {pk: above.get(section, (NONE,)) for pk, section in _column("section_id", stories)}


def _column(name: str, stories: Collection[int]) -> Iterable[tuple[int, Any]]:
    """A column of these stories, of those that are still there."""
    found = Article.objects.order_by()
    if len(stories) <= MOST_IN_A_LIST:
        found = found.filter(pk__in=list(stories))
    return found.values_list("pk", name)


def _section_names(keys: Collection[int]) -> dict[int, Name]:
    """Sections, each with those above it."""
    rows = list(Section.objects.order_by("path").values_list("pk", "path", "title", "locale__language_code"))
    titles = {path: title for _pk, path, title, _language in rows}
    shown = [(pk, " › ".join(_above(path, titles)), language) for pk, path, _title, language in rows if pk in keys]
    return _names_of_pages("section", shown) | _others(keys)


def _names_of_pages(by: str, rows: Collection[tuple[int, str, str]]) -> dict[int, Name]:
    """Names of key, title and language: of several languages each says its own, as editions share many names."""
    are_several = len({language for _pk, _title, language in rows}) > 1
    return {
        pk: Name(title, {"by": "story", by: str(pk)}, language=language, note=language if are_several else "")
        for pk, title, language in rows
    }


def _above(path: str, known: Mapping[str, Found]) -> list[Found]:
    """What is known of the pages above `path` in the tree, and of itself, from the top."""
    step = Page.steplen
    return [known[path[:end]] for end in range(step, len(path) + 1, step) if path[:end] in known]


def _others(keys: Collection[Any]) -> dict[Any, Name]:
    """How lines are called that stand for no section, contributor or thread."""
    gone = Name(_("Stories that are no longer there"), {"by": "story", "section": str(NONE)})
    return {GONE: gone} if GONE in keys else {}


def _contributors_of(stories: Collection[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for story, contributor in _column("bylines__contributor_id", stories):
        if contributor not in found.get(story, ()):
            found[story] = (*found.get(story, ()), contributor or NONE)
    return found


def _contributor_names(keys: Collection[int]) -> dict[int, Name]:
    return _page_names(Contributor, "contributor", keys, _("Without a byline"))


def _threads_of(stories: Collection[int]) -> dict[int, tuple[int, ...]]:
    return {pk: (thread or NONE,) for pk, thread in _column("thread_id", stories)}


def _thread_names(keys: Collection[int]) -> dict[int, Name]:
    return _page_names(Thread, "thread", keys, _("In no thread"))


def _page_names(model: Any, name: str, keys: Collection[int], none: str) -> dict[int, Name]:
    rows = model.objects.filter(pk__in=list(keys)).values_list("pk", "title", "locale__language_code")
    found = _names_of_pages(name, list(rows))
    without = {NONE: Name(none, {"by": "story", name: str(NONE)})} if NONE in keys else {}
    return found | without | _others(keys)


def _lengths_of(stories: Collection[int]) -> dict[int, tuple[str, ...]]:
    words = words_of(stories)
    found: dict[int, tuple[str, ...]] = {story: (UNKNOWN,) for story, _live in _column("live", stories)}
    return found | {story: (band_of(count).name,) for story, count in words.items()}


def _length_names(keys: Collection[Any]) -> dict[Any, Name]:
    known = {name: Name(str(band.label), {"by": "story", "length": name}) for name, band in BAND_BY_NAME.items()}
    return known | {UNKNOWN: Name(_("Not known yet: the words are being counted"))} | _others(keys)


def _editions(counted: Counted) -> list[Line]:
    joined = _joined(counted)
    if joined is None:
        return _lines(counted.by_edition(), None)
    keys = {pk: (edition or NONE,) for pk, edition in _column("edition_id", joined)}
    return _lines(counted.by_edition(), _spread(joined, keys, NOBODY))


def _edition_names(keys: Collection[int]) -> dict[int, Name]:
    rows = Edition.objects.filter(pk__in=list(keys)).values_list("pk", "title", "locale__language_code")
    found = {pk: Name(f"{title} ({language})", {"by": "story", "edition": str(pk)}) for pk, title, language in rows}
    gone = Name(_("An edition that is no longer there"))
    return {**dict.fromkeys(keys, gone), **_others(keys), **found}


def _shares(kind: str) -> Callable[[Counted], list[Line]]:
    return lambda counted: _lines(counted.by_share(kind), None)


def _share_names(kind: str, known: Mapping[str, Any]) -> Callable[[Collection[str]], dict[str, Name]]:
    return lambda keys: {key: Name(str(known.get(key, key)), {"by": "story", kind: key}) for key in keys}


def _campaigns(counted: Counted) -> list[Line]:
    found, begun = counted.by_share("campaign"), _begun(counted)
    views = {campaign: one.views for campaign, one in found.items()}
    return _lines(found, None if begun is None else joins.by_campaign(begun, views))


def _begun(counted: Counted) -> QuerySet[Pledge] | None:
    """Who joined, where that can be told."""
    return joins.begun(counted.period, counted.scope, counted.stories) if counted.scope.knows_joins else None


def _hours(counted: Counted) -> list[Line]:
    found, begun = counted.by_hour(), _begun(counted)
    joined = {} if begun is None else joins.by_hour(begun)
    return _lines(
        {hour: found.get(hour, NOTHING) for hour in range(24)} if found or joined else {},
        None if begun is None else joined,
    )


def _hour_names(keys: Collection[int]) -> dict[int, Name]:
    return {key: Name(f"{key:02}:00–{(key + 1) % 24:02}:00", {"by": "story", "hour": str(key)}) for key in keys}


REFERRERS = {
    "": gettext_lazy("Directly, or not known"),
    OWN_REFERRER: gettext_lazy("Our own pages"),
    OTHER: gettext_lazy("Other sites"),
}
CAMPAIGNS = {"": gettext_lazy("No campaign"), OTHER: gettext_lazy("Other campaigns")}
DEVICES = {"": gettext_lazy("Not known"), **dict(Device.choices)}
_BAND_ORDER = {band.name: at for at, band in enumerate(BANDS)}

GROUPS = {
    "story": Group(
        gettext_lazy("Stories"),
        gettext_lazy("Story"),
        _stories,
        story_names,
        gettext_lazy("Fronts and sections are counted for themselves, and stand in no sum."),
        titles=_titles,
    ),
    "section": Group(
        gettext_lazy("Sections"),
        gettext_lazy("Section"),
        lambda counted: _of_stories(counted, _sections_of),
        _section_names,
        gettext_lazy("A section counts its stories and those of the sections below it, where they stand now."),
    ),
    "contributor": Group(
        gettext_lazy("Contributors"),
        gettext_lazy("Contributor"),
        lambda counted: _of_stories(counted, _contributors_of),
        _contributor_names,
        gettext_lazy("A story counts for each name in its byline, whatever they did for it."),
    ),
    "thread": Group(
        gettext_lazy("Threads"),
        gettext_lazy("Thread"),
        lambda counted: _of_stories(counted, _threads_of),
        _thread_names,
    ),
    "edition": Group(gettext_lazy("Editions"), gettext_lazy("Edition"), _editions, _edition_names),
    "referrer": Group(
        gettext_lazy("Came from"),
        gettext_lazy("Site"),
        _shares("referrer"),
        _share_names("referrer", REFERRERS),
        gettext_lazy("Who joined is not known by site: where members read is not kept with them."),
    ),
    "campaign": Group(
        gettext_lazy("Campaigns"),
        gettext_lazy("Campaign"),
        _campaigns,
        _share_names("campaign", CAMPAIGNS),
        gettext_lazy(
            "A campaign is what an address carries as utm_campaign or campaign. Who joined counts for the campaign "
            "with which they had come, when they went from that very page to the one for joining; else for none."
        ),
        is_counted_now=False,
    ),
    "device": Group(
        gettext_lazy("Devices"),
        gettext_lazy("Device"),
        _shares("device"),
        _share_names("device", DEVICES),
        gettext_lazy(
            "By the width of the reader's window. Who joined is not known by device: on what members read is not kept "
            "with them."
        ),
        is_counted_now=False,
    ),
    "length": Group(
        gettext_lazy("Length"),
        gettext_lazy("Words"),
        lambda counted: _of_stories(counted, _lengths_of),
        _length_names,
        order=lambda key: _BAND_ORDER.get(key, len(BANDS)),
    ),
    "hour": Group(
        gettext_lazy("Hours of the day"),
        gettext_lazy("Hour"),
        _hours,
        _hour_names,
        gettext_lazy("By the newsroom's clock. Who joined stands at the hour at which the membership began."),
        order=lambda key: key,
        is_counted_now=False,
    ),
}
