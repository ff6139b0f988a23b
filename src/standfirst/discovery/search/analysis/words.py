"""Words of a text, with their places, in the one spelling that search knows.

`plain` gives a text its form for storing; `words` cuts it into words, each with the place it was found at, so that it
can be marked; `folded` is the one spelling: no capitals, no marks that people leave out on a foreign keyboard.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

LONGEST_WORD = 40
"""What is longer is no word (an address, a key); it is cut."""

_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u0640\u200c\u200d\u055a-\u055c\u055e"
_HALF_SPACE = "\u200c"
_EVERYWHERE = {ord("İ"): "i"}
_AZERBAIJANI = {**_EVERYWHERE, ord("I"): "ı"}
_APOSTROPHES = "'\u2019\u02bc\u02bb`\u00b4"
_WORD = re.compile(rf"[^\W_](?:[{_APOSTROPHES}](?=[^\W_])|[^\W_{_APOSTROPHES}]|[{_MARKS}])*")
_WORD_WHOLE = rf"[^\W_](?:[{_APOSTROPHES}](?=[^\W_])|[^\W_{_APOSTROPHES}]|[{_MARKS}])*+"
_STEPS = [(size, re.compile(rf"(?:[\W_]*+{_WORD_WHOLE}){{{size}}}+")) for size in (64, 8)]
"""So many words at once, nothing given back: as quick a way past the beginning of a text as there is."""
USUAL_WORD = 12
"""Letters that the words of a text do not have on average in any of our languages, with the blank behind them."""
_DROPPED = re.compile(f"[{_MARKS}]")
_TOO_MANY_MARKS = re.compile(r"([\u0300-\u036f])[\u0300-\u036f]{3,}")


_AS_WRITTEN = re.compile("([և…№™²³])")
"""Armenian writes և as one letter, and both letters apart are another spelling. None of these divides a word."""


class Script(StrEnum):
    """The scripts that an edition is written in."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    GEORGIAN = "georgian"
    ARMENIAN = "armenian"
    ARABIC = "arabic"
    OTHER = "other"


_RANGES = (
    ("\u0370", Script.LATIN),
    ("\u0400", Script.OTHER),
    ("\u0530", Script.CYRILLIC),
    ("\u0590", Script.ARMENIAN),
    ("\u0600", Script.OTHER),
    ("\u0780", Script.ARABIC),
    ("\u10a0", Script.OTHER),
    ("\u1100", Script.GEORGIAN),
)
"""The first letter behind each run of scripts (the blocks of Unicode)."""


def script_of(word: str) -> Script:
    """Return the script of the first letter of a folded `word`."""
    for character in word:
        if character.isalpha():
            return next((script for end, script in _RANGES if character < end), Script.OTHER)
    return Script.OTHER


class Word(NamedTuple):
    """One word as it stands in a text: `text[start:end]`."""

    written: str
    start: int
    end: int


def plain(text: str) -> str:
    """Return `text` as search stores and shows it: usual forms (see `in_usual_forms`), white space as single spaces."""
    return " ".join(_TOO_MANY_MARKS.sub(r"\1", in_usual_forms(text)).replace("\x00", " ").split())


def in_usual_forms(text: str) -> str:
    """Return `text` with compatibility forms made usual (NFKC), except signs that readers would miss as written.

    >>> in_usual_forms("ﬁne 12 km² … Երևան № 5")
    'fine 12 km² … Երևան № 5'
    """
    parts = _AS_WRITTEN.split(text)
    parts[::2] = (unicodedata.normalize("NFKC", part) for part in parts[::2])
    return "".join(parts)


def words(text: str) -> Iterator[Word]:
    """Give the words of a `plain` text in their order."""
    for start, end in spans(text):
        yield Word(text[start:end], start, end)


def spans(text: str, first: int = 0, last: int | None = None) -> list[tuple[int, int]]:
    """Return where the words of a `plain` text begin and end: all, or those from number `first` to before `last`."""
    start = skipped = 0
    for size, step in _STEPS:
        while first - skipped >= size and (many := step.match(text, start)):
            start, skipped = many.end(), skipped + size
    until = None if last is None else max(0, last - skipped)
    return [found.span() for found in islice(_WORD.finditer(text, start), max(0, first - skipped), until)]


def first_written(text: str, most: int) -> list[str]:
    """Return the first words of a plain `text` as they are written, at most so many: all that a quick look needs."""
    return _WORD.findall(text, 0, most * USUAL_WORD)[:most]


# What folding by Unicode leaves and readers write without: Azerbaijani and others beyond accents.
_LATIN = str.maketrans(
    {"ə": "e", "ǝ": "e", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
)
_CYRILLIC = str.maketrans({"ё": "е", "ѐ": "е", "ѝ": "и"})
# Persian as written on Arabic keyboards, and the seats of hamza, which most people leave out.
_ARABIC = str.maketrans(
    {"ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ە": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا"}
    | {"ؤ": "و", "ء": None}
)
_APOSTROPHE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))


def lowered(written: str) -> str:
    """Return a word without capitals, marks of reading and joiners, but with its accents: what its sound is made of.

    Georgian capitals (Mtavruli) become Mkhedruli and the Armenian ligature և its letters by Unicode's case folding.
    """
    text = unicodedata.normalize("NFKC", written).replace("İ", "i").casefold()
    text = unicodedata.normalize("NFC", _DROPPED.sub("", unicodedata.normalize("NFC", text)))
    return text.translate(_APOSTROPHE)[:LONGEST_WORD]


def spelt(written: str, language: str) -> str:
    """Return a word in small letters as it is offered to readers: with և, half-spaces, and the ı of Azerbaijani.

    >>> spelt("Երևան", "hy"), len(spelt("می\u200cرود\u200c", "fa")), spelt("Işıq", "az")
    ('երևան', 6, 'ışıq')
    """
    text = _DROPPED.sub(lambda sign: sign[0] if sign[0] == _HALF_SPACE else "", unicodedata.normalize("NFC", written))
    text = in_usual_forms(text).translate(_AZERBAIJANI if language == "az" else _EVERYWHERE).lower()
    return text.translate(_APOSTROPHE)[:LONGEST_WORD].strip(_HALF_SPACE)


@lru_cache(maxsize=50_000)
def folded(written: str) -> str:
    """Return the one spelling of a word.

    >>> folded("Əliyev"), folded("ЕРЁМИН"), folded("ԵՐԵՎԱՆ") == folded("Երևան"), folded("كتاب") == folded("کتاب")
    ('eliyev', 'еремин', True, True)
    """
    text = lowered(written)
    script = script_of(text)
    if script is Script.LATIN:
        text = "".join(c for c in unicodedata.normalize("NFKD", text.translate(_LATIN)) if not unicodedata.combining(c))
    elif script is Script.CYRILLIC:
        text = text.translate(_CYRILLIC)
    elif script is Script.ARMENIAN:
        text = text.replace("եւ", "եվ")  # և in capitals is ԵՎ, and ԵՒ in the older spelling
    elif script is Script.ARABIC:
        text = text.translate(_ARABIC)
    return _with_plain_digits(text)


def _with_plain_digits(text: str) -> str:
    if text.isascii() or not any(character.isdigit() for character in text):
        return text
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
