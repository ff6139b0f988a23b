"""SQL cut into tokens, as far as dependency keys need it: no grammar, only names, placeholders and brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|--[^\n]*|/\*.*?\*/)
  | (?P<text>[eE]?'(?:[^']|'')*'|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
  | "(?P<quoted>(?:[^"]|"")*)"|`(?P<ticked>[^`]*)`|\[(?P<boxed>[A-Za-z_]\w*)\]
  | (?P<place>%s)
  | (?P<word>\w+)
  | (?P<sign>::|<>|<=|>=|!=|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is `name` (quoted), `word` (lower case as databases fold it; upper in `key`), `place`, `text`, `sign`.

    `depth` counts open brackets around it, `place` is the placeholder's number, `start` and `end` count characters.
    """

    kind: str
    value: str
    key: str
    depth: int
    start: int
    end: int
    place: int = -1

    @property
    def is_name(self) -> bool:
        return self.kind in ("name", "word")


def tokens_of(sql: str) -> list[Token]:
    """Return the tokens of `sql`, whose placeholders are `%s`."""
    found: list[Token] = []
    depth = places = 0
    for match in _TOKEN.finditer(sql):
        kind = match.lastgroup or ""
        if kind == "skip":
            continue
        value = match.group(kind)
        if kind in ("quoted", "ticked", "boxed"):
            found.append(Token("name", value, "", depth, match.start(), match.end()))
        elif kind == "place":
            found.append(Token("place", value, "", depth, match.start(), match.end(), places))
            places += 1
        elif kind == "word":
            found.append(Token("word", value.lower(), value.upper(), depth, match.start(), match.end()))
        elif value == ")":
            depth -= 1
            found.append(Token("sign", value, value, depth, match.start(), match.end()))
        else:
            shown = "text" if kind in ("text", "tag") else "sign"
            found.append(Token(shown, value, "" if shown == "text" else value, depth, match.start(), match.end()))
            depth += value == "("
    return found


def depth_of(tokens: Sequence[Token]) -> int:
    """Return the depth at which `tokens` begin."""
    return tokens[0].depth if tokens else 0


def without_brackets(tokens: Sequence[Token]) -> Sequence[Token]:
    """Take away brackets that stand around all of `tokens`."""
    while len(tokens) > 2 and tokens[0].value == "(" and tokens[-1].value == ")":
        depth = tokens[0].depth
        if any(token.depth == depth for token in tokens[1:-1]):
            break
        tokens = tokens[1:-1]
    return tokens


def split(tokens: Sequence[Token], *words: str) -> list[Sequence[Token]]:
    """Cut `tokens` at each of `words` that stands outside brackets."""
    parts: list[Sequence[Token]] = []
    depth, start = depth_of(tokens), 0
    for index, token in enumerate(tokens):
        if token.depth == depth and token.key in words:
            parts.append(tokens[start:index])
            start = index + 1
    parts.append(tokens[start:])
    return parts
