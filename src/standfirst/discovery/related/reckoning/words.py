"""The words of a text as its language forms them, so that two stories about one thing share them.

What is done with each language was measured (docs/explanation/related.md): Snowball's stems where they helped, else the
first letters of a word. Endings carry the grammar in Georgian, Armenian, Azerbaijani and Persian, and the first five
letters tell the word.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

from standfirst.kit.stemming import snowball_stem

PREFIX_LETTERS = 5
GRAM_LETTERS = 4
BY_PREFIX = frozenset({"az", "fa", "hy", "ka"})
"""Languages whose words are cut although a stemmer exists for some of them: it was measured to be worse."""
STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "tr": "turkish",
}
_CAPITAL = "[A-ZÀ-ÖØ-ÞĞİŞƏА-ЯЁԱ-Ֆ]"
_WORD = re.compile(r"[^\W\d_]+(?:['’\u200c-][^\W\d_]+)*|\d+")
_NAME = re.compile(rf"{_CAPITAL}[^\W\d_]+(?:[-'’][^\W\d_]+)*(?: {_CAPITAL}[^\W\d_]+(?:[-'’][^\W\d_]+)*)+")
_NAME_WORD = re.compile(rf"(?<=[^\W\d_,;] )({_CAPITAL}[^\W\d_]+(?:[-'’][^\W\d_]+)*)")
_ONE_SPELLING = {
    ord("ё"): "е",
    ord("Ё"): "Е",
    ord("ي"): "ی",
    ord("ك"): "ک",
    ord("’"): "'",
    ord("İ"): "i",
    **{ord("٠") + digit: str(digit) for digit in range(10)},
    **{ord("۰") + digit: str(digit) for digit in range(10)},
}
_AZERBAIJANI = {**_ONE_SPELLING, ord("I"): "ı"}


def base_language(language: str) -> str:
    """Return the language without its region: `pt-br` gives `pt`."""
    return language.partition("-")[0].lower()


def words(text: str, language: str) -> list[str]:
    """Return the words and numbers of `text` in order: small letters, one spelling, endings as written."""
    spelling = _AZERBAIJANI if language in ("az", "tr") else _ONE_SPELLING
    return _WORD.findall(text.translate(spelling).lower().replace("եւ", "և"))


@lru_cache(maxsize=150_000)
def stem(word: str, language: str) -> str:
    """Return what `word` (small letters) shares with its other forms in `language` (without a region)."""
    if word[0].isdigit():
        return word
    if language in BY_PREFIX or language not in STEMMERS:
        return word[:PREFIX_LETTERS]
    return snowball_stem(word, STEMMERS[language])


@lru_cache(maxsize=150_000)
def term_of(word: str, language: str) -> int:
    """Return the number of a word's stem: even, 32 bits, the same in every process."""
    return zlib.crc32(stem(word, language).encode()) & ~1


@lru_cache(maxsize=50_000)
def grams_of(word: str) -> tuple[int, ...]:
    """Return the numbers of a word's parts of four letters, its ends marked: odd, 32 bits."""
    marked = f"^{word}$"
    ends = max(1, len(marked) - GRAM_LETTERS + 1)
    return tuple(zlib.crc32(marked[at : at + GRAM_LETTERS].encode()) | 1 for at in range(ends))


def names(text: str) -> list[str]:
    """Return the names in `text`: two or more words with capitals in a row, in scripts that have capitals."""
    return _NAME.findall(text)


def name_words(text: str) -> list[str]:
    """Return the words with a capital that do not begin a sentence."""
    return _NAME_WORD.findall(text)
