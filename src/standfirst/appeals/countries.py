"""Countries as staff write and read them: by their English name, or by their two letters (ISO 3166-1)."""

from __future__ import annotations

from functools import cache

from babel import Locale

from standfirst.appeals.rules import known_countries


@cache
def names() -> dict[str, str]:
    """The English names (CLDR) of all countries that have a time zone, by code, in the order of the names."""
    territories = Locale("en").territories
    found = {code: str(territories.get(code, code)) for code in known_countries()}
    return dict(sorted(found.items(), key=lambda one: one[1]))


def name_of(code: str) -> str:
    """Return the name of the country `code`; the code itself where none is known."""
    return names().get(code, code)


def codes_in(text: str) -> list[str]:
    """Return the codes of the countries in `text`: names or codes between commas; codes between blanks, too.

    Raises UnknownCountry for the first that is none.
    """
    found: list[str] = []
    for part in text.replace(";", ",").replace("\n", ",").split(","):
        if words := " ".join(part.split()):
            found += [_by_name()[words.casefold()]] if words.casefold() in _by_name() else _codes(words)
    return list(dict.fromkeys(found))


class UnknownCountry(ValueError):
    """The words that name no country."""


def _codes(words: str) -> list[str]:
    codes = words.upper().split()
    if not set(codes) <= names().keys():
        raise UnknownCountry(words)
    return codes


@cache
def _by_name() -> dict[str, str]:
    return {name.casefold(): code for code, name in names().items()}
