"""What a reader asks the search, read from an address: each question has one form, and one address."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from urllib.parse import urlencode

from standfirst.discovery.search.analysis.words import in_usual_forms
from standfirst.discovery.search.finding import LAST_HIT, Query
from standfirst.stories.models.article import StoryType

A_PAGE = 20
LONGEST = 120
"""Characters of a query; whoever pastes a paragraph gets what its beginning finds."""
LONGEST_BEGINNING = 40
"""Characters of what is typed so far; no headline needs more to be told from the others."""
LAST_PAGE = LAST_HIT // A_PAGE
NAMES = ("contributor", "order", "page", "q", "section", "since", "type", "until")
FIRST_YEAR, LAST_YEAR = 1900, 2199
_AZERBAIJANI = str.maketrans({"İ": "i", "I": "ı"})
_EVERYWHERE = str.maketrans({"İ": "i"})
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"') | dict.fromkeys("‘’‚‛ʼ＇", "'"))
_JOINERS = "\u200c\u200d"
"""Persian writes with these inside words; every other invisible sign is left out."""
_EDGES = f" {_JOINERS}"


def plain(language: str, text: str) -> str:
    """Return `text` in the one form in which it is looked for: small letters, plain quotes, single spaces, no marks."""
    text = in_usual_forms(text[: 4 * LONGEST]).translate(_QUOTES)
    text = text.translate(_AZERBAIJANI if language == "az" else _EVERYWHERE).lower()
    kept = (" " if unicodedata.category(sign) in ("Cc", "Zs", "Zl", "Zp") else sign for sign in text if _is_seen(sign))
    return " ".join("".join(kept).split()).strip(_EDGES)


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn") or sign in _JOINERS


@dataclass(frozen=True)
class Question:
    """A search: `text` is plain (see above), `section` and `contributor` are primary keys, `page` counts from 1."""

    text: str = ""
    section: int | None = None
    contributor: int | None = None
    story_type: str = ""
    since: date | None = None
    until: date | None = None
    order: Literal["relevance", "date"] = "relevance"
    page: int = 1

    @classmethod
    def read(cls, language: str, given: Mapping[str, str]) -> Question:
        """Return what `given` asks. What cannot be understood is left out, and without words nothing is asked."""
        text = plain(language, given.get("q", ""))[:LONGEST].strip(_EDGES)
        if not text:
            return cls()
        kind = given.get("type", "")
        return cls(
            text=text,
            section=_number(given.get("section", ""), 10**9),
            contributor=_number(given.get("contributor", ""), 10**9),
            story_type=kind if kind in StoryType.values else "",
            since=_day(given.get("since", "")),
            until=_day(given.get("until", "")),
            order="date" if given.get("order") == "date" else "relevance",
            page=_number(given.get("page", ""), LAST_PAGE) or 1,
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of its address, in their order; what is as usual is left out."""
        found = {
            "contributor": self.contributor,
            "order": self.order if self.order != "relevance" else None,
            "page": self.page if self.page > 1 else None,
            "q": self.text,
            "section": self.section,
            "since": self.since,
            "type": self.story_type,
            "until": self.until,
        }
        return {name: str(value) for name, value in found.items() if value}

    def address(self, **changes: object) -> str:
        """The query string with `changes`, `?` included; a change leads to the first page unless it names another."""
        changed = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type] # names and values of this class
        return f"?{urlencode(changed.parameters)}"

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but words is asked."""
        return bool(self.section or self.contributor or self.story_type or self.since or self.until)

    def widened(self) -> Question:
        """The words alone."""
        return Question(text=self.text)

    def query(self, edition: int, *, size: int) -> Query:
        """What the search is asked for the edition with this primary key."""
        return Query(
            edition_id=edition,
            text=self.text,
            section=self.section,
            contributor=self.contributor,
            story_type=self.story_type,
            since=self.since,
            until=self.until,
            order=self.order,
            page=self.page,
            size=size,
        )


def in_one_form(path: str, given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the parameters under which the answer to a search is kept."""
    return Question.read(_language(path), given).parameters


def beginning(path: str, given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the parameters under which suggestions are kept: what was typed so far."""
    text = plain(_language(path), given.get("q", ""))[:LONGEST_BEGINNING].strip(_EDGES)
    return {"q": text} if text else {}


def _language(path: str) -> str:
    return path.lstrip("/").partition("/")[0]


def _number(text: str, most: int) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    return number if 0 < number <= most else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
