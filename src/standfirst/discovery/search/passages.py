"""What is shown of a story that was found: its headline and a passage, with the words marked in both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from standfirst.discovery.search.analysis.hearing import heard_in_text
from standfirst.discovery.search.analysis.words import Word, words
from standfirst.discovery.search.models import Document
from standfirst.discovery.search.terms import Asked

PASSAGE = 32
"""Words of a passage."""
BEFORE = 6
"""Words of it that stand before the first one that was found."""
LOOKED_AT = 5_000
"""Words of a text among which a passage is looked for."""
HEARD_AMONG = 400
"""Words among which one is looked for by its sound, which takes longer."""
_BEFORE_IT = re.compile(r"(?:(?<!\S)\S{1,20})?$")
_BEHIND_IT = re.compile(r"(?:\S{1,20}(?!\S))?")


def headline_html(document: Document, asked: Asked) -> SafeString:
    """Return the headline with the words marked."""
    found = list(words(document.headline))
    return _marked(document.headline, found, _places(found, document.in_headline, asked))


def passage_html(document: Document, asked: Asked) -> SafeString:
    """Return the passage of the text that holds most of the words; else the standfirst, else how the text begins."""
    stems = document.in_text.split(" ", LOOKED_AT)[:LOOKED_AT]
    wanted = asked.stems
    places = [place for place, stem in enumerate(stems) if stem in wanted]
    if not places:
        standfirst = list(words(document.standfirst))
        in_standfirst = _places(standfirst, document.in_standfirst, asked)
        if asked.heard and not in_standfirst:
            places = _heard(list(words(document.text, 0, HEARD_AMONG)), asked)
        if in_standfirst or (not places and standfirst):
            return _marked(document.standfirst, standfirst, in_standfirst)
    start = _best_start(places, stems)
    window = list(words(document.text, start, start + PASSAGE))
    return _cut(document.text, window, {place - start for place in places if place >= start})


def _best_start(places: Sequence[int], stems: Sequence[str]) -> int:
    """Where the passage begins that holds most different words of the query, and among these the first."""
    reach = PASSAGE - 2 * BEFORE
    best, most = 0, 0
    for index, place in enumerate(places[:200]):
        inside = {stems[other] for other in places[index : index + reach] if other < place + reach}
        if len(inside) > most:
            best, most = place, len(inside)
    return max(0, best - BEFORE)


def _places(found: Sequence[Word], stems: str, asked: Asked) -> set[int]:
    """Which of the words that were cut from a text are among those asked for; `stems` stand in the same order."""
    wanted = asked.stems
    places = {place for place, stem in enumerate(stems.split(" ")) if stem in wanted}
    return places or set(_heard(found, asked))


def _heard(found: Sequence[Word], asked: Asked) -> list[int]:
    heard = asked.heard
    if not heard:
        return []
    return [place for place, word in enumerate(found) if heard & heard_in_text(word.written, asked.language)]


def _cut(text: str, window: Sequence[Word], places: set[int]) -> SafeString:
    """Return the text from the first to the last word of `window`, with dots where more stands before or behind.

    What is written together is cut nowhere: the full stop that closes a word stays with it, and 4,500 is not 4,50.
    """
    if not window:
        return mark_safe("")
    start, end = window[0].start, window[-1].end
    start -= len(_BEFORE_IT.search(text[max(0, start - 21) : start]).group())  # type: ignore[union-attr] # it fits nothing, too
    whole = end + len(_BEHIND_IT.match(text[end : end + 21]).group())  # type: ignore[union-attr]
    shown = [Word(word.written, word.start - start, word.end - start) for word in window]
    before, behind = "… " if text[:start].strip() else "", " …" if text[whole:].strip() else ""
    return mark_safe(before + _marked(text[start:whole], shown, places) + behind)  # noqa: S308 - escaped there


def _marked(text: str, found: Sequence[Word], places: set[int]) -> SafeString:
    """Escape `text`, with `<mark>` around the words at `places`."""
    parts, last = [], 0
    for place in sorted(places):
        if place < len(found):
            word = found[place]
            parts += [escape(text[last : word.start]), "<mark>", escape(text[word.start : word.end]), "</mark>"]
            last = word.end
    return mark_safe("".join([*parts, escape(text[last:])]))  # noqa: S308 - every part of the text is escaped
