"""By what else than its stem a word is found: its sounds, its consonants, the names it may be, its parts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from standfirst.discovery.search.analysis.names import forms_for_names, name_marks
from standfirst.discovery.search.analysis.sounds import bones, sounds
from standfirst.discovery.search.analysis.stems import spoken, stem
from standfirst.discovery.search.analysis.words import Script, folded, script_of

_HALF_SPACE = "\u200c"
SHORTEST_PART = 3
"""Letters of a part that is found on its own; most endings and beginnings are shorter."""


@lru_cache(maxsize=50_000)
def heard_in_text(written: str, language: str) -> frozenset[str]:
    """Return everything by which a word of a text is found.

    The stem is heard, too: Тбилиси and თბილისში end differently. Consonants alone, which many words share, and names
    are kept for words with a capital, in Georgian (which has none) for all words, and so in Persian.
    """
    heard = set(_part_marks(written, language))
    may_be_name = written[0].isupper() or script_of(folded(written)) in (Script.GEORGIAN, Script.ARABIC)
    heard.update(each for form in spoken(written, language) for each in sounds(form))
    if may_be_name:
        heard.update(f"0{each}" for each in bones(written))
        heard.update(_names(written, language))
    return frozenset(heard)


def heard_in_query(written: str, language: str, *, consonants: bool) -> set[str]:
    """Return everything by which a word that was typed finds others; `consonants` where Persian is one of the two."""
    forms = spoken(written, language)
    heard = {*_names(written, language), *(each for form in forms for each in sounds(form))}
    return heard | {f"0{each}" for form in forms for each in bones(form)} if consonants else heard


def as_part(written: str, language: str) -> tuple[str, ...]:
    """Return the mark by which a Persian word finds those it is a part of: آهن is one of راه‌آهن.

    Edited texts write such words with a half-space, which many keyboards do not have, so that people type a space.
    """
    is_long = len(written) >= SHORTEST_PART and script_of(folded(written)) is Script.ARABIC
    return (f"2{stem(written, language)}",) if is_long else ()


def _names(written: str, language: str) -> Iterator[str]:
    return (mark for form in forms_for_names(written, language) for mark in name_marks(form))


def _part_marks(written: str, language: str) -> Iterator[str]:
    parts = written.split(_HALF_SPACE)
    if len(parts) > 1:
        for part in parts:
            yield from as_part(part, language)
