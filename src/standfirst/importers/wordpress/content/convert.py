"""Content of a post in, body blocks out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from standfirst.importers.wordpress.content import lists  # noqa: F401 - registers its elements
from standfirst.importers.wordpress.content.blockmarkup import has_blocks, read_blocks
from standfirst.importers.wordpress.content.blocks import convert_blocks, notes_of
from standfirst.importers.wordpress.content.classic import convert_classic
from standfirst.importers.wordpress.content.flow import Flow
from standfirst.importers.wordpress.content.markup import hazards
from standfirst.importers.wordpress.content.values import Block, Remark, Sources, without_small_marks


@dataclass(frozen=True, slots=True)
class Converted:
    """The blocks of a text as a StreamField stores them, its footnotes (identifier, HTML), and what to say about it."""

    blocks: list[Block]
    footnotes: list[tuple[str, str]]
    remarks: list[Remark]
    own_links: bool
    """Whether links to the old site are in it, which are rewritten once everything is here."""


def convert(content: str, sources: Sources, *, name: str, footnotes: str = "") -> Converted:
    """Convert `content`, classic or of the block editor.

    Args:
        content: as the export has it.
        sources: looks up files, reusable blocks and addresses.
        name: names the story; blocks get identifiers made from it, the same in every run.
        footnotes: the custom field of that name (JSON).
    """
    flow = Flow(sources)
    flow.remarks += hazards(content)
    if has_blocks(content):
        convert_blocks(flow, read_blocks(content))
    else:
        convert_classic(flow, content)
    notes = [(number, _note(text, sources)) for number, text in notes_of(footnotes)]
    used = [(number, text) for number, text in dict(notes).items() if text]
    for number, entry in enumerate(flow.blocks):
        _identify(entry, f"{name}/{number}")
    return Converted(flow.blocks, used, list(dict.fromkeys(flow.remarks)), flow.own_links)


def _note(text: str, sources: Sources) -> str:
    """The text of a footnote; notes hold bold, italic and links only."""
    part = Flow(sources)
    part.markup(text)
    return "".join(without_small_marks(entry["value"]) for entry in part.blocks if entry["type"] == "paragraph")


def _identify(entry: dict[str, Any], name: str) -> None:
    """Give a block and the entries of the list it holds identifiers that are the same in every run."""
    entry["id"] = str(uuid5(NAMESPACE_URL, name))
    value = entry["value"]
    for key in ("items", "pictures"):
        if isinstance(value, dict) and isinstance(value.get(key), list):
            for number, item in enumerate(value[key]):
                item["id"] = str(uuid5(NAMESPACE_URL, f"{name}/{number}"))
