"""Codes that payers write on a bank transfer: short, without letters that look alike, with a check letter.

`SF-7K2-M4X`: five letters and a check letter. A wrong letter and two neighbours that changed places always give a code
that is not valid, because 31 is a prime number and no two places weigh the same (the rule of ISBN-10).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

LETTERS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
"""31 of them: no 0 and O, no 1 and I, and no U beside V."""
LENGTH = 5
_SPACE = r"[\s\-–—./_]*"
_CODE = re.compile(rf"(?<![0-9A-Z])S{_SPACE}F{_SPACE}((?:[0-9A-Z]{_SPACE}){{{LENGTH}}}[0-9A-Z])(?![0-9A-Z])")
_LOOK_ALIKES = str.maketrans("АВСЕНКМОРТХУІЅ", "ABCEHKMOPTXYIS")
"""Cyrillic capitals that a keyboard gives for Latin ones."""


def code_for(key: str, attempt: int = 0) -> str:
    """Return the code for an agreement's `key`; another one at each `attempt`, for when it is taken."""
    digest = hashlib.sha256(f"{key}:{attempt}".encode()).digest()
    number = int.from_bytes(digest[:8], "big")
    letters = ""
    for _place in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest]
    return _written(letters + check_letter(letters))


def check_letter(letters: str) -> str:
    """Return the letter that makes `letters` valid."""
    total = sum(weight * LETTERS.index(letter) for weight, letter in enumerate(letters, start=2))
    return LETTERS[-total % len(LETTERS)]


def is_valid(code: str) -> bool:
    """Say whether `code` (as `code_for` writes it) has the right check letter."""
    letters = code.removeprefix("SF").replace("-", "")
    known = len(letters) == LENGTH + 1 and all(letter in LETTERS for letter in letters)
    return known and check_letter(letters[:-1]) == letters[-1]


def find_codes(text: str) -> Iterator[str]:
    """Yield each code that stands in `text`, once, valid or not, as `code_for` writes it.

    Payers write in small letters, with spaces or without hyphens, on a Cyrillic keyboard, and banks break lines.
    """
    seen = set()
    for found in _CODE.finditer(text.upper().translate(_LOOK_ALIKES)):
        code = _written(re.sub(r"[^0-9A-Z]", "", found.group(1)).replace("U", "V"))
        if code not in seen:
            seen.add(code)
            yield code


def _written(letters: str) -> str:
    return f"SF-{letters[:3]}-{letters[3:]}"
