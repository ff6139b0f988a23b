"""Names that languages do not share by sound: Germany is Германия in Russian and Almaniya in Azerbaijani.

`names.txt` has one place, people or person a line. Whatever way of a line a word is written, it gets the line's mark,
which stands beside its sounds in the index and in the query.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from standfirst.discovery.search.analysis.sounds import sounds
from standfirst.discovery.search.analysis.stems import spoken
from standfirst.discovery.search.analysis.words import Script, folded, script_of

FILE = Path(__file__).with_name("names.txt")
LANGUAGES = ("en", "ru", "ka", "hy", "az", "fa")
"""Of the file's columns."""
SHORTEST_STEM = 4
"""Letters of a stem that stands for its name: ბაქ of ბაქო is too little, and რომ of რომი is a word of its own."""
MOST_CUT = 2
"""Letters by which that stem may be shorter: Pank is not Pankisi."""
SHORTEST_SOUND = 7
"""Letters of a sound that stands for its name: what is shorter is too often another word (крика sounds like Greece)."""
_STEMMED = ("ka", "hy", "az")
"""Elsewhere stems say too little: Грузия has the stem of груз, Goris that of Gori."""
_RUSSIAN = (
    ("ия", "ии ию ией"),
    ("ий", "ого ому им ом ия ию ием ии"),
    ("ый", "ого ому ым ом"),
    ("а", "ы и е у ой"),
    ("я", "и е ю ей"),
    ("ь", "я ю ем е и ью"),
    ("й", "я ю ем е"),
    ("", "а у ом ем ым е"),
)
"""Endings of nouns and surnames, and what takes their place in other cases; the first that fits holds. Forms that no
name has do no harm."""
_FIXED = ("о", "е", "и", "у", "ы", "э", "ю")
"""Endings of Russian names that have no cases."""


@lru_cache(maxsize=50_000)
def name_marks(written: str) -> tuple[str, ...]:
    """Return the marks of the names that a word may be: a digit in front, which no sound has.

    >>> name_marks("Almaniya"), name_marks("Германией"), name_marks("groceries")
    (('1germany',), ('1germany',), ())
    """
    by_form, by_sound = _marks()
    found = by_form.get(folded(written), frozenset()).union(*(by_sound.get(each, ()) for each in sounds(written)))
    return tuple(sorted(found))


def rows() -> Iterator[tuple[tuple[str, ...], ...]]:
    """Give the lines of the file, each with the names in each of `LANGUAGES`."""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            columns = [column.strip() for column in line.split("|")]
            yield tuple(tuple(column.split(", ")) if column != "-" else () for column in columns)


def forms_for_names(written: str, language: str) -> tuple[str, ...]:
    """Return the forms of a word of a text or a query that are compared with the names.

    Stems only where names are known by theirs: an English one would make Rasht of resting.
    """
    script = script_of(folded(written))
    is_stemmed = script in (Script.GEORGIAN, Script.ARMENIAN) or (script is Script.LATIN and language == "az")
    return spoken(written, language) if is_stemmed else (written,)


@cache
def _marks() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Marks by folded form, and by sound."""
    by_form: dict[str, frozenset[str]] = {}
    by_sound: dict[str, frozenset[str]] = {}
    for row in rows():
        mark = frozenset({f"1{folded(row[0][0])}"})
        for language, names in zip(LANGUAGES, row, strict=True):
            for name in names:
                for form in _forms(name, language):
                    by_form[form] = by_form.get(form, frozenset()) | mark
                for sound in sounds(name):
                    if len(sound) >= SHORTEST_SOUND:
                        by_sound[sound] = by_sound.get(sound, frozenset()) | mark
    return by_form, by_sound


def _forms(name: str, language: str) -> Iterator[str]:
    """The forms in which a name stands in texts, as folded."""
    yield folded(name)
    if language == "ru":
        yield from _russian(folded(name))
    elif language == "en":
        yield f"{folded(name)}'s"
    elif language in _STEMMED:
        stem = spoken(name, language)[1]
        if len(stem) >= max(SHORTEST_STEM, len(folded(name)) - MOST_CUT):
            yield stem
        if language == "az" and name.endswith("n") and len(name) > SHORTEST_STEM:
            yield folded(name)[:-1]  # what the rule for the genitive leaves of Gürcüstanın


def _russian(name: str) -> Iterator[str]:
    if not name.endswith(_FIXED):
        ending, others = next(rule for rule in _RUSSIAN if name.endswith(rule[0]))
        yield from (name.removesuffix(ending) + other for other in others.split())
