"""What somebody who types may mean: names of the edition, its headlines, its words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.utils import timezone

from standfirst.delivery.trace import fresh_until, untraced
from standfirst.discovery.search import terms
from standfirst.discovery.search.analysis.names import name_marks
from standfirst.discovery.search.analysis.sounds import sounds
from standfirst.discovery.search.analysis.words import folded, plain, words
from standfirst.discovery.search.engines import current_index
from standfirst.discovery.search.engines.interface import TooSlowError, Wanted
from standfirst.discovery.search.models import PublicDocument
from standfirst.discovery.search.parts import Part
from standfirst.discovery.search.places import places_of
from standfirst.discovery.search.spelling import vocabulary
from standfirst.stories.cards import public_stories
from standfirst.stories.models import Contributor, Edition, Section, Thread, Topic
from standfirst.stories.models.base import LINK_FIELDS

Kind = Literal["story", "section", "contributor", "topic", "thread", "word"]
MOST_NAMES = 5_000
"""Names of one kind that are read: an edition with more contributors suggests the first of them by name."""
KNOWN_FOR = 60.0
"""Seconds after which the names are read anew."""
LONGEST_TYPED = 60
STORIES_SHOWN = 3
WORDS_TRIED = 3


@dataclass(frozen=True)
class Suggestion:
    """What somebody who types may mean: `kind` is story, section, contributor, topic, thread, or word (no `url`)."""

    text: str
    url: str
    kind: Kind


@dataclass(frozen=True)
class _Name:
    """A page by its name, with each word as folded and as heard."""

    suggestion: Suggestion
    words: tuple[tuple[str, tuple[str, ...]], ...]

    def begins_with(self, typed: list[tuple[str, tuple[str, ...]]]) -> bool:
        """Whether each typed word begins a word of the name, as written or as heard."""
        return all(any(_begins(word, part) for word in self.words) for part in typed)


def _begins(word: tuple[str, tuple[str, ...]], typed: tuple[str, tuple[str, ...]]) -> bool:
    if word[0].startswith(typed[0]):
        return True
    return any(heard.startswith(sound) for heard in word[1] for sound in typed[1])


_known: dict[int, tuple[float, list[_Name]]] = {}


def forget() -> None:
    """Read all names anew when they are next asked for."""
    _known.clear()


def suggestions(edition_id: int, prefix: str, limit: int) -> list[Suggestion]:
    """Return at most `limit` suggestions, each text once: names, then the newest headlines, then words."""
    typed = plain(prefix[: 4 * LONGEST_TYPED])[:LONGEST_TYPED]
    parts = [word.written for word in words(typed)]
    edition = Edition.objects.filter(pk=edition_id).select_related("locale").first() if parts else None
    if edition is None:
        return []
    fresh_until(timezone.now() + timedelta(seconds=KNOWN_FOR))
    found = list(_names_for(edition, parts))[: max(1, limit // 2)]
    with suppress(TooSlowError):  # names and words are there without the index
        found += _headlines(edition, parts)
    found += _words(edition.pk, typed, parts[-1])
    return list({suggestion.text: suggestion for suggestion in reversed(found)}.values())[::-1][:limit]


def _heard(written: str) -> tuple[str, tuple[str, ...]]:
    return folded(written), (*sounds(written), *name_marks(written))


def _names_for(edition: Edition, parts: list[str]) -> Iterator[Suggestion]:
    typed = [_heard(part) for part in parts]
    return (name.suggestion for name in _names(edition) if name.begins_with(typed))


def _names(edition: Edition) -> list[_Name]:
    now = time.monotonic()
    known = _known.get(edition.pk)
    if known is None or now - known[0] > KNOWN_FOR:
        with untraced():  # the caller says for how long they hold
            known = _known[edition.pk] = (now, list(_read_names(edition)))
    return known[1]


def _read_names(edition: Edition) -> Iterator[_Name]:
    models: tuple[tuple[Any, Kind], ...] = (
        (Section, "section"),
        (Contributor, "contributor"),
        (Topic, "topic"),
        (Thread, "thread"),
    )
    for model, kind in models:
        pages = model.objects.descendant_of(edition).live().only(*LINK_FIELDS).order_by("title")
        for page in pages[:MOST_NAMES]:
            title = plain(page.title)
            yield _Name(Suggestion(title, page.url, kind), tuple(_heard(word.written) for word in words(title)))


def _headlines(edition: Edition, parts: list[str]) -> Iterator[Suggestion]:
    """The newest stories whose headline holds the words typed, the last of them as far as it goes."""
    language = edition.locale.language_code
    completions = [word for word, _uses in vocabulary(edition.pk).beginning(folded(parts[-1]))[:WORDS_TRIED]]
    shown: set[int] = set()
    for completion in completions or parts[-1:]:
        asked = terms.asked(" ".join([*parts[:-1], completion]), language).by_sound(all_words=False)
        if not asked.needed:
            continue
        table = PublicDocument._meta.db_table
        first, last = places_of(edition.pk)
        wanted = Wanted(asked, (), table, first, last, by_date=True, part=Part.HEADLINE)
        newest = sorted(current_index().candidates(wanted).weights, reverse=True)[:STORIES_SHOWN]
        keys = list(PublicDocument.objects.filter(pk__in=newest).order_by("-pk").values_list("story_id", flat=True))
        stories = public_stories(keys)
        for key in keys:
            if key in stories and key not in shown and len(shown) < STORIES_SHOWN:
                shown.add(key)
                yield Suggestion(stories[key].title, stories[key].url, "story")


def _words(edition_id: int, typed: str, last: str) -> Iterator[Suggestion]:
    """What was typed with its last word completed, the most used first."""
    start = typed.rindex(last)
    for word, _uses in vocabulary(edition_id).beginning(folded(last)):
        yield Suggestion(typed[:start] + word, "", "word")
