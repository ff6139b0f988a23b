"""What a mail says: the newsroom's own words, else the built-in ones, with what is filled in; as text and as HTML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from standfirst.kit.money import Money
from standfirst.membership.mail_words import allowed, examples
from standfirst.membership.models import MailText
from standfirst.theme import language as writing

FOLDER = Path(__file__).resolve().parent / "mails"
FALLBACK = "en"
BUTTON = 40
"""Characters of an address that a button shows: a signed link would fill half the screen of a phone."""
_WORD = re.compile(r"\{([a-z_]*)\}")
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Written:
    """A mail as it goes out."""

    subject: str
    text: str
    html: str


def words_in(text: str) -> frozenset[str]:
    """Return the words in braces."""
    return frozenset(_WORD.findall(text))


def unknown_words(kind: str, text: str) -> list[str]:
    """Return the words in braces that nothing is ever filled in for in a mail of `kind`."""
    return sorted(words_in(text) - allowed(kind))


@cache
def built_in(language: str) -> dict[str, dict[str, str]]:
    """Return subject and text of each kind in `language`, in English where the house has none."""
    file = FOLDER / f"{language}.toml"
    return tomllib.loads((file if file.exists() else FOLDER / f"{FALLBACK}.toml").read_text(encoding="utf-8"))


def wording(kind: str, language: str) -> tuple[str, str]:
    """Return subject and text of `kind` in `language` (BCP 47), the newsroom's own before the built-in ones."""
    short = language.partition("-")[0]
    own = MailText.objects.filter(kind=kind, language__in={language, short}).order_by("-language").first()
    if own is not None:
        return own.subject, own.text
    found = built_in(short)[kind]
    return found["subject"], found["text"]


def plain(value: Any, language: str) -> str:
    """Return `value` as `language` writes it: amounts, dates, and what is text already."""
    with translation.override(language.partition("-")[0]):
        match value:
            case Money():
                return value.format(language)
            case datetime():
                return writing.day(timezone.localtime(value))
            case date():
                return writing.day(value)
            case None:
                return ""
            case _:
                return str(value)


def write(kind: str, language: str, words: Mapping[str, str]) -> Written:
    """Return the mail `kind` in `language`, with `words` filled in."""
    subject, text = wording(kind, language)
    return fill(subject, text, language, words)


def fill(subject: str, text: str, language: str, words: Mapping[str, str]) -> Written:
    """Return a mail of this wording; a line whose words in braces are all empty is left out."""
    lines = [_filled(line, words) for line in text.strip().splitlines() if not _says_nothing(line, words)]
    filled = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
    html = render_to_string(
        "membership/mail.html",
        {
            "language": language,
            "is_rtl": language.partition("-")[0] in settings.LANGUAGES_BIDI,  # Django's own table has Azerbaijani wrong
            "newsroom": words.get("newsroom", ""),
            "paragraphs": [_parts(paragraph) for paragraph in filled.strip().split("\n\n")],
        },
    )
    return Written(" ".join(_filled(subject, words).split()), filled, html)


def _says_nothing(line: str, words: Mapping[str, str]) -> bool:
    named = _WORD.findall(line)
    return bool(named) and not any(words.get(name) for name in named)


def _filled(text: str, words: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: words.get(found[1], ""), text)


def _parts(paragraph: str) -> dict[str, Any]:
    """A paragraph for the HTML: its lines in pieces, each a text or an address; one lone address is a button."""
    address = paragraph.strip()
    if not _ADDRESS.fullmatch(address):
        return {"button": "", "lines": [_pieces(line) for line in paragraph.splitlines()]}
    shown = address.partition("://")[2].rstrip("/")
    return {"button": address, "label": shown if len(shown) <= BUTTON else f"{shown[: BUTTON - 1]}…"}


def _pieces(line: str) -> list[dict[str, str]]:
    pieces, end = [], 0
    for found in _ADDRESS.finditer(line):
        pieces += [{"text": line[end : found.start()]}, {"address": found[0]}]
        end = found.end()
    return [*pieces, {"text": line[end:]}]


def preview(kind: str, subject: str, text: str, language: str, *, newsroom: str) -> Written:
    """Return what a mail of `kind` with this wording looks like, with examples filled in: nobody's data."""
    words = {name: plain(value, language) for name, value in examples(kind).items()}
    return fill(subject, text, language, {**words, "newsroom": newsroom})
