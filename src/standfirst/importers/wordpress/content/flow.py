"""Walks through HTML and cuts it into body blocks: the heart of the converter, for classic text and for blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from standfirst.importers.wordpress.content import values
from standfirst.importers.wordpress.content.embeds import bare_address, is_embeddable
from standfirst.importers.wordpress.content.markup import safe_tree, source_of
from standfirst.importers.wordpress.content.values import Block, Remark, Sources

MAX_DEPTH = 80
"""Deeper markup keeps its text and loses its marks: Python's stack is bounded, and so is any reader's patience."""
MARKS = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup", "sub": "sub", "s": "s", "del": "s", "strike": "s"}
_CONTAINERS = """
p div section article header footer main aside center address figcaption hgroup nav caption summary dl dt dd fieldset
legend tbody thead tfoot tr td th
"""
CONTAINERS = frozenset(_CONTAINERS.split())
_BLANK_LINES = re.compile(r"\n[ \t\r]*\n\s*")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_EDGES = re.compile(r"^(?:\s|<br/>)+|(?:\s|<br/>)+$")
_BREAKS = re.compile(r" *<br/> *")
_EMPTY_MARK = re.compile(r"<(b|i|s|sup|sub)>\s*</\1>")

Handler = Callable[["Flow", Any], None]
HANDLERS: dict[str, Handler] = {}
"""Elements that become blocks of their own; the modules beside this one fill it."""


def handles(*tags: str) -> Callable[[Handler], Handler]:
    """Register a function as the one that turns these elements into blocks."""

    def register(handler: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(tags, handler))
        return handler

    return register


class Flow:
    """Collects blocks while it walks. `classic` text has its paragraphs in blank lines, as WordPress' editor had it."""

    def __init__(self, sources: Sources, *, classic: bool = False, hint: str = "") -> None:
        self.sources = sources
        self.classic = classic
        self.hint = hint
        """Number of the picture that the surrounding block names."""
        self.blocks: list[Block] = []
        self.remarks: list[Remark] = []
        self.placed: list[Callable[[Flow], None]] = []
        """What stands behind each `<wpx>` placeholder."""
        self.own_links = False
        self._pieces: list[str] = []
        self._marks: list[tuple[str, str]] = []
        self._depth = 0

    def markup(self, source: str) -> None:
        """Convert `source` and add its blocks."""
        self.walk(safe_tree(source))
        self.flush()

    def inside(self, element: Any) -> Flow:
        """Convert what `element` holds on its own, for example a table's cell. Remarks and links count here too."""
        part = Flow(self.sources, classic=self.classic, hint=self.hint)
        part.placed, part._depth = self.placed, self._depth + 1
        part.walk(element)
        part.flush()
        self.remarks += part.remarks
        self.own_links = self.own_links or part.own_links
        return part

    def remark(self, code: str, detail: str = "") -> None:
        self.remarks.append(Remark(code, detail[:300]))

    def add(self, block: Block) -> None:
        """Close the running paragraph and add `block`."""
        self.flush()
        self.blocks.append(block)

    def keep(self, name: str, source: str) -> None:
        """Keep what no block can hold, for editors to see."""
        self.add(values.unconverted(name, source))
        self.remark("unconverted", name)

    def walk(self, element: Any) -> None:
        """Take in the text and the children of `element`."""
        if self._depth > MAX_DEPTH:
            self.text("".join(element.itertext()))
            self.remark("flattened", "markup nested too deeply")
            return
        self._depth += 1
        self.text(element.text)
        for child in element:
            self.child(child)
            self.text(child.tail)
        self._depth -= 1

    def child(self, element: Any) -> None:
        tag = element.tag
        handler = HANDLERS.get(tag)
        if handler is not None:
            handler(self, element)
        elif tag in CONTAINERS:
            self.flush()
            self.walk(element)
            self.flush()
        elif tag in MARKS:
            self.marked(MARKS[tag], element)
        elif tag == "br":
            self._pieces.append("<br/>")
        else:
            self.walk(element)

    def marked(self, mark: str, element: Any, opening: str = "") -> None:
        """Take in `element` with the mark on every piece of text in it, also when a block stands in between."""
        if any(name == mark for name, _opening in self._marks):
            self.walk(element)
            return
        self._marks.append((mark, opening or f"<{mark}>"))
        self._pieces.append(self._marks[-1][1])
        self.walk(element)
        self._pieces.append(f"</{mark}>")
        self._marks.pop()

    def text(self, text: str | None) -> None:
        """Take in plain text; in classic text a blank line ends the paragraph and a single one breaks the line."""
        if not text:
            return
        if not self.classic:
            self._pieces.append(values.escaped(_SPACES.sub(" ", text)))
            return
        for number, part in enumerate(_BLANK_LINES.split(text)):
            if number:
                self.flush()
            broken = "<br/>" in self._pieces[-1:]
            lines = part.lstrip("\n\r ").split("\n") if broken else part.split("\n")
            self._pieces.append("<br/>".join(values.escaped(_SPACES.sub(" ", line)) for line in lines))

    def inline(self, markup: str) -> None:
        """Add finished inline markup to the running paragraph."""
        self._pieces.append(markup)

    def flush(self) -> None:
        """End the running paragraph. Open marks are closed here and opened again behind it."""
        if not self._pieces:
            return
        closing = "".join(f"</{mark}>" for mark, _opening in reversed(self._marks))
        text = "".join(self._pieces) + closing
        self._pieces = [opening for _mark, opening in self._marks]
        if values.is_visible(text):
            self._paragraph(tidy(text))

    def _paragraph(self, markup: str) -> None:
        address = bare_address(markup)
        if address and is_embeddable(address) and not self.sources.is_own(address):
            self.blocks.append(values.embed(address))
        else:
            self.blocks.append(values.paragraph(markup))


def tidy(markup: str) -> str:
    """`markup` without empty marks and without breaks and spaces at its edges."""
    markup = markup.strip()
    if "<" not in markup:
        return markup
    before = None
    while before != markup:
        before = markup
        markup = _EMPTY_MARK.sub("", markup)
    return _EDGES.sub("", _BREAKS.sub("<br/>", markup)) if "<br/>" in markup else markup.strip()


@handles("a")
def link(flow: Flow, element: Any) -> None:
    """A link, when it leads somewhere a reader may go; its text stays in any case."""
    address = flow.sources.absolute((element.get("href") or "").strip())
    if not values.allowed_link(address) or any(mark == "a" for mark, _opening in flow._marks):
        flow.walk(element)
        return
    if flow.sources.is_own(address):
        flow.own_links = True
    flow.marked("a", element, f'<a href="{values.quoted(address)}">')


@handles("q")
def short_quotation(flow: Flow, element: Any) -> None:
    flow.inline("“")
    flow.walk(element)
    flow.inline("”")


@handles("sup")
def superscript(flow: Flow, element: Any) -> None:
    """A superscript, or a reference to a footnote of the block editor."""
    note = element.get("data-fn")
    if note and re.fullmatch(r"[0-9a-f]{8}-[0-9a-f-]{27}", note):
        flow.inline(f'<footnote id="{note}">[{note[:6]}]</footnote>')
    else:
        flow.marked("sup", element)


@handles("wpx")
def placeholder(flow: Flow, element: Any) -> None:
    """What a shortcode or a line with nothing but an address left behind."""
    number = element.get("data-n", "")
    if number.isdecimal() and int(number) < len(flow.placed):
        flow.flush()
        flow.placed[int(number)](flow)
    flow.walk(element)


@handles("h1", "h2", "h3", "h4", "h5", "h6")
def heading(flow: Flow, element: Any) -> None:
    """A heading; pictures inside follow it."""
    part = flow.inside(element)
    text = " ".join(values.plain(entry["value"]) for entry in part.blocks if entry["type"] == "paragraph")
    if text:
        level = int(element.tag[1])
        flow.add(values.heading(text, level if level > 1 else 2))
    for entry in part.blocks:
        if entry["type"] != "paragraph":
            flow.add(entry)


@handles("hr")
def divider(flow: Flow, element: Any) -> None:
    flow.add(values.block("divider", None))


@handles("pre", "xmp", "listing", "plaintext")
def preformatted(flow: Flow, element: Any) -> None:
    """Code and other text whose spaces count; verse keeps its lines as a paragraph."""
    if "wp-block-verse" in (element.get("class") or ""):
        flow.flush()
        verse = Flow(flow.sources, classic=True)
        verse.walk(element)
        verse.flush()
        for entry in verse.blocks:
            flow.add(entry)
        return
    text = "".join(element.itertext())
    if text.strip():
        code = element.find("code") is not None
        body = values.escaped(text)
        flow.add(values.block("html", f"<pre><code>{body}</code></pre>" if code else f"<pre>{body}</pre>"))


@handles("script", "style", "param", "source", "track", "colgroup", "col", "map", "input", "button", "wbr", "rp")
def silent(flow: Flow, element: Any) -> None:
    """Nothing readers see by itself; text in it stays."""
    if element.tag in ("input", "button"):
        flow.keep(element.tag, source_of(element))
    else:
        flow.walk(element)


@handles("form", "object", "embed", "svg", "canvas", "math", "template", "select", "textarea")
def foreign(flow: Flow, element: Any) -> None:
    """Kept whole: no block can hold it."""
    flow.keep(element.tag, source_of(element))
