"""The index of an edition: most of it in files made from the profiles, the stories changed since beside them.

The files are a copy for speed and nothing else: they can be deleted at any time, each node makes its own, and what the
database says wins. Terms are weighed by how rare they are in the edition; that changes slowly, so the files keep the
rarity of their own day until they are made anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone

from standfirst.discovery.related.models import StoryProfile
from standfirst.discovery.related.reckoning.profiles import Profile
from standfirst.discovery.related.reckoning.segment import (
    ASKED_GRAMS,
    ASKED_WORDS,
    Frequencies,
    Segment,
    nearest,
    weigh,
)

BESIDE = 500
"""As many changed stories are looked through beside the files; with more of them the files are made anew."""
OVERLAP = timedelta(minutes=10)
"""How long before the files' moment a change still counts as not in them: it may have been committed later."""
PORTION = 2000
FORMAT = 1
ABOUT = "about.json"


@dataclass(frozen=True)
class Base:
    """The files: `name` of their folder, the moment they hold everything until, and what is in them."""

    name: str
    since: datetime
    frequencies: Frequencies
    segment: Segment


NO_BASE = Base("", datetime.fromtimestamp(0, tz=timezone.get_default_timezone()), Frequencies.none(), Segment.none())


class EditionIndex:
    """Finds the texts that are near to a text, among the public stories of one edition."""

    def __init__(self, base: Base, beside: list[tuple[int, Profile]]) -> None:
        """Look in `base` and in the stories `beside` it, which stand for themselves where both have them."""
        self.name = base.name
        self._base = base.segment
        self._superseded = np.isin(base.segment.stories, [story for story, _profile in beside])
        self._frequencies = base.frequencies
        if beside:
            more = Frequencies.of([profile for _story, profile in beside])
            self._frequencies = base.frequencies.with_more(more)
        self._beside = Segment.of(beside, self._frequencies)

    def near(self, story: int, profile: Profile, most: int) -> list[tuple[int, float]]:
        """Return the `most` stories nearest to `profile`, without `story` itself, the nearest first."""
        terms, weights = weigh(profile, self._frequencies, ASKED_WORDS, ASKED_GRAMS)
        old = self._base.scores(terms, weights)
        old[self._superseded] = 0
        new = self._beside.scores(terms, weights)
        found = nearest(self._base.stories, old, most, story) + nearest(self._beside.stories, new, most, story)
        return sorted(found, key=lambda pair: (-pair[1], -pair[0]))[:most]


def open_index(edition_id: int) -> EditionIndex:
    """Return the index of an edition as it is now, making its files (anew) where too much is not in them."""
    base = _open_base(edition_id)
    changed = StoryProfile.objects.filter(edition_id=edition_id, changed_at__gt=base.since)
    if _folder(edition_id) is not None and changed.count() > BESIDE:
        base = make_base(edition_id)
        changed = StoryProfile.objects.filter(edition_id=edition_id, changed_at__gt=base.since)
    return EditionIndex(base, list(_profiles(changed)))


def make_base(edition_id: int) -> Base:
    """Write the files of an edition anew from the profiles, put them in place at once, and delete the old ones."""
    folder = _folder(edition_id)
    if folder is None:
        return NO_BASE
    now = timezone.now()
    everything = StoryProfile.objects.filter(edition_id=edition_id)
    frequencies = _frequencies(everything)
    segment = Segment.of(_profiles(everything), frequencies)
    name = now.strftime("%Y%m%dT%H%M%S%f")
    partial = folder / f".{name}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    segment.save(partial)
    np.save(partial / "frequent_terms.npy", frequencies.terms, allow_pickle=False)
    np.save(partial / "frequent_counts.npy", frequencies.counts, allow_pickle=False)
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
                terms = np.load(made / "frequent_terms.npy", mmap_mode="r", allow_pickle=False)
                counts = np.load(made / "frequent_counts.npy", mmap_mode="r", allow_pickle=False)
                since = datetime.fromisoformat(about["since"])
                return Base(made.name, since, Frequencies(terms, counts, about["total"]), Segment.open(made))
    return NO_BASE


def _profiles(rows: Any) -> Iterator[tuple[int, Profile]]:
    """Profiles by story, a portion at a time: a plain query would hold all of them in memory on PostgreSQL."""
    last = 0
    while portion := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", "packed")[:PORTION]):
        for story, packed in portion:
            yield story, Profile.unpack(bytes(packed))
        last = portion[-1][0]


def _frequencies(rows: Any) -> Frequencies:
    found, portion = Frequencies.none(), []
    for _story, profile in _profiles(rows):
        portion.append(profile)
        if len(portion) == PORTION:
            found, portion = found.with_more(Frequencies.of(portion)), []
    return found.with_more(Frequencies.of(portion))
