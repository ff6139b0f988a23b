"""The stem of a word: one form for "election" and "elections", "выборы" and "выборах", "თბილისი" and "თბილისში".

Which stemmer is used follows from the word's own script, so that a name in another script gets the same stem in every
edition; only Latin letters leave a choice, which the edition's language makes. English, Russian and Persian have one in
Snowball (https://snowballstem.org). For Georgian and Azerbaijani no package has one, and Snowball's Armenian one makes
a day of every law (օրենք, օր) and two stems of Yerevan: their endings are taken off here. What all of them do is
measured in tests/discovery/search/test_stems.py.
"""

from __future__ import annotations

import re
from functools import lru_cache

from standfirst.discovery.search.analysis.words import Script, folded, script_of
from standfirst.kit.stemming import snowball_stem

_SNOWBALL = {Script.CYRILLIC: "russian", Script.ARABIC: "persian"}
_SHORTEST = 3
"""Letters that stay, whatever the ending: "ani" is a town, not a stem "an"."""


@lru_cache(maxsize=50_000)
def stem(written: str, language: str) -> str:
    """Return the stem of a word as it was `written` in an edition in `language` (a code such as `az`).

    >>> stem("Elections", "en"), stem("Тбилиси", "en"), stem("თბილისში", "ka") == stem("თბილისი", "ka")
    ('elect', 'тбилис', True)
    """
    word = folded(written)
    script = script_of(word)
    if script is Script.LATIN:
        found = _azerbaijani(word) if language == "az" else snowball_stem(word, "english")
    elif script is Script.GEORGIAN:
        found = _georgian(_georgian_noun(word))
    elif script is Script.ARMENIAN:
        found = _armenian(word)
    elif script in _SNOWBALL:
        found = snowball_stem(word, _SNOWBALL[script])
    else:
        found = word
    return found.replace("'", "") or word.replace("'", "")


def spoken(written: str, language: str) -> tuple[str, ...]:
    """Return the forms of a word by whose sound it is found: itself, its stem, and a Georgian noun without its case."""
    word = folded(written)
    if script_of(word) is Script.GEORGIAN:
        return written, _georgian_noun(word)
    return written, stem(written, language)


# Georgian: postpositions written together with the noun; the case before them; the plural. From the longest on.
_GEORGIAN_PARTICLE = re.compile("(?<=[აეიოუს])ც$")
_GEORGIAN_POSTPOSITION = re.compile(
    "(?:ისთვის|ისგან|ისკენ|ისადმი|იდან|ამდე|ასავით|სთვის|თვის|გან|კენ|ივით|ადმი|დან|მდე|თან)$"
)
_GEORGIAN_CASE = re.compile("(?:(?<=[აეოუ])ს|ში|ზე|ით|ად|ის|მა|ს|მ|ო|ი|ა|ე)$")
_GEORGIAN_DATIVE = re.compile("(?<=[აეოუ])ს$")
_GEORGIAN_PLURAL = re.compile("ებ$")
_GEORGIAN_VOWEL = re.compile("[აეოი]$")
_GEORGIAN_SYNCOPE = re.compile("[აეო](?=[ლრნმ]$)")
"""წყალი, წყლის: the last vowel falls out of some nouns, so it is taken out of all."""


def _georgian_noun(word: str) -> str:
    """Without case and postposition."""
    word = _without(_GEORGIAN_PARTICLE, word, 4)
    bare = _without(_GEORGIAN_POSTPOSITION, word, _SHORTEST)
    ending = _GEORGIAN_CASE if bare == word else _GEORGIAN_DATIVE
    return _without(ending, bare, 2)


def _georgian(word: str) -> str:
    """Without the plural, and with what falls out of some forms taken out of all."""
    word = _without(_GEORGIAN_PLURAL, word, _SHORTEST)
    word = _without(_GEORGIAN_VOWEL, word, _SHORTEST)
    return _without(_GEORGIAN_SYNCOPE, word, _SHORTEST)


# Armenian: article, case, plural; then what follows in nouns in -ություն and in verbs. -ով stays, since half of the
# surnames end so.
_ARMENIAN = (
    re.compile("(?:ը|(?<=[իու])ն)$"),
    re.compile("(?:ից|ում|ի|ու)$"),
    re.compile("(?:ներ|եր)$"),
    re.compile("(?<=[աո])յ$"),
    re.compile("(?:եցին|եց|ելու|ել|ած)$"),
)
_ARMENIAN_ABSTRACT = re.compile("(?<=..)ությ(?:ուն|ան|ամբ|ունն|անն).*$")


def _armenian(word: str) -> str:
    word = _ARMENIAN_ABSTRACT.sub("ությ", word)
    for ending in _ARMENIAN:
        word = _without(ending, word, _SHORTEST)
    return word


# Azerbaijani, as folded (ə is e; ı, ü are i, u): case, then person or possession, then the plural, in this order.
_AZERBAIJANI = (
    re.compile("(?:d[iu]r)(?:ler|lar)?$"),
    re.compile("(?:d[ae]n|d[ae]|l[ae]|(?<=[aeiou])n[iu]n|(?<=[aeiou])[yn][aeiu]|[iu]n|[ae])$"),
    re.compile("(?:[iu]m[iu]z|[iu]n[iu]z|[iu]m|(?<=[aeiou])s[iu]n?|[iu]n|[iu])$"),
    re.compile("l[ae]r$"),
    re.compile("[iu]$"),
)


def _azerbaijani(word: str) -> str:
    word = word.partition("'")[0]
    for ending in _AZERBAIJANI:
        word = _without(ending, word, 4)
    return f"{word[:-1]}g" if word.endswith("q") else word  # uşaq, uşağı


def _without(ending: re.Pattern[str], word: str, shortest: int) -> str:
    found = ending.sub("", word)
    return found if len(found) >= shortest else word
