"""Relates stories: what is near them, what stands beside them, and who gets them as a neighbour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from standfirst.discovery.related.index import EditionIndex
from standfirst.discovery.related.models import NearStories, RelatedList, StoryProfile
from standfirst.discovery.related.reckoning.choosing import Facts, Near, choose
from standfirst.discovery.related.reckoning.profiles import Profile

KEPT_NEAR = 20
"""Neighbours that are kept of each story."""
BACK_LINKS = 12
"""Older stories whose list a new one may change: as many pages become stale at most, besides its own."""
THREAD_MATES = 8
"""The latest stories of a thread that are looked at even when their words differ."""
ACROSS = 0.9
"""What the likeness of two translations counts for their originals, and the other way round."""
FACT_COLUMNS = ("pk", "published_at", "section_id", "thread_id", "topics", "people", "sketch")
SECONDS_A_DAY = 86400.0


def relate(story_id: int, index: EditionIndex) -> list[int]:
    """Work out and write what is near a public story and what stands beside it, and offer it to its neighbours.

    Returns the keys of the stories whose list changed: its own, and at most `BACK_LINKS` others.
    """
    story = StoryProfile.objects.filter(pk=story_id).first()
    if story is None:
        return []
    own = index.near(story_id, Profile.unpack(bytes(story.packed)), KEPT_NEAR)
    near = merged(own, _through_translations(story))
    with transaction.atomic():
        write_near([near_row(story_id, story.edition_id, near, story.digest)])
        return write_lists([story_id, *_offer(story_id, near)])


def merged(own: Near, more: Near) -> list[tuple[int, float]]:
    """Both together, the higher likeness of each story, the nearest first."""
    found = dict(more)
    for key, likeness in own:
        found[key] = max(likeness, found.get(key, 0.0))
    return sorted(found.items(), key=lambda pair: (-pair[1], -pair[0]))[:KEPT_NEAR]


def _through_translations(story: StoryProfile) -> list[tuple[int, float]]:
    """What is near to a translation of the story, as far as that has a translation in the story's own edition."""
    siblings = StoryProfile.objects.filter(translation_key=story.translation_key).exclude(pk=story.pk)
    near = near_of(siblings.values_list("pk", flat=True))
    alike: dict[int, float] = {}
    for pairs in near.values():
        for key, likeness in pairs:
            alike[key] = max(likeness, alike.get(key, 0.0))
    keys = dict(StoryProfile.objects.filter(pk__in=alike).values_list("translation_key", "pk"))
    mine = StoryProfile.objects.filter(edition_id=story.edition_id, translation_key__in=keys).exclude(pk=story.pk)
    return [(pk, round(ACROSS * alike[keys[key]], 4)) for pk, key in mine.values_list("pk", "translation_key")]


def near_of(stories: Iterable[int]) -> dict[int, Near]:
    """What is kept as near to each of these stories."""
    rows = NearStories.objects.filter(pk__in=list(stories)).values_list("pk", "near")
    return {pk: [(key, likeness) for key, likeness in near] for pk, near in rows}


def near_row(story_id: int, edition_id: int, near: Near, digest: str, index: str = "") -> NearStories:
    """The row that keeps what is near to a story; nothing is written yet."""
    return NearStories(story_id=story_id, edition_id=edition_id, near=near, digest=digest, index=index)


def write_near(rows: Sequence[NearStories]) -> None:
    """Write these rows, new or in the place of old ones."""
    NearStories.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["story_id"],
        update_fields=["edition_id", "near", "digest", "index"],
        batch_size=200,
    )


def _offer(story_id: int, near: Near) -> list[int]:
    """Give the story to its neighbours as a neighbour; return those that took it, the nearest first."""
    wanted = dict(near[:BACK_LINKS])
    taken = []
    for row in NearStories.objects.filter(pk__in=wanted):
        before = [(key, likeness) for key, likeness in row.near if key != story_id]
        after = merged(before, [(story_id, wanted[row.pk])])
        if after != [(key, likeness) for key, likeness in row.near]:
            row.near = after
            taken.append(row)
    write_near(sorted(taken, key=lambda row: row.pk))
    return [key for key in wanted if key in {row.pk for row in taken}]


def write_lists(stories: Collection[int]) -> list[int]:
    """Choose anew what stands beside these stories, and write the lists that changed; return whose they are."""
    return write_chosen(choose_for(stories))


def write_chosen(chosen: Mapping[int, list[int]]) -> list[int]:
    """Write those of these lists that are not what stands there; return whose they are."""
    standing = dict(RelatedList.objects.filter(pk__in=chosen).values_list("pk", "stories"))
    fresh = [RelatedList(article_id=key, stories=found) for key, found in chosen.items() if key not in standing]
    RelatedList.objects.bulk_create(fresh, batch_size=200)
    changed = [key for key, found in chosen.items() if key in standing and standing[key] != found]
    for key in changed:  # one by one: a page is found stale by the row that changed
        RelatedList.objects.filter(pk=key).update(stories=chosen[key])
    return [*(row.article_id for row in fresh), *changed]


def choose_for(stories: Collection[int]) -> dict[int, list[int]]:
    """Return what stands beside each of these stories that is public."""
    around = near_of(stories)
    near = {**near_of({key for pairs in around.values() for key, _likeness in pairs}), **around}
    known = {key for pairs in near.values() for key, _likeness in pairs} | set(near) | set(stories)
    facts = facts_of(StoryProfile.objects.filter(pk__in=known))
    mates = _thread_mates({facts[key].thread for key in stories if key in facts})
    missing = {key for keys in mates.values() for key in keys} - set(facts)
    facts.update(facts_of(StoryProfile.objects.filter(pk__in=missing)))
    return {key: choose_one(key, near, facts, mates) for key in stories if key in facts}


def choose_one(
    key: int, near: Mapping[int, Near], facts: Mapping[int, Facts], mates: Mapping[int, list[int]]
) -> list[int]:
    """Return what stands beside story `key`, given what is near to whom, all facts, and the latest of each thread."""
    story = facts[key]
    around = [other for other, _likeness in near.get(key, ())]
    further = [other for mate in around[:BACK_LINKS] for other, _likeness in near.get(mate, ())[:BACK_LINKS]]
    threaded = mates.get(story.thread, []) if story.thread is not None else []
    candidates = {other: facts[other] for other in (*around, *further, *threaded) if other in facts}
    return choose(story, near, candidates)


def facts_of(rows: Any) -> dict[int, Facts]:
    """The facts of the profiles in a query, by story."""
    return {
        key: Facts(
            key, published.timestamp() / SECONDS_A_DAY, section, thread, frozenset(topics), frozenset(people), bytes(s)
        )
        for key, published, section, thread, topics, people, s in rows.values_list(*FACT_COLUMNS)
    }


def _thread_mates(threads: Collection[int | None]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for thread in threads:
        if thread is not None:
            latest = StoryProfile.objects.filter(thread_id=thread).order_by("-published_at", "-pk")
            found[thread] = list(latest.values_list("pk", flat=True)[:THREAD_MATES])
    return found


def forget(stories: Collection[int]) -> None:
    """Forget what was worked out for stories that are public no longer; lists that hold them leave them out anyway."""
    NearStories.objects.filter(pk__in=stories).delete()
    for key in stories:
        RelatedList.objects.filter(pk=key).delete()
