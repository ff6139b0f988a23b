"""One list as the desk shows it: what readers see, and how each story's score comes about at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from math import floor, log10

from django.utils.translation import gettext as _

from standfirst.counting.models import OTHER, OWN_REFERRER
from standfirst.discovery.popular.models import PopularEntry
from standfirst.discovery.popular.reading import public, reads_of
from standfirst.discovery.popular.scoring import DIRECT, KEPT, Period, Score, Standing, standings
from standfirst.stories.cards import stories_by_key
from standfirst.stories.models import Article, Edition, Section

NEXT_SHOWN = 5


@dataclass(frozen=True)
class Place:
    """An edition or a section, by the key of its list."""

    key: str
    name: str


@dataclass(frozen=True)
class Row:
    """A story in the list at a `place` as readers count, or at none; `score` is nothing when too few reads are left."""

    place: int
    story: Article
    score: Score | None

    @property
    def is_public(self) -> bool:
        return bool(self.story.live)

    @property
    def freshness(self) -> str:
        return f"{_short(self.score.damping * 100)} %" if self.score else ""

    @property
    def value(self) -> str:
        return _short(self.score.value) if self.score else ""

    @property
    def limited(self) -> str:
        """Which source was cut, in words."""
        source = self.score.limited if self.score else None
        if source is None:
            return ""
        names = {DIRECT: _("without a referrer"), OWN_REFERRER: _("our own pages"), OTHER: _("rare sites together")}
        return _("cut: %(source)s") % {"source": names.get(source, source)}


def _short(number: float) -> str:
    """In three digits, whatever its size: of small scores, too, it is seen which is the larger one."""
    digits = max(0, 2 - floor(log10(number))) if number > 0 else 0
    return f"{number:,.{digits}f}"


@dataclass(frozen=True)
class Shown:
    """The list that readers see now, and the stories that come next or will come with the next look."""

    rows: list[Row]
    coming: list[Row]


def places() -> list[Place]:
    """Return all editions, each followed by its sections, those within others below them."""
    found: list[tuple[str, Place]] = []
    names: dict[str, str] = {}
    for edition in Edition.objects.live().order_by("path"):
        names[edition.path] = edition.title
        found.append((edition.path, Place(edition.list_key, edition.title)))
    for section in Section.objects.live().order_by("path"):
        above = names.get(section.path[: -section.steplen])
        names[section.path] = f"{above} › {section.title}" if above else section.title
        found.append((section.path, Place(section.list_key, names[section.path])))
    return [place for _path, place in sorted(found, key=lambda pair: pair[0])]


def shown_now(place: Place, period: Period, excluded: set[int], now: datetime) -> Shown:
    """Return the list of `place` as it stands in the database, each story with its score at `now`."""
    entries = PopularEntry.objects.filter(list_key=f"{place.key}:{period.name}").order_by("rank")
    listed = list(entries.values_list("story_id", flat=True))
    live = _standings(place, period, excluded, now)
    scores = {standing.story: standing.score for standing in live}
    others = [standing.story for standing in live[: KEPT + NEXT_SHOWN] if standing.story not in listed][:NEXT_SHOWN]
    stories = stories_by_key([*listed, *others])
    seen = count(1)  # an exclusion leaves a hole in the ranks until the next look; readers see none
    rows = [Row(next(seen) if stories[story].live else 0, stories[story], scores.get(story)) for story in listed]
    return Shown(rows, [Row(0, stories[story], scores[story]) for story in others])


def _standings(place: Place, period: Period, excluded: set[int], now: datetime) -> list[Standing]:
    reads = reads_of(period, now)
    stories = public(reads)
    dates = {
        story: found.published_at
        for story, found in stories.items()
        if place.key in found.lists and story not in excluded
    }
    return standings(period, reads, dates, now)
