"""The index of an edition: most of it in files made from the profiles, the stories changed since beside them.

The files are a copy for speed and nothing else: they can be deleted at any time, each node makes its own, and what the
database says wins. Terms are weighed by how rare they are in the edition; that changes slowly, so the files keep the
rarity of their own day until they are made anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray

from standfirst.discovery.related.models import StoryProfile
from standfirst.discovery.related.reckoning.profiles import Profile
from standfirst.discovery.related.reckoning.segment import (
    Frequencies,
    Rarity,
    Segment,
    mapped,
    nearest,
    weigh,
)

BESIDE = 500
"""As many changed stories are looked through beside the files; with more of them the files are made anew."""
OVERLAP = timedelta(minutes=10)
"""How long before the files' moment changes are compared one by one: some may have been committed after it."""
PORTION = 1000
FORMAT = 1
ABOUT = "about.json"


@dataclass(frozen=True)
class Base:
    """The files: `name` of their folder, the moment they hold everything until, and what is in them."""

    name: str
    since: datetime
    frequencies: Frequencies
    segment: Segment
    moments: NDArray[np.int64]
    """When the profile of each row of the segment was written, in microseconds since the epoch."""


NO_BASE = Base("", datetime.fromtimestamp(0, tz=UTC), Frequencies.none(), Segment.none(), np.zeros(0, np.int64))


class EditionIndex:
    """Finds the texts that are near to a text, among the public stories of one edition."""

    def __init__(self, base: Base, beside: list[tuple[int, Profile]]) -> None:
        """Look in `base` and in the stories `beside` it, which stand for themselves where both have them."""
        self.name = base.name
        self._base = base.segment
        self._superseded = np.isin(base.segment.stories, [story for story, _profile in beside])
        more = Frequencies.of([profile for _story, profile in beside])
        self._rarity = Rarity((base.frequencies, more))
        self._beside = Segment.of(beside, len(beside), self._rarity)

    def near(self, story: int, profile: Profile, most: int) -> list[tuple[int, float]]:
        """Return the `most` stories nearest to `profile`, without `story` itself, the nearest first."""
        terms, weights = weigh(profile, self._rarity)
        old = self._base.scores(terms, weights)
        old[self._superseded] = 0
        new = self._beside.scores(terms, weights)
        found = nearest(self._base.stories, old, most, story) + nearest(self._beside.stories, new, most, story)
        return sorted(found, key=lambda pair: (-pair[1], -pair[0]))[:most]


def open_index(edition_id: int) -> EditionIndex:
    """Return the index of an edition as it is now, making its files (anew) where too much is not in them."""
    base = _open_base(edition_id)
    changed = _changed_since(base, edition_id)
    if len(changed) > BESIDE and _folder(edition_id) is not None:
        base = make_base(edition_id)
        changed = _changed_since(base, edition_id)
    return EditionIndex(base, list(_profiles(StoryProfile.objects.filter(edition_id=edition_id), changed)))


def _changed_since(base: Base, edition_id: int) -> list[int]:
    """The stories that are not in the files as they are now.

    After a rebuild most of the archive was changed within `OVERLAP` of the files; these are only counted, and looked at
    one by one where one is missing or too many. What the count cannot show, a story that was written twice in these
    minutes and the second time committed after the files were made, is found with its former words until it changes.
    """
    rows = StoryProfile.objects.filter(edition_id=edition_id).order_by("pk")
    made = base.since + OVERLAP
    newer = dict(rows.filter(changed_at__gt=made).values_list("pk", "changed_at"))
    meanwhile = rows.filter(changed_at__gt=base.since, changed_at__lte=made)
    expected = (base.moments > _stamp(base.since)) & ~np.isin(base.segment.stories, list(newer))
    if meanwhile.count() != np.count_nonzero(expected):
        newer |= dict(meanwhile.values_list("pk", "changed_at"))
    at = np.searchsorted(base.segment.stories, list(newer))
    return [pk for pk, place in zip(newer, at, strict=True) if not _holds(base, place, pk, newer[pk])]


def _holds(base: Base, place: int, story: int, moment: datetime) -> bool:
    """Whether the row at `place` is this story, as it was written at `moment`."""
    if place >= len(base.moments) or base.segment.stories[place] != story:
        return False
    return bool(base.moments[place] == _stamp(moment))


def _stamp(moment: datetime) -> int:
    """Microseconds since the epoch."""
    return round(moment.timestamp() * 1_000_000)


def make_base(edition_id: int) -> Base:
    """Write the files of an edition anew from the profiles, put them in place at once, and delete the old ones."""
    folder = _folder(edition_id)
    if folder is None:
        return NO_BASE
    now = timezone.now()
    rows = StoryProfile.objects.filter(edition_id=edition_id)
    moments = {pk: _stamp(moment) for pk, moment in rows.order_by("pk").values_list("pk", "changed_at")}
    stories = list(moments)
    frequencies = _frequencies(rows, stories)
    segment = Segment.of(_profiles(rows, stories), len(stories), Rarity((frequencies,)))
    name = now.strftime("%Y%m%dT%H%M%S%f")
    partial = folder / f".{name}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    segment.save(partial)
    np.save(partial / "moments.npy", np.array([moments[pk] for pk in segment.stories.tolist()], np.int64))
    np.save(partial / "frequent_terms.npy", frequencies.terms)
    np.save(partial / "frequent_counts.npy", frequencies.counts)
    about = {"format": FORMAT, "since": (now - OVERLAP).isoformat(), "total": frequencies.total}
    (partial / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    partial.rename(folder / name)
    for other in folder.iterdir():
        if other.name.lstrip(".") < name:  # who has them open reads on until it closes them
            shutil.rmtree(other, ignore_errors=True)
    return _open_base(edition_id)


def _folder(edition_id: int) -> Path | None:
    folder: Path | None = settings.RELATED_INDEX
    return folder / f"edition-{edition_id}" if folder else None


def _open_base(edition_id: int) -> Base:
    """The newest files that are whole; without any, an empty base."""
    folder = _folder(edition_id)
    for made in sorted(folder.glob("[0-9]*"), reverse=True) if folder and folder.is_dir() else ():
        with suppress(OSError, ValueError, KeyError, TypeError):
            about = json.loads((made / ABOUT).read_text(encoding="utf-8"))
            if about["format"] == FORMAT:
                terms, counts = mapped(made / "frequent_terms.npy"), mapped(made / "frequent_counts.npy")
                since = datetime.fromisoformat(about["since"])
                frequencies = Frequencies(terms, counts, about["total"])
                return Base(made.name, since, frequencies, Segment.open(made), mapped(made / "moments.npy"))
    return NO_BASE


def _profiles(rows: Any, stories: Sequence[int]) -> Iterator[tuple[int, Profile]]:
    """The profiles of `stories`, those that are still there, a portion at a time for the sake of memory."""
    for at in range(0, len(stories), PORTION):
        portion = rows.filter(pk__in=stories[at : at + PORTION]).order_by("pk")
        for story, packed in portion.values_list("pk", "packed"):
            yield story, Profile.unpack(bytes(packed))


def _frequencies(rows: Any, stories: Sequence[int]) -> Frequencies:
    found = Frequencies.none()
    for at in range(0, len(stories), PORTION):
        profiles = [profile for _story, profile in _profiles(rows, stories[at : at + PORTION])]
        found = found.with_more(Frequencies.of(profiles))
    return found
