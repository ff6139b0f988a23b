"""From texts that are near to what stands beside a story: shared neighbours, facts, time, and no repetitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from standfirst.discovery.related.reckoning.profiles import likeness, unpack_sketch

Near = Sequence[tuple[int, float]]
"""Stories with their likeness (0 to 1), the nearest first."""

COMPANIONS = 6
"""A story that is near to those which are nearest is near as well: so many of them are asked."""
COMPANY = 1.0
"""How much their answer counts beside the story's own likeness. Both were measured."""
THREAD, TOPIC, SECTION, PERSON = 0.2, 0.05, 0.02, 0.01
TOPICS_COUNTED = 2
FADING = 0.2
"""What a story loses that was published very long before or after."""
HALF_FADED_AFTER = 365.0
"""Days between two stories after which half of that is lost."""
LEAST = 0.15
"""Below this nothing binds two stories but chance: rather fewer than noise."""
REPETITION = 0.2
"""How much a story counts less for being like one that was chosen already."""
SAME_TEXT = 0.5
"""Share of four-word runs from which two texts are the same one, published twice."""
KEPT = 8


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a story besides its words. `day` is its publication in days since the epoch."""

    story: int
    day: float = 0.0
    section: int | None = None
    thread: int | None = None
    topics: frozenset[int] = field(default_factory=frozenset)
    people: frozenset[int] = field(default_factory=frozenset)
    sketch: bytes = b""


def with_company(story: int, near: Mapping[int, Near]) -> dict[int, float]:
    """Return the likeness of other stories to `story`, where the answer of its nearest neighbours counts, too.

    Args:
        near: what is near to `story` and to each of its neighbours; who is missing answers nothing.
    """
    own = list(near.get(story, ()))
    found = dict(own)
    asked = own[:COMPANIONS]
    total = sum(likeness for _key, likeness in asked) or 1.0
    theirs = {key: dict(near.get(key, ())[:COMPANIONS]) for key, _likeness in own}
    for companion, weight in asked:
        share = COMPANY * weight / total
        said = theirs[companion]
        for other, value in said.items():
            if other != story:
                found[other] = found.get(other, 0.0) + share * value
        for other, _likeness in own:  # nearness goes both ways, though only one of the two may keep it
            if other not in said and other != companion and companion in theirs[other]:
                found[other] += share * theirs[other][companion]
    return found


def scores(story: Facts, likeness_to: Mapping[int, float], facts: Mapping[int, Facts]) -> dict[int, float]:
    """Return how well each story of `facts` stands beside `story`; those with nothing in common are left out."""
    found = {
        key: _bound(story, other, likeness_to.get(key, 0.0)) * _freshness(story, other)
        for key, other in facts.items()
        if key != story.story
    }
    return {key: score for key, score in found.items() if score >= LEAST}


def _bound(one: Facts, other: Facts, alike: float) -> float:
    bound = alike + TOPIC * min(TOPICS_COUNTED, len(one.topics & other.topics))
    if one.thread is not None and one.thread == other.thread:
        bound += THREAD
    if one.section is not None and one.section == other.section:
        bound += SECTION
    return bound + PERSON * bool(one.people & other.people)


def _freshness(one: Facts, other: Facts) -> float:
    days = abs(one.day - other.day)
    return 1.0 - FADING * (1.0 - 0.5 ** (days / HALF_FADED_AFTER))


def choose(story: Facts, near: Mapping[int, Near], facts: Mapping[int, Facts], most: int = KEPT) -> list[int]:
    """Return at most `most` stories to stand beside `story`, the best first: diverse, and no text twice.

    Args:
        near: see `with_company`.
        facts: of all stories that may be chosen, and of no others.
    """
    left = scores(story, with_company(story.story, near), facts)
    between = {key: dict(near.get(key, ())) for key in left}
    chosen: list[int] = []
    repeated = dict.fromkeys(left, 0.0)
    texts = [unpack_sketch(story.sketch)]
    while left and len(chosen) < most:
        best = max(left, key=lambda key: (left[key] - REPETITION * repeated[key], key))
        del left[best]
        sketch = unpack_sketch(facts[best].sketch)
        if any(likeness(sketch, other) >= SAME_TEXT for other in texts):
            continue
        chosen.append(best)
        texts.append(sketch)
        for key in left:
            alike = max(between[best].get(key, 0.0), between[key].get(best, 0.0))
            repeated[key] = max(repeated[key], alike)
    return chosen
