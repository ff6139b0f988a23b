"""The plain markup of the content files, parsed into blocks and into rich text. See docs/reference/demo.md."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from standfirst.demo.errors import ContentError

FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "quote": ({"text"}, {"attribution", "source_url"}),
    "pull_quote": ({"text"}, {"attribution"}),
    "picture": ({"picture"}, {"caption", "credit", "alt", "width"}),
    "gallery": ({"pictures"}, {"title"}),
    "teaser": ({"story"}, set()),
    "appeal": (set(), {"title", "text"}),
    "fact_box": ({"title", "text"}, set()),
    "list": ({"items"}, {"ordered"}),
    "table": ({"header", "rows"}, {"caption", "kinds", "source"}),
    "timeline": ({"events"}, {"title"}),
    "embed": ({"url"}, {"title", "caption", "poster"}),
    "audio": ({"file"}, {"title", "caption", "transcript"}),
    "document": ({"document"}, {"title"}),
    "divider": (set(), set()),
    "preview_end": (set(), set()),
}
"""Kinds of fenced blocks: the keys they must have, and those they may have."""

_HEADING = re.compile(r"(#{2,4}) (.+)")
_FENCE = re.compile(r"::: ?(\w+)")
_FOOTNOTE = re.compile(r"\[\^(\w+)\]: (.+)")
_INLINE = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|\*(?P<italic>[^*\s][^*]*?)\*|\[\^(?P<note>\w+)\]|\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)\)"
)


@dataclass(frozen=True)
class Block:
    """One block of a text: its kind, what stands in it, and the line of the file on which it begins."""

    kind: str
    value: dict[str, Any]
    line: int


@dataclass
class Body:
    """A parsed text. `footnotes` maps the marks used in the text to the notes' texts."""

    blocks: list[Block] = field(default_factory=list)
    footnotes: dict[str, str] = field(default_factory=dict)


def parse_body(lines: list[str], first_line: int, path: Path) -> Body:
    """Parse the text of a content file.

    Args:
        lines: the lines below the front matter.
        first_line: number of the first of them in the file, counted from 1.
        path: the file, for messages.

    Raises:
        ContentError: a fence is not closed, its kind unknown or its fields wrong, or a footnote is missing.
    """
    body = Body()
    numbered = iter(enumerate(lines, first_line))
    paragraph: list[str] = []
    begin = first_line
    for number, line in numbered:
        if fence := _FENCE.fullmatch(line.strip()):
            _flush(body, paragraph, begin)
            body.blocks.append(_fenced(fence[1], number, numbered, path))
        elif heading := _HEADING.fullmatch(line):
            _flush(body, paragraph, begin)
            body.blocks.append(Block("heading", {"text": heading[2], "level": str(len(heading[1]))}, number))
        elif note := _FOOTNOTE.fullmatch(line):
            body.footnotes[note[1]] = note[2]
        elif line.strip():
            begin = begin if paragraph else number
            paragraph.append(line.strip())
        else:
            _flush(body, paragraph, begin)
    _flush(body, paragraph, begin)
    _check_footnotes(body, path)
    return body


def _flush(body: Body, paragraph: list[str], line: int) -> None:
    if paragraph:
        body.blocks.append(Block("paragraph", {"text": " ".join(paragraph)}, line))
        paragraph.clear()


def _fenced(kind: str, begin: int, numbered: Iterator[tuple[int, str]], path: Path) -> Block:
    if kind not in FIELDS:
        raise ContentError(path, begin, f"“{kind}” is no kind of block; there are {', '.join(sorted(FIELDS))}.")
    inside: list[str] = []
    for _number, line in numbered:
        if line.strip() == ":::":
            return Block(kind, _fields(kind, "\n".join(inside), begin, path), begin)
        inside.append(line)
    raise ContentError(path, begin, f"the block “{kind}” is not closed: put ::: on a line of its own.")


def _fields(kind: str, text: str, begin: int, path: Path) -> dict[str, Any]:
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(path, begin, f"the block “{kind}” is not valid TOML: {error}.") from error
    needed, allowed = FIELDS[kind]
    if missing := needed - value.keys():
        raise ContentError(path, begin, f"the block “{kind}” lacks {', '.join(sorted(missing))}.")
    if surplus := value.keys() - needed - allowed:
        raise ContentError(path, begin, f"the block “{kind}” has no field {', '.join(sorted(surplus))}.")
    return value


def _check_footnotes(body: Body, path: Path) -> None:
    for block in body.blocks:
        for mark in re.findall(r"\[\^(\w+)\]", str(block.value.get("text", ""))):
            if mark not in body.footnotes:
                raise ContentError(path, block.line, f"the footnote [^{mark}] has no text.")


def rich_text(text: str, link: Callable[[str], str], note: Callable[[str], str]) -> str:
    """Return `text` as Wagtail's rich text.

    Args:
        link: from a link's target to the attributes of its `a` element.
        note: from a footnote's mark to its `footnote` element.
    """

    def replace(match: re.Match[str]) -> str:
        if match["bold"]:
            return f"<b>{inline(match['bold'])}</b>"
        if match["italic"]:
            return f"<i>{inline(match['italic'])}</i>"
        if match["note"]:
            return note(match["note"])
        return f"<a {link(match['target'])}>{inline(match['text'])}</a>"

    def inline(part: str) -> str:
        pieces, end = [], 0
        for match in _INLINE.finditer(part):
            pieces += [escape(part[end : match.start()], quote=False), replace(match)]
            end = match.end()
        return "".join([*pieces, escape(part[end:], quote=False)])

    return inline(text)


def words_of(body: Body) -> int:
    """Count the words that a reader finds in `body`."""
    return sum(len(text.split()) for block in body.blocks for text in _texts(block.value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
