"""Reads the block editor's comments (`<!-- wp:name {"key": "value"} -->`) into a tree.

The grammar is described in the block editor's handbook, "Key concepts, Data flow and data format".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

_DELIMITER = re.compile(r"<!--\s+(?P<close>/)?wp:(?P<name>[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?)(?=[\s/{])")
MAX_DEPTH = 60


@dataclass(slots=True)
class Node:
    """One block: its pieces are HTML strings and inner blocks in their order; `source` is the whole as written."""

    name: str
    attributes: dict[str, Any]
    start: int
    pieces: list[str | Node] = field(default_factory=list)
    source: str = ""

    @property
    def inner(self) -> list[Node]:
        return [piece for piece in self.pieces if isinstance(piece, Node)]

    @property
    def html(self) -> str:
        """The HTML of this block and of those inside, without the comments. Nesting is bounded by the reader."""
        return "".join(piece if isinstance(piece, str) else piece.html for piece in self.pieces)


def has_blocks(content: str) -> bool:
    """Whether `content` was written with the block editor."""
    return "<!-- wp:" in content


def read_blocks(content: str) -> list[str | Node]:
    """Return top-level blocks and the HTML between them, in order. What never closes, ends where the text ends."""
    root = Node("", {}, 0)
    stack = [root]
    at = 0
    while match := _DELIMITER.search(content, at):
        end = content.find("-->", match.end())
        if end < 0:
            break
        _add_html(stack[-1], content[at : match.start()])
        at = end + 3
        body = content[match.end() : end].strip()
        name = match["name"].removeprefix("core/")
        if match["close"]:
            _close(stack, name, content, at)
            continue
        node = Node(name, _attributes(body.removesuffix("/").strip()), match.start())
        stack[-1].pieces.append(node)
        if body.endswith("/") or len(stack) > MAX_DEPTH:
            node.source = content[match.start() : at]
        else:
            stack.append(node)
    _add_html(stack[-1], content[at:])
    for node in stack[1:]:
        node.source = content[node.start :]
    return root.pieces


def _add_html(node: Node, text: str) -> None:
    if text:
        node.pieces.append(text)


def _close(stack: list[Node], name: str, content: str, at: int) -> None:
    """Close the innermost open block called `name` and those inside it; a stray closing comment says nothing."""
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].name == name:
            for node in stack[depth:]:
                node.source = content[node.start : at]
            del stack[depth:]
            return


def _attributes(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
