"""Finds WordPress shortcodes (`[name key="value"]…[/name]`) and puts placeholders in their place.

How WordPress reads them: developer.wordpress.org, Plugin Handbook, Shortcodes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

KNOWN = frozenset({"caption", "wp_caption", "gallery", "embed", "audio", "video", "playlist"})
# Wrappers of page builders: they only lay out, so what they hold is the content.
_LAYOUT = re.compile(
    r"^(?:vc_(?:row|column|section)\w*|et_pb_(?:section|row|column|text)\w*|fusion_builder_\w+|fusion_text|av_\w*(?:one|"
    r"two|three)\w*|rows?|columns?|col|one_(?:half|third|fourth|fifth|sixth)\w*|two_thirds?\w*|three_fourths?\w*)$"
)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s'"\]]+))|"([^"]*)"|(\S+)""")
_OPEN = re.compile(
    r"\[(?P<escape>\[)?(?P<close>/)?(?P<name>[a-zA-Z][\w-]*)"
    r"(?P<attributes>(?:\s+(?:[^\[\]\"']|\"[^\"]{0,3000}\"|'[^']{0,3000}')*)?)"
    r"(?P<selfclosed>/)?\](?(escape)\])"
)
_CURLY = str.maketrans({"“": '"', "”": '"', "″": '"', "‘": "'", "’": "'", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Shortcode:
    """One shortcode: its attributes (positional ones under "0", "1", …), what it encloses and its source."""

    name: str
    attributes: dict[str, str]
    content: str
    source: str


def attributes_of(text: str) -> dict[str, str]:
    """Parse the attributes of a shortcode; typographic quotes that an editor put there count as straight ones."""
    found: dict[str, str] = {}
    position = 0
    for name, double, single, bare, quoted_value, value in _ATTRIBUTE.findall(text.translate(_CURLY)):
        if name:
            found[name.lower()] = double or single or bare
        elif quoted_value or value:
            found[str(position)] = quoted_value or value
            position += 1
    return found


def replace(text: str, place: Callable[[Shortcode], str]) -> str:
    """Return `text` with each shortcode replaced by what `place` returns for it.

    A bracket counts as a shortcode when WordPress knows its name, when it has `key=value` attributes, when it is
    closed further on, or when its name has an underscore; `[sic]` and `[1]` stay text. `[[name]]` is an escaped one
    and becomes `[name]`.
    """
    pieces: list[str] = []
    unclosed: set[str] = set()
    at = 0
    while match := _OPEN.search(text, at):
        pieces.append(text[at : match.start()])
        piece, at = _one(text, match, place, unclosed)
        pieces.append(piece)
    pieces.append(text[at:])
    return "".join(pieces)


def _one(text: str, match: re.Match[str], place: Callable[[Shortcode], str], unclosed: set[str]) -> tuple[str, int]:
    """Return what stands for the shortcode at `match` and where to go on. `unclosed` spares looking twice."""
    name = match["name"].lower()
    if match["escape"]:
        return match.group()[1:-1], match.end()
    if match["close"]:
        return ("\n\n" if _LAYOUT.match(name) else match.group()), match.end()
    if _LAYOUT.match(name):
        return "\n\n", match.end()
    attributes = attributes_of(match["attributes"])
    closing = f"[/{match['name']}]"
    end = -1 if match["selfclosed"] or name in unclosed else text.find(closing, match.end())
    if end >= 0:
        source = text[match.start() : end + len(closing)]
        return place(Shortcode(name, attributes, text[match.end() : end], source)), end + len(closing)
    unclosed.add(name)
    if name in KNOWN or "_" in name or any(not key.isdigit() for key in attributes):
        return place(Shortcode(name, attributes, "", match.group())), match.end()
    return match.group(), match.end()
