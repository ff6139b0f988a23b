"""What led somebody to join: the place of the link, the story around it, the appeal and its variant, campaign, letter.

`arrival` is the campaign in the address with which the reader had come to that story (`utm_campaign`); `campaign` is
that of the appeal or the link itself.

It travels as one text in the parameter `source` of `/join/` and is kept with the pledge, for example
`box;story=12;appeal=3;variant=5;campaign=spring;arrival=post`. Only the place is needed. Texts of before are read,
too: a bare word (`header`), and a word with what follows a colon (`story:12`, `letter:weekly`, `import:patreon`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

MOST = 200
"""Letters that the columns hold; the longest text that `JoinSource` writes has 173."""
_PLACE = re.compile(r"[a-z0-9][a-z0-9_-]{0,19}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
NUMBERS = ("story", "appeal", "variant")
NAMES = ("campaign", "letter", "arrival")
_OTHER_LETTERS = re.compile(r"[^a-z0-9_-]+")


@dataclass(frozen=True)
class JoinSource:
    """What led somebody to join. Numbers are primary keys, `None` where unknown; words are "" where unknown."""

    place: str = ""
    story: int | None = None
    appeal: int | None = None
    variant: int | None = None
    campaign: str = ""
    letter: str = ""
    arrival: str = ""

    @classmethod
    def parse(cls, text: str) -> JoinSource:
        """Read `text`, which anybody may have written: what is not understood is left out, and nothing is an error."""
        first, *rest = text.strip().lower()[:MOST].split(";")
        place, _colon, old = first.partition(":")
        found: dict[str, int | str] = {}
        for part in [_of_before(place, old), *rest]:
            name, _equals, value = part.partition("=")
            if name in NUMBERS and _NUMBER.fullmatch(value):
                found.setdefault(name, int(value))
            elif name in NAMES and _NAME.fullmatch(value):
                found.setdefault(name, value)
        if "letter" in found:  # a link in a letter leads past stories, and both would not fit into the column
            found.pop("arrival", None)
        return cls(place if _PLACE.fullmatch(place) else "", **found)  # type: ignore[arg-type]

    def __str__(self) -> str:
        """The text that `parse` reads; "" when nothing is known."""
        parts = [f"{one.name}={value}" for one in fields(self)[1:] if (value := getattr(self, one.name))]
        return ";".join([self.place, *parts]) if parts else self.place

    def __bool__(self) -> bool:
        return self != JoinSource()


def _of_before(place: str, old: str) -> str:
    """What stood after the colon, as a part of today's text."""
    return f"{place if place in {'story', 'letter'} else 'campaign'}={old}"


def arrival_of(campaign: str) -> str:
    """Return the campaign of an address as it is kept: small Latin letters, digits, "-" and "_", at most 40 of them.

    "" when none of it can be written so.

    >>> arrival_of("Spring mail, 2026")
    'spring-mail-2026'
    """
    return _OTHER_LETTERS.sub("-", campaign.lower()).strip("-_")[:40].rstrip("-_")


def place_of(text: str) -> str:
    """Return the place alone, of a text of any age."""
    return re.split("[:;]", text, maxsplit=1)[0]
