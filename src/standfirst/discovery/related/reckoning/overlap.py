"""What two texts have in common, in words for people: names, and words that one of them begins with."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from standfirst.discovery.related.reckoning.function_words import FUNCTION_WORDS
from standfirst.discovery.related.reckoning.profiles import Text
from standfirst.discovery.related.reckoning.words import base_language, name_words, names, stem, words

SHORTEST = 4
"""Letters of a word that is worth telling; shorter ones hold sentences together."""
TOLD = 5


def common_names(one: Text, other: Text, language: str) -> list[str]:
    """Names that both texts have, as the first writes them, whole names first. None in scripts without capitals."""
    spoken = base_language(language)
    theirs = {_stems(name, spoken) for name in _named(other, spoken)}
    counted = Counter(name for name in _named(one, spoken) if _stems(name, spoken) in theirs)
    told: dict[tuple[str, ...], str] = {}
    for name in sorted(counted, key=lambda name: (-len(name.split()), -counted[name], name)):
        key = _stems(name, spoken)
        if key not in told and not any(name in longer for longer in told.values()):
            told[key] = name
    return list(told.values())[:TOLD]


def common_words(one: Text, other: Text, language: str) -> list[str]:
    """Words of both texts that stand in the headline or standfirst of one of them, the most frequent first."""
    spoken = base_language(language)
    mine, theirs = _written(one, spoken), _written(other, spoken)
    leading = {stem(word, spoken) for text in (one, other) for word in _leading(text, spoken)}
    named = {part for name in common_names(one, other, language) for part in _stems(name, spoken)}
    telling = leading - named - _function_stems(spoken)
    shared = [key for key in mine.keys() & theirs.keys() & telling if len(mine[key].most_common(1)[0][0]) >= SHORTEST]
    shared.sort(key=lambda key: (-mine[key].total() * theirs[key].total(), key))
    return [mine[key].most_common(1)[0][0] for key in shared[:TOLD]]


def _named(text: Text, language: str) -> list[str]:
    found = [name for field in (text.standfirst, text.body) for name in (*names(field), *name_words(field))]
    return [name for name in (_begun(name, language) for name in found) if name]


def _begun(name: str, language: str) -> str:
    """A name without the word that only begins the sentence: of "In Baku", Baku."""
    first, _space, rest = name.partition(" ")
    return rest if first.lower() in FUNCTION_WORDS.get(language, ()) else name


@lru_cache(maxsize=16)
def _function_stems(language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in FUNCTION_WORDS.get(language, ()))


def _stems(name: str, language: str) -> tuple[str, ...]:
    return tuple(stem(word, language) for word in words(name, language))


def _leading(text: Text, language: str) -> list[str]:
    return words(f"{text.headline} {text.standfirst}", language)


def _written(text: Text, language: str) -> dict[str, Counter[str]]:
    """How often each stem is written how."""
    found: dict[str, Counter[str]] = {}
    for word in words(f"{text.headline} {text.standfirst} {text.body}", language):
        found.setdefault(stem(word, language), Counter())[word] += 1
    return found
