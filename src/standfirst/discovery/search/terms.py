"""What somebody typed, as words to look up: needed, excluded, and in quotes one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from standfirst.discovery.search.analysis.hearing import as_part, heard_in_query
from standfirst.discovery.search.analysis.stems import stem
from standfirst.discovery.search.analysis.stop_words import STOP_WORDS
from standfirst.discovery.search.analysis.words import Script, folded, plain, script_of, words

LONGEST_QUERY = 200
"""Characters of a query that are read."""
MOST_TERMS = 12
LONGEST_PHRASE = 8
_QUOTED = re.compile(r'(?P<minus>(?<![^\s])-)?(?:["“”„«»](?P<phrase>[^"“”„«»]*)["“”„«»]|(?P<bare>[^\s"“”„«»]+))')
_OWN_SCRIPTS = {
    "ru": Script.CYRILLIC,
    "ka": Script.GEORGIAN,
    "hy": Script.ARMENIAN,
    "fa": Script.ARABIC,
}
"""The script of each edition; all others are written in Latin letters."""


@dataclass(frozen=True)
class Term:
    """One word, or several that stand one after the other.

    `stems` are looked up in the texts; `heard` are other ways to find a single word: how it sounds. Those among them
    that are `sure` count as much as the word itself: words that it is a part of.
    """

    written: str
    stems: tuple[str, ...]
    heard: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    is_foreign: bool = False
    """Whether the word is in another script than the edition."""

    @property
    def is_phrase(self) -> bool:
        return len(self.stems) > 1


@dataclass(frozen=True)
class Asked:
    """A query: stories hold every one of `needed` and none of `excluded`."""

    language: str
    needed: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()

    def by_sound(self, *, all_words: bool) -> Asked:
        """The same query, with words found by their sound too: all of them, or those in a foreign script only."""
        needed = tuple(term if all_words or term.is_foreign else replace(term, heard=term.sure) for term in self.needed)
        return replace(self, needed=needed)

    @property
    def is_plain(self) -> bool:
        """Whether there are only single words, and none excluded."""
        return not self.excluded and not self.has_phrase

    @property
    def has_phrase(self) -> bool:
        """Whether words must, or must not, stand one after the other."""
        return any(term.is_phrase for term in (*self.needed, *self.excluded))

    def loosely(self) -> Asked:
        """The same words without order, and none excluded: what finds all that this query finds, and more."""
        single = [term for term in self.needed if not term.is_phrase]
        single += [Term(each, (each,)) for term in self.needed if term.is_phrase for each in term.stems]
        return Asked(self.language, _once(single))

    @property
    def is_contradiction(self) -> bool:
        """Whether a word is both needed and excluded: no story is found, and the search has no need to look."""
        return not {term.stems for term in self.needed}.isdisjoint(term.stems for term in self.excluded)

    @cached_property
    def stems(self) -> frozenset[str]:
        """All stems that are looked for, to be marked where they are found."""
        return frozenset(each for term in self.needed for each in term.stems)

    @cached_property
    def heard(self) -> frozenset[str]:
        """All sounds that are looked for."""
        return frozenset(each for term in self.needed for each in term.heard)


def asked(text: str, language: str) -> Asked:
    """Read a query; words too many are left out, and so are the most common words when there are others."""
    needed: list[Term] = []
    excluded: list[Term] = []
    common: list[Term] = []
    for term, is_excluded in _terms(text, language):
        if is_excluded:
            excluded.append(term)
        elif not term.is_phrase and folded(term.written) in STOP_WORDS:
            common.append(term)
        else:
            needed.append(term)
    return Asked(language, _once(needed or common), _once(excluded))


def _once(terms: list[Term]) -> tuple[Term, ...]:
    """The first ones, without those that look for the same again."""
    first: dict[tuple[str, ...], Term] = {}
    for term in terms:
        first.setdefault(term.stems, term)
    return tuple(first.values())[:MOST_TERMS]


def _terms(text: str, language: str) -> Iterator[tuple[Term, bool]]:
    for found in _QUOTED.finditer(plain(text[: 4 * LONGEST_QUERY])[:LONGEST_QUERY]):
        is_excluded = bool(found["minus"]) or (found["bare"] or "").startswith("-")
        if found["phrase"] is not None:
            inside = [word.written for word in words(found["phrase"])][:LONGEST_PHRASE]
            if inside:
                yield _phrase(inside, language), is_excluded
            continue
        # A word that our rule cuts in two (a hyphen, a dot) is excluded as a whole, and needed in its parts.
        parts = [word.written for word in words(found["bare"])]
        if is_excluded and parts:
            yield _phrase(parts[:LONGEST_PHRASE], language), True
        elif parts:
            yield from ((term_of(part, language), False) for part in parts)


def _phrase(written: list[str], language: str) -> Term:
    if len(written) == 1:
        return term_of(written[0], language)
    return Term(" ".join(written), tuple(stem(word, language) for word in written))


def term_of(written: str, language: str) -> Term:
    """Return a single word with everything it can be found by."""
    script = script_of(folded(written))
    own = _OWN_SCRIPTS.get(language, Script.LATIN)
    # Persian writes consonants only.
    heard = heard_in_query(written, language, consonants=Script.ARABIC in (script, own))
    sure = as_part(written, language)
    is_foreign = script not in (own, Script.OTHER)
    return Term(written, (stem(written, language),), tuple(sorted({*heard, *sure})), sure, is_foreign)
