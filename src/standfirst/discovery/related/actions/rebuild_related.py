"""Relate every story anew: after an import past the lists, a change of languages, or a lost index.

Killed at any moment it goes on where it was: profiles that are up to date are left alone, the files of the index are
used again while they are fresh, and a story says in which of them its neighbours were looked for.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from standfirst.discovery.related.index import EditionIndex, make_base, open_index
from standfirst.discovery.related.models import NearStories, RelatedList, StoryProfile
from standfirst.discovery.related.reckoning.choosing import Facts, Near
from standfirst.discovery.related.reckoning.profiles import Profile
from standfirst.discovery.related.relating import (
    ACROSS,
    KEPT_NEAR,
    THREAD_MATES,
    choose_one,
    facts_of,
    merged,
    near_of,
    near_row,
    write_chosen,
    write_near,
)
from standfirst.discovery.related.texts import write_profiles
from standfirst.stories.models import ListedStory

PORTION = 500
Say = Callable[[str, int], None]
"""Hears what is done and for how many stories so far."""


def rebuild_related(
    *, editions: Sequence[int], from_scratch: bool = False, say: Say = lambda _what, _count: None
) -> int:
    """Bring everything about the related stories of these editions up to date; return how many lists changed.

    Args:
        from_scratch: look everything up anew, also what an earlier run has done.
    """
    for edition_id in editions:
        _write_all_profiles(edition_id, say)
        if from_scratch:
            make_base(edition_id)
        _look_for_all(edition_id, open_index(edition_id), say)
    for edition_id in editions:
        _join_translations(edition_id)
    return sum(_choose_for_all(edition_id, say) for edition_id in editions)


def _write_all_profiles(edition_id: int, say: Say) -> None:
    listed = ListedStory.objects.filter(list_key=f"edition:{edition_id}")
    done = 0
    for keys in _portions(listed, "article_id"):
        write_profiles(keys)
        done += len(keys)
        say("read", done)
    for keys in _portions(
        StoryProfile.objects.filter(edition_id=edition_id).exclude(pk__in=listed.values("article_id"))
    ):
        write_profiles(keys)


def _look_for_all(edition_id: int, index: EditionIndex, say: Say) -> None:
    """Look for the neighbours of each story that was not looked for in these files since it changed."""
    done = 0
    for keys in _portions(StoryProfile.objects.filter(edition_id=edition_id)):
        known = NearStories.objects.filter(pk__in=keys, index=index.name).exclude(index="")
        up_to_date = dict(known.values_list("pk", "digest"))
        rows = StoryProfile.objects.filter(pk__in=keys).values_list("pk", "digest", "packed")
        write_near(
            [
                near_row(pk, edition_id, index.near(pk, Profile.unpack(bytes(packed)), KEPT_NEAR), digest, index.name)
                for pk, digest, packed in rows
                if up_to_date.get(pk) != digest
            ]
        )
        done += len(keys)
        say("compared", done)


def _join_translations(edition_id: int) -> None:
    """Let what is near to a translation be near to its counterpart here, as `relating.relate` does for one story."""
    here = dict(StoryProfile.objects.filter(edition_id=edition_id).values_list("translation_key", "pk"))
    elsewhere = StoryProfile.objects.exclude(edition_id=edition_id)
    counterparts = {pk: here[key] for pk, key in elsewhere.values_list("pk", "translation_key") if key in here}
    for keys in _portions(elsewhere):
        translated = [key for key in keys if key in counterparts]
        known = {row.pk: row for row in NearStories.objects.filter(pk__in=[counterparts[key] for key in translated])}
        for key, near in near_of(translated).items():
            row = known.get(counterparts[key])
            more = [(counterparts[k], round(ACROSS * v, 4)) for k, v in near if k in counterparts]
            if row is not None and more:
                row.near = merged([(k, v) for k, v in row.near], [pair for pair in more if pair[0] != row.pk])
        write_near(list(known.values()))


def _choose_for_all(edition_id: int, say: Say) -> int:
    """Choose every list with everything at hand, and write those that changed."""
    facts = facts_of(StoryProfile.objects.filter(edition_id=edition_id))
    near = _Packed(edition_id)
    mates = _latest_by_thread(facts)
    changed = done = 0
    for keys in _portions(StoryProfile.objects.filter(edition_id=edition_id)):
        chosen = {key: choose_one(key, near, facts, mates) for key in keys if key in facts}
        changed += len(write_chosen(chosen))
        done += len(keys)
        say("related", done)
    for keys in _portions(RelatedList.objects.exclude(pk__in=StoryProfile.objects.values("pk"))):
        RelatedList.objects.filter(pk__in=keys).delete()
    return changed


class _Packed(Mapping[int, Near]):
    """What is near to every story of an edition, in some 250 bytes a story."""

    def __init__(self, edition_id: int) -> None:
        """Read all of it."""
        self._packed: dict[int, tuple[array[int], array[float]]] = {}
        for keys in _portions(NearStories.objects.filter(edition_id=edition_id)):
            for pk, near in NearStories.objects.filter(pk__in=keys).values_list("pk", "near"):
                self._packed[pk] = array("q", [key for key, _v in near]), array("f", [value for _k, value in near])

    def __getitem__(self, story: int) -> Near:
        keys, values = self._packed[story]
        return list(zip(keys, values, strict=True))

    def __iter__(self) -> Iterator[int]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def _latest_by_thread(facts: dict[int, Facts]) -> dict[int, list[int]]:
    threads: dict[int, list[int]] = defaultdict(list)
    for story in sorted(facts.values(), key=lambda each: (-each.day, -each.story)):
        if story.thread is not None and len(threads[story.thread]) < THREAD_MATES:
            threads[story.thread].append(story.story)
    return threads


def _portions(rows: Any, column: str = "pk") -> Iterator[list[int]]:
    """The keys in `column` of a query, in order, some at a time: each portion is a query of its own."""
    last = 0
    keys = rows.order_by(column).values_list(column, flat=True)
    while portion := list(keys.filter(**{f"{column}__gt": last})[:PORTION]):
        yield portion
        last = portion[-1]
