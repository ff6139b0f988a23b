"""How a word sounds, written in one coarse Latin alphabet: Pashinyan, Пашинян and Փաշինյան are `pasinian`.

Two keys are made. `sounds` keeps the vowels; `bones` drops them, for Persian, which does not write the short ones. They
put together what one of our languages writes differently from another: ə, e and a; h, x, kh, gh, g, q and k; zh and j;
v and w. So they find too much rather than too little, and count for less than the word itself. What they join wrongly
is measured in tests/discovery/search/test_sounds.py.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby, islice, product

from standfirst.discovery.search.analysis.words import Script, lowered, script_of

MOST_VARIANTS = 4
"""Readings of one word that are kept where a letter has two (Azerbaijani and English c)."""
SHORTEST_SOUND = 3
SHORTEST_BONES = 3

# k: every sound of the throat; c: ch; j: zh and dzh; s: sh too. A letter with two readings has them side by side: a|b.
_CYRILLIC = (
    "а:a б:b в:v г:k д:d е:a ж:j з:z и:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:k ц:ts ч:c ш:s щ:s ъ: ы:i "
    "ь: э:a ю:u я:ia і:i ї:i є:a ґ:k ў:u ә:a ғ:k қ:k ө:o ү:u һ:k ҹ:j ҝ:k ј:i җ:j ң:n ұ:u"
)
_GEORGIAN = (
    "ა:a ბ:b გ:k დ:d ე:a ვ:v ზ:z თ:t ი:i კ:k ლ:l მ:m ნ:n ო:o პ:p ჟ:j რ:r ს:s ტ:t უ:u ფ:p|f ქ:k ღ:k ყ:k შ:s ჩ:c ც:ts "
    "ძ:dz წ:ts ჭ:c ხ:k ჯ:j ჰ:k"
)
_ARMENIAN = (
    "ա:a բ:b գ:k դ:d ե:a զ:z է:a ը:i թ:t ժ:j ի:i լ:l խ:k ծ:ts կ:k հ:k ձ:dz ղ:k ճ:c մ:m յ:i ն:n շ:s ո:o չ:c պ:p ջ:j ռ:r "
    "ս:s վ:v տ:t ր:r ց:ts ւ:v փ:p ք:k օ:o ֆ:f"
)
# Persian: ی and و are vowels or y and v, ه is silent at many ends, ع carries a vowel.
_ARABIC = (
    "ا: ب:b پ:p ت:t ث:s ج:j چ:c ح:k خ:k د:d ذ:z ر:r ز:z ژ:j س:s ش:s ص:s ض:z ط:t ظ:z ع: غ:k ف:f|v ق:k ک:k گ:k ل:l م:m "
    "ن:n و:|v ه:k| ی: ي: ك:k ى: ئ: ؤ: ء: آ: أ: إ: ة: ۀ:"
)
_LATIN = (
    "a:a b:b c:k|j d:d e:a f:f g:k h:k i:i j:j k:k l:l m:m n:n o:o p:p q:k r:r s:s t:t u:u v:v w:v x:k y:i z:z ə:a ǝ:a "
    "ı:i ş:s ç:c ğ:k š:s č:c ž:j ñ:n ø:o ł:l đ:d ß:s æ:a œ:o"
)
# Several letters that are one sound, the longest first.
_LATIN_GROUPS = (
    "shch:s tsch:c sch:s tch:c dzh:j chkh:ck kh:k gh:k ch:c sh:s zh:j dj:j dg:j ph:f th:t tz:ts ck:k ou:u oo:u ee:i "
    "ye:a yu:u iu:u"
)
_CYRILLIC_GROUPS = "дж:j кс:ks ье:a ъе:a ьё:o йо:o ё:o"
_ARMENIAN_GROUPS = "ու:u իւ:u յու:u եւ:av և:av"
_GEORGIAN_GROUPS = "იუ:u"


def _table(letters: str) -> dict[str, tuple[str, ...]]:
    pairs = (pair.partition(":") for pair in letters.split())
    return {letter: tuple(reading.split("|")) for letter, _, reading in pairs}


_LETTERS = {
    Script.LATIN: _table(_LATIN),
    Script.CYRILLIC: _table(_CYRILLIC),
    Script.GEORGIAN: _table(_GEORGIAN),
    Script.ARMENIAN: _table(_ARMENIAN),
    Script.ARABIC: _table(_ARABIC),
}
_GROUPS = {
    Script.LATIN: _table(_LATIN_GROUPS),
    Script.CYRILLIC: _table(_CYRILLIC_GROUPS),
    Script.GEORGIAN: _table(_GEORGIAN_GROUPS),
    Script.ARMENIAN: _table(_ARMENIAN_GROUPS),
    Script.ARABIC: {},
}
_CUT = {
    script: re.compile("|".join([*sorted(groups, key=len, reverse=True), "."]), re.DOTALL)
    for script, groups in _GROUPS.items()
}
_VOWELS = str.maketrans("", "", "aiou")


@lru_cache(maxsize=50_000)
def sounds(written: str) -> tuple[str, ...]:
    """Return how a word sounds, at most `MOST_VARIANTS` ways; none for Arabic letters, other scripts and short words.

    >>> sounds("Pashinyan"), sounds("Пашинян"), sounds("Փաշինյան"), sounds("Əliyev"), sounds("Xankəndi")
    (('pasinian',), ('pasinian',), ('pasinian',), ('aliav',), ('kankandi',))
    """
    word = lowered(written)
    script = script_of(word)
    if script in (Script.ARABIC, Script.OTHER):
        return ()
    found = {_smoothed(reading) for reading in _readings(word, script)}
    return tuple(sorted(reading for reading in found if len(reading) >= SHORTEST_SOUND))


@lru_cache(maxsize=50_000)
def bones(written: str) -> tuple[str, ...]:
    """Return the consonants of a word, at most `MOST_VARIANTS` ways, where it has at least `SHORTEST_BONES`.

    >>> bones("Putin") == bones("Путин"), set(bones("Tehran")) & set(bones("تهران"))
    (True, {'tkrn'})
    """
    word = lowered(written)
    script = script_of(word)
    if script is Script.OTHER:
        return ()
    found = {_smoothed(_smoothed(reading).translate(_VOWELS)) for reading in _readings(word, script)}
    return tuple(sorted(reading for reading in found if len(reading) >= SHORTEST_BONES))


def _readings(word: str, script: Script) -> list[str]:
    letters, groups = _LETTERS[script], _GROUPS[script]
    parts = [groups.get(part) or letters.get(part) or _unmarked(part, letters) for part in _CUT[script].findall(word)]
    return ["".join(reading) for reading in islice(product(*parts), MOST_VARIANTS)]


def _unmarked(part: str, letters: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Read an accented letter as the one below its accent; what is no letter has no sound, but a digit stays."""
    if part.isdigit():
        return (str(unicodedata.digit(part, "")),)
    return letters.get(unicodedata.normalize("NFD", part)[0], ("",))


def _smoothed(reading: str) -> str:
    """Join doubled letters, and the vowels that only some of the scripts write: iu is u, ii is i, ia after i is a."""
    once = "".join(letter for letter, _same in groupby(reading.replace("iu", "u")))
    return once.replace("iia", "ia")
