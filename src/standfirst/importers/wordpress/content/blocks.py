"""The block editor's blocks, each turned into body blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from standfirst.importers.wordpress.content import values
from standfirst.importers.wordpress.content.blockmarkup import Node, read_blocks
from standfirst.importers.wordpress.content.classic import convert_classic, place_shortcode
from standfirst.importers.wordpress.content.embeds import is_embeddable
from standfirst.importers.wordpress.content.figures import show_file
from standfirst.importers.wordpress.content.flow import Flow
from standfirst.importers.wordpress.content.markup import hazards, safe_tree, source_of
from standfirst.importers.wordpress.content.shortcodes import replace

MAX_REUSE = 5
"""How deep reusable blocks may hold each other; deeper ones hold themselves."""
# Their saved HTML says everything, so neighbours are converted in one go.
_STATIC = """
paragraph heading list list-item quote table image separator audio video preformatted verse code missing subhead
text-columns math
"""
STATIC = frozenset(_STATIC.split())
# They only lay out what they hold.
_LAYOUT = "group columns column cover media-text buttons button row stack grid section"
LAYOUT = frozenset(_LAYOUT.split())
# They mark a place or leave a gap and show nothing of their own.
MARKERS = frozenset({"more", "spacer"})
# What they show is computed by the old site (lists, forms, parts of its design): inner markup is a template, not text.
_COMPUTED = """
query post-template comments comment-template comments-query-loop navigation latest-posts latest-comments social-links
loginout template-part query-no-results query-pagination
"""
COMPUTED = frozenset(_COMPUTED.split())

BlockHandler = Callable[[Flow, Node, int], None]


def convert_blocks(flow: Flow, pieces: list[str | Node], reuse: int = 0) -> None:
    """Convert top-level or inner pieces in order; `reuse` counts reusable blocks around them."""
    static: list[str] = []
    for piece in pieces:
        if isinstance(piece, Node) and piece.name in STATIC and not _needs_hint(piece):
            static.append(piece.html)
            continue
        if isinstance(piece, str) and not piece.strip():
            continue
        _flush_static(flow, static)
        if isinstance(piece, str):
            convert_classic(flow, piece)
        else:
            convert_block(flow, piece, reuse)
    _flush_static(flow, static)


def _needs_hint(node: Node) -> bool:
    """Whether only the comment, not the HTML, says which file is meant."""
    return node.name in ("audio", "video") or (node.name == "image" and "wp-image-" not in node.html)


def _flush_static(flow: Flow, static: list[str]) -> None:
    if static:
        flow.markup("".join(static))
        static.clear()


def convert_block(flow: Flow, node: Node, reuse: int) -> None:
    """Convert one block."""
    handler = _HANDLERS.get(node.name)
    if handler is not None:
        handler(flow, node, reuse)
    elif node.name in STATIC:
        flow.hint = str(node.attributes.get("id") or "")
        flow.markup(node.html)
        flow.hint = ""
    elif node.name in LAYOUT:
        _flatten(flow, node, reuse)
    elif node.name in MARKERS:
        return
    elif node.name.startswith(("core-embed/", "embed")):
        _embed(flow, node, reuse)
    elif node.inner and node.name not in COMPUTED:
        flow.remark("layout", node.name)
        _flatten(flow, node, reuse)
    else:
        flow.keep(node.name, node.source)


def _flatten(flow: Flow, node: Node, reuse: int) -> None:
    """Take a wrapper's content without the wrapper; its own picture or film comes first, as it stands in the HTML."""
    number = node.attributes.get("id") or node.attributes.get("mediaId")
    for piece in node.pieces:
        if isinstance(piece, Node):
            convert_blocks(flow, [piece], reuse)
        elif piece.strip():
            flow.hint = str(number or "")
            flow.markup(piece)
            flow.hint = ""


def _gallery(flow: Flow, node: Node, reuse: int) -> None:
    """Galleries of both formats end in the same HTML: pictures inside one figure or list."""
    tree = safe_tree(node.html)
    for element in tree:
        if element.find(".//img") is not None and element.tag in ("figure", "ul", "div"):
            element.set("class", "gallery")
    flow.walk(tree)
    flow.flush()


def _embed(flow: Flow, node: Node, reuse: int) -> None:
    address = str(node.attributes.get("url") or "").strip()
    tree = safe_tree(node.html)
    caption = values.collapsed(" ".join("".join(found.itertext()) for found in tree.iter("figcaption")))
    if not (values.allowed_link(address) and address.startswith("http")):
        flow.keep(node.name, node.source)
        return
    own = flow.sources.is_own(address)
    if own or (not is_embeddable(address) and node.attributes.get("providerNameSlug") == "wordpress"):
        flow.own_links = flow.own_links or own
        link = f'<a href="{values.quoted(address)}">{values.escaped(caption or address)}</a>'
        flow.add(values.paragraph(link))
        return
    flow.add(values.embed(address, caption[:255]))
    if len(caption) > 255:
        flow.add(values.paragraph(values.escaped(caption)))


def _pull_quote(flow: Flow, node: Node, reuse: int) -> None:
    tree = safe_tree(node.html)
    cites = list(tree.iter("cite"))
    attribution = values.collapsed(" ".join("".join(cite.itertext()) for cite in cites))
    for cite in cites:
        cite.drop_tree()
    part = flow.inside(tree)
    words = []
    for entry in part.blocks:
        value = entry["value"]
        text = value if isinstance(value, str) else value.get("text", "") if isinstance(value, dict) else ""
        if entry["type"] in ("paragraph", "quote"):
            words.append(values.plain(text.replace("</p><p>", " ")))
        else:
            flow.add(entry)
    if words or attribution:
        text = " ".join(words)
        flow.add(
            values.block("pull_quote", {"text": text or attribution, "attribution": attribution[:255] if text else ""})
        )


def _file(flow: Flow, node: Node, reuse: int) -> None:
    tree = safe_tree(node.html)
    links = [link for link in tree.iter("a") if link.get("href")]
    title = values.collapsed("".join(links[0].itertext())) if links else ""
    address = str(node.attributes.get("href") or (links[0].get("href") if links else ""))
    show_file(flow, str(node.attributes.get("id") or ""), address, title, node.source)


def _reusable(flow: Flow, node: Node, reuse: int) -> None:
    number = str(node.attributes.get("ref") or "")
    content = flow.sources.reusable(number)
    if content is None or reuse >= MAX_REUSE:
        flow.keep(f"reusable block {number}", node.source)
        return
    convert_blocks(flow, read_blocks(content), reuse + 1)


def _html(flow: Flow, node: Node, reuse: int) -> None:
    """Markup by hand: sanitised it stays an HTML block; what sanitising would break is kept for editors."""
    source = "".join(piece if isinstance(piece, str) else piece.source for piece in node.pieces).strip()
    if not source:
        return
    tree = safe_tree(source)
    frames = [frame for frame in tree if frame.tag in ("iframe", "blockquote", "img", "figure", "video", "audio", "p")]
    alone = len(frames) == len(tree) and len(tree) > 0
    if alone and not hazards(source):
        flow.walk(tree)
        flow.flush()
    elif (
        hazards(source)
        or next(tree.iter("iframe", "form", "object", "embed", "svg", "input", "video", "audio"), None) is not None
    ):
        flow.keep("html", source)
    else:
        text = "".join(source_of(child) + values.escaped(child.tail or "") for child in tree)
        flow.add(values.block("html", values.escaped(tree.text or "") + text))


def _shortcode(flow: Flow, node: Node, reuse: int) -> None:
    source = node.html.strip()
    if not source:
        return
    before = len(flow.placed)
    rest = replace(source, lambda code: place_shortcode(flow, code))
    if len(flow.placed) > before:
        convert_classic(flow, rest, ready=True)
    else:
        flow.keep("shortcode", source)


def _classic(flow: Flow, node: Node, reuse: int) -> None:
    convert_classic(flow, node.html)


def _next_page(flow: Flow, node: Node, reuse: int) -> None:
    flow.add(values.block("divider", None))


def _buttons(flow: Flow, node: Node, reuse: int) -> None:
    """Buttons in a row become one paragraph with their links."""
    tree = safe_tree(node.html)
    part = flow.inside(tree)
    lines = [re.sub(r"^<p>|</p>$", "", entry["value"]) for entry in part.blocks if entry["type"] == "paragraph"]
    if lines:
        flow.add(values.paragraph(" · ".join(lines)))
    for entry in part.blocks:
        if entry["type"] != "paragraph":
            flow.add(entry)


def _footnotes(flow: Flow, node: Node, reuse: int) -> None:
    """The list at the foot is made from the notes themselves."""


def _details(flow: Flow, node: Node, reuse: int) -> None:
    flow.markup(node.html)


_HANDLERS: dict[str, BlockHandler] = {
    "gallery": _gallery,
    "pullquote": _pull_quote,
    "file": _file,
    "block": _reusable,
    "html": _html,
    "shortcode": _shortcode,
    "freeform": _classic,
    "classic": _classic,
    "nextpage": _next_page,
    "buttons": _buttons,
    "footnotes": _footnotes,
    "details": _details,
}


def notes_of(meta: str) -> list[tuple[str, str]]:
    """Read the custom field `footnotes` of a post: pairs of identifier and HTML; anything odd is no note."""
    import json

    try:
        entries: Any = json.loads(meta) if meta else []
    except ValueError:
        return []
    if not isinstance(entries, list):
        return []
    pairs = [(str(entry.get("id", "")), str(entry.get("content", ""))) for entry in entries if isinstance(entry, dict)]
    return [(number, text) for number, text in pairs if re.fullmatch(r"[0-9a-f]{8}-[0-9a-f-]{27}", number)]
