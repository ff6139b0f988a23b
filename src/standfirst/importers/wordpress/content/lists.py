"""Lists, quotations and tables."""

from __future__ import annotations

from typing import Any

from standfirst.importers.wordpress.content import values
from standfirst.importers.wordpress.content.figures import holds_only_pictures, show_gallery
from standfirst.importers.wordpress.content.flow import Flow, handles
from standfirst.importers.wordpress.content.values import Block

_TABLE_LIMIT = 60
"""Columns and rows that one cell may span at most; more is a mistake or an attack."""


@handles("ul", "ol", "menu", "dir")
def listing(flow: Flow, element: Any) -> None:
    """A list. Entries of lists inside it become lines of their entry, each after a dash."""
    if "gallery" in (element.get("class") or "") and holds_only_pictures(element):
        show_gallery(flow, element)
        return
    entries, others = _entries(flow, element)
    if entries:
        flow.add(values.block("list", {"ordered": element.tag == "ol", "items": values.items(entries)}))
    for other in others:
        flow.add(other)


def _entries(flow: Flow, element: Any) -> tuple[list[str], list[Block]]:
    entries: list[str] = []
    others: list[Block] = []
    for part in (flow.inside(child) for child in _parts(element)):
        lines, rest = as_lines(part.blocks)
        if lines:
            entries.append(f"<p>{'<br/>'.join(lines)}</p>")
        others += rest
    return entries, others


def _parts(element: Any) -> list[Any]:
    """The entries of a list; text that stands between entries, against the rules, becomes an entry too."""
    parts: list[Any] = []
    if (element.text or "").strip():
        parts.append(_stray(element.text))
    for child in element:
        parts.append(child if child.tag == "li" else _wrapped(child))
        if (child.tail or "").strip():
            parts.append(_stray(child.tail))
    return parts


def _stray(text: str) -> Any:
    from lxml.html import Element

    element = Element("li")
    element.text = text
    return element


def _wrapped(child: Any) -> Any:
    from copy import copy

    element = _stray("")
    twin = copy(child)
    twin.tail = None
    element.append(twin)
    return element


def as_lines(blocks: list[Block]) -> tuple[list[str], list[Block]]:
    """Part `blocks` into lines of inline markup and blocks that no line can hold."""
    lines: list[str] = []
    others: list[Block] = []
    for entry in blocks:
        value = entry["value"]
        if entry["type"] == "paragraph":
            lines.append(values.without_small_marks(inline_of(value)))
        elif entry["type"] == "list":
            for number, item in enumerate(value["items"], 1):
                sign = f"{number}. " if value["ordered"] else "– "
                lines.append(sign + inline_of(item["value"]).replace("<br/>", "<br/>– "))
        elif entry["type"] == "heading":
            lines.append(f"<b>{values.escaped(value['text'])}</b>")
        else:
            others.append(entry)
    return lines, others


def inline_of(markup: str) -> str:
    """The inside of a text that is one paragraph."""
    return markup.removeprefix("<p>").removesuffix("</p>")


@handles("blockquote")
def quotation(flow: Flow, element: Any) -> None:
    """A quotation with its attribution, or the copy of a post that another site's script would replace."""
    if _social(flow, element):
        return
    attribution = _take_attribution(flow, element)
    part = flow.inside(element)
    lines, others = as_lines(part.blocks)
    address = (element.get("cite") or "").strip()
    if lines:
        text = "".join(f"<p>{line}</p>" for line in lines)
        flow.add(
            values.quote(
                text, attribution[:255], address if values.allowed_link(address) and address.startswith("http") else ""
            )
        )
        attribution = attribution if len(attribution) > 255 else ""
    for other in others:
        flow.add(other)
    if attribution:
        flow.add(values.paragraph(values.escaped(attribution)))


def _take_attribution(flow: Flow, element: Any) -> str:
    found = []
    for cite in list(element.iter("cite", "footer")):
        parent = cite.getparent()
        if parent is None or any(around.tag in ("cite", "footer") for around in cite.iterancestors()):
            continue
        found.append(values.plain(" ".join(_texts(flow, cite))))
        _drop(cite, parent)
    return ", ".join(filter(None, found))


def _texts(flow: Flow, element: Any) -> list[str]:
    part = flow.inside(element)
    lines, others = as_lines(part.blocks)
    for other in others:
        flow.add(other)
    return lines


def _drop(element: Any, parent: Any) -> None:
    """Remove `element` and leave the text behind it."""
    element.drop_tree() if hasattr(element, "drop_tree") else parent.remove(element)


def _social(flow: Flow, element: Any) -> bool:
    """Turn the quotation that Twitter, Instagram or TikTok hand out into an embed."""
    classes = element.get("class") or ""
    address = element.get("data-instgrm-permalink") or element.get("cite") or ""
    if "twitter-tweet" in classes or "twitter-video" in classes:
        links = [link.get("href") or "" for link in element.iter("a")]
        address = next((link for link in reversed(links) if "/status/" in link), "")
    elif not ("instagram-media" in classes or "tiktok-embed" in classes):
        return False
    if not address.startswith("http"):
        return False
    flow.add(values.embed(address, caption=values.collapsed("".join(element.itertext()))[:255]))
    return True


@handles("table")
def table(flow: Flow, element: Any) -> None:
    """A table; the first row becomes the column headings when WordPress marked it as such."""
    caption = next(element.iter("caption"), None)
    words = values.collapsed("".join(caption.itertext())) if caption is not None else ""
    rows, others = _rows(flow, element)
    width = max((len(row) for row in rows), default=0)
    if width:
        headed = _is_headed(element)
        head = rows.pop(0) if headed else []
        grid = {**_grid(head, rows, width), "caption": words[:255]}
        flow.add(values.block("table", {"table": grid, "source": ""}))
        if len(words) > 255:
            flow.add(values.paragraph(values.escaped(words)))
    for other in others:
        flow.add(other)


def _is_headed(element: Any) -> bool:
    first = next(element.iter("tr"), None)
    if first is None:
        return False
    parent = first.getparent()
    cells = [cell.tag for cell in first if cell.tag in ("td", "th")]
    return (parent is not None and parent.tag == "thead") or (len(cells) > 1 and set(cells) == {"th"})


def _grid(head: list[str], rows: list[list[str]], width: int) -> dict[str, Any]:
    """The stored form of a typed table: a column with marks or links holds rich text, any other plain text."""
    rich = [any("<" in row[at] for row in rows if at < len(row)) for at in range(width)]
    columns = [
        {"type": "rich_text" if rich[at] else "text", "heading": values.plain(head[at]) if at < len(head) else ""}
        for at in range(width)
    ]
    grid = []
    for row in rows:
        cells = row + [""] * (width - len(row))
        grid.append({"values": [_cell(cell, rich[at]) for at, cell in enumerate(cells)]})
    return {"columns": columns, "rows": grid, "caption": ""}


def _cell(markup: str, rich: bool) -> str:
    if rich:
        return f"<p>{markup}</p>" if markup else ""
    return values.plain(markup)


def _rows(flow: Flow, element: Any) -> tuple[list[list[str]], list[Block]]:
    rows: list[list[str]] = []
    others: list[Block] = []
    for row in element.iter("tr"):
        if next(row.iterancestors("table"), None) is not element:
            continue
        cells: list[str] = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            lines, rest = as_lines(flow.inside(cell).blocks)
            cells += ["<br/>".join(lines)] + [""] * (_span(cell) - 1)
            others += rest
        rows.append(cells)
    if any(cell.get("rowspan") or cell.get("colspan") for cell in element.iter("td", "th")):
        flow.remark("table_span", "a table's joined cells were parted")
    return rows, others


def _span(cell: Any) -> int:
    text = cell.get("colspan") or "1"
    return min(int(text), _TABLE_LIMIT) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) else 1


@handles("details")
def fact_box(flow: Flow, element: Any) -> None:
    """A part that opens on demand becomes a fact box, when its content fits one."""
    summary = element.find("summary")
    title = values.collapsed("".join(summary.itertext())) if summary is not None else ""
    if summary is not None:
        _drop(summary, element)
    part = flow.inside(element)
    body, others = _box_text(part.blocks)
    if title and body:
        flow.add(values.block("fact_box", {"title": title[:255], "text": body}))
    elif title or body:
        flow.add(
            values.paragraph(values.escaped(title)) if title else values.block("fact_box", {"title": "–", "text": body})
        )
    for other in others:
        flow.add(other)


def _box_text(blocks: list[Block]) -> tuple[str, list[Block]]:
    text, others = [], []
    for entry in blocks:
        value = entry["value"]
        if entry["type"] == "list":
            tag = "ol" if value["ordered"] else "ul"
            inner = "".join(f"<li>{inline_of(item['value'])}</li>" for item in value["items"])
            text.append(f"<{tag}>{inner}</{tag}>")
            continue
        lines, rest = as_lines([entry])
        text += [f"<p>{line}</p>" for line in lines]
        others += rest
    return "".join(text), others
