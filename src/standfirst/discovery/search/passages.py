"""What is shown of a story that was found: its headline and a passage, with the words marked in both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from standfirst.discovery.search.analysis.hearing import heard_in_text
from standfirst.discovery.search.analysis.words import first_written, spans
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
Span = tuple[int, int]
_BEFORE_IT = re.compile(r"(?:(?<!\S)\S{1,20})?$")
_BEHIND_IT = re.compile(r"(?:\S{1,20}(?!\S))?")


def headline_html(document: Document, asked: Asked) -> SafeString:
    """Return the headline with the words marked."""
    found = spans(document.headline)
    return _marked(document.headline, found, _places(document.headline, found, document.in_headline, asked))


def passage_html(document: Document, asked: Asked) -> SafeString:
    """Return the passage of the text that holds most of the words; else the standfirst, else how the text begins."""
    stems = document.in_text.split(" ", LOOKED_AT)[:LOOKED_AT]
    wanted = asked.stems
    places = [place for place, stem in enumerate(stems) if stem in wanted]
    if not places:
        standfirst = spans(document.standfirst)
        in_standfirst = _places(document.standfirst, standfirst, document.in_standfirst, asked)
        if asked.heard and not in_standfirst:
            places = _first_heard(first_written(document.text, HEARD_AMONG), asked)
        if in_standfirst or (not places and standfirst):
            return _marked(document.standfirst, standfirst, in_standfirst)
    start = _best_start(places, stems)
    window = spans(document.text, start, start + PASSAGE)
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


def _places(text: str, found: Sequence[Span], stems: str, asked: Asked) -> set[int]:
    """Which of the words that were cut from a text are among those asked for; `stems` stand in the same order."""
    wanted = asked.stems
    places = {place for place, stem in enumerate(stems.split(" ")) if stem in wanted}
    return places or set(_heard([text[start:end] for start, end in found], asked))


def _first_heard(written: Sequence[str], asked: Asked) -> list[int]:
    """The first word that sounds as asked, and those soon behind it: to listen to all words takes too long."""
    first = next(_heard(written, asked), None)
    return [] if first is None else [first + place for place in _heard(written[first : first + PASSAGE], asked)]


def _heard(written: Sequence[str], asked: Asked) -> Iterator[int]:
    heard, language = asked.heard, asked.language
    if heard:
        for place, word in enumerate(written):
            if not heard.isdisjoint(heard_in_text(word, language)):
                yield place


def _cut(text: str, window: Sequence[Span], places: set[int]) -> SafeString:
    """Return the text from the first to the last word of `window`, with dots where more stands before or behind.

    What is written together is cut nowhere: the full stop that closes a word stays with it, and 4,500 is not 4,50.
    """
    if not window:
        return mark_safe("")
    start, end = window[0][0], window[-1][1]
    start -= len(_BEFORE_IT.search(text[max(0, start - 21) : start]).group())  # type: ignore[union-attr] # it fits nothing, too
    whole = end + len(_BEHIND_IT.match(text[end : end + 21]).group())  # type: ignore[union-attr]
    before, behind = "… " if text[:start].strip() else "", " …" if text[whole:].strip() else ""
    return mark_safe(before + _marked(text, window, places, start, whole) + behind)  # noqa: S308 - escaped there


def _marked(text: str, found: Sequence[Span], places: set[int], start: int = 0, end: int | None = None) -> SafeString:
    """Escape `text` from `start` to before `end`, with `<mark>` around the words at `places`."""
    parts, last = [], start
    for place in sorted(places):
        if place < len(found):
            begins, ends = found[place]
            parts += [escape(text[last:begins]), "<mark>", escape(text[begins:ends]), "</mark>"]
            last = ends
    return mark_safe("".join([*parts, escape(text[last:end])]))  # noqa: S308 - every part of the text is escaped
