"""The full text of a story as plain, semantic HTML, for feed readers and other programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe

from standfirst.stories.models import Picture
from standfirst.syndication.library import Library
from standfirst.syndication.markup import sanitised, standalone
from standfirst.syndication.pictures import picture_file

Block = Callable[[Any, Library], str]
NOTHING = SafeString("")


def full_text(blocks: list[dict[str, Any]], library: Library, footnotes: Mapping[str, str]) -> SafeString:
    """Return the body made of `blocks` (as stored) as HTML that stands on its own.

    The appeal and what an import could not convert are left out; embeds become links, so that no third-party host is
    contacted by who reads the feed.
    """
    parts = [BLOCKS[block["type"]](block["value"], library) for block in blocks if block["type"] in BLOCKS]
    return standalone("\n".join(part for part in parts if part), library, footnotes)


def lead_figure(picture: Picture, caption: str, credit: str, alt: str, library: Library) -> SafeString:
    """Return `picture` with its words as a figure, or nothing while no size of it is ready."""
    file = picture_file(picture, library.site)
    if file is None:
        return NOTHING
    words = format_html_join(" ", "{}", ((word,) for word in (caption, credit and f"({credit})") if word))
    return format_html(
        '<figure><img src="{}" alt="{}" width="{}" height="{}">{}</figure>',
        *(file.url, alt, file.width, file.height),
        format_html("<figcaption>{}</figcaption>", words) if words else NOTHING,
    )


def _item(entry: Any) -> Any:
    """Return the value of one entry of a stored list: older ones are stored bare, newer ones with type and id."""
    return entry["value"] if isinstance(entry, dict) and entry.get("type") == "item" else entry


def _trusted(markup: str) -> SafeString:
    """Mark stored rich text as HTML; `standalone` sanitises the whole afterwards."""
    return mark_safe(markup or "")  # noqa: S308 - sanitised in `standalone`


def _paragraph(value: str, library: Library) -> str:
    return _trusted(value)


def _heading(value: dict[str, Any], library: Library) -> str:
    level = value.get("level") if value.get("level") in {"2", "3", "4"} else "2"
    return format_html("<h{}>{}</h{}>", level, value["text"], level)


def _picture(value: dict[str, Any], library: Library) -> str:
    picture = library.pictures.get(value.get("picture") or 0)
    if picture is None:
        return NOTHING
    alt = "" if value.get("decorative") else value.get("alt") or picture.alt_text
    return lead_figure(
        picture, value.get("caption") or picture.caption, value.get("credit") or picture.credit, alt, library
    )


def _gallery(value: dict[str, Any], library: Library) -> str:
    pictures = format_html_join("\n", "{}", ((_picture(_item(entry), library),) for entry in value["pictures"]))
    return format_html("{}{}", _title(value), pictures)


def _title(value: dict[str, Any]) -> SafeString:
    return format_html("<h3>{}</h3>", value["title"]) if value.get("title") else NOTHING


def _attribution(value: dict[str, Any]) -> SafeString:
    words = value.get("attribution") or value.get("source_url")
    if not words:
        return NOTHING
    if value.get("source_url"):
        return format_html('<footer><cite><a href="{}">{}</a></cite></footer>', value["source_url"], words)
    return format_html("<footer><cite>{}</cite></footer>", words)


def _quote(value: dict[str, Any], library: Library) -> str:
    return format_html("<blockquote>{}{}</blockquote>", _trusted(value["text"]), _attribution(value))


def _pull_quote(value: dict[str, Any], library: Library) -> str:
    return format_html(
        "<blockquote>{}{}</blockquote>", _trusted(linebreaks(value["text"], autoescape=True)), _attribution(value)
    )


def _teaser(value: dict[str, Any], library: Library) -> str:
    story = library.stories.get(value.get("story") or 0)
    if story is None:
        return NOTHING
    return format_html('<p><a href="{}">{}</a></p>', library.site.of_path(story.url_path), story.title)


def _fact_box(value: dict[str, Any], library: Library) -> str:
    return format_html("<aside>{}{}</aside>", _title(value), _trusted(value["text"]))


def _list(value: dict[str, Any], library: Library) -> str:
    entries = format_html_join("", "<li>{}</li>", ((_trusted(_item(entry)),) for entry in value["items"]))
    return format_html("<ol>{}</ol>" if value.get("ordered") else "<ul>{}</ul>", entries)


def _table(value: dict[str, Any], library: Library) -> str:
    table = value["table"]
    columns = table["columns"]
    heads = format_html_join("", '<th scope="col">{}</th>', ((column.get("heading") or "",) for column in columns))
    rows = format_html_join(
        "", "<tr>{}</tr>", ((_cells(columns, [_item(cell) for cell in row["values"]]),) for row in table["rows"])
    )
    caption = table.get("caption")
    source = value.get("source")
    return format_html(
        "<table>{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}",
        format_html("<caption>{}</caption>", caption) if caption else NOTHING,
        *(heads, rows),
        format_html("<p><small>{}</small></p>", source) if source else NOTHING,
    )


def _cells(columns: list[dict[str, Any]], values: list[Any]) -> SafeString:
    return format_html_join(
        "",
        "<td>{}</td>",
        (
            (_trusted(value) if column["type"] == "rich_text" else value or "",)
            for column, value in zip(columns, values, strict=False)
        ),
    )


def _caption(value: dict[str, Any]) -> SafeString:
    words = " ".join(word for word in (value.get("caption"), value.get("credit")) if word)
    return format_html("<figcaption>{}</figcaption>", words) if words else NOTHING


def _embed(value: dict[str, Any], library: Library) -> str:
    address = value["url"]
    link = format_html('<p><a href="{}">{}</a></p>', address, value.get("title") or address)
    return format_html("<figure>{}{}</figure>", link, _caption(value)) if value.get("caption") else link


def _audio(value: dict[str, Any], library: Library) -> str:
    document = library.documents.get(value.get("file") or 0)
    if document is None:
        return NOTHING
    return format_html(
        '<figure><audio controls preload="none" src="{}"></audio><p><a href="{}">{}</a></p>{}</figure>',
        *(document.url, document.url, value.get("title") or document.title, _caption(value)),
    )


def _video(value: dict[str, Any], library: Library) -> str:
    document = library.documents.get(value.get("file") or 0)
    if document is None:
        return NOTHING
    return format_html(
        '<figure><video controls preload="none" src="{}"></video><p><a href="{}">{}</a></p>{}</figure>',
        *(document.url, document.url, value.get("title") or document.title, _caption(value)),
    )


def _document(value: dict[str, Any], library: Library) -> str:
    document = library.documents.get(value.get("document") or 0)
    if document is None:
        return NOTHING
    return format_html('<p><a href="{}">{}</a></p>', document.url, value.get("title") or document.title)


def _timeline(value: dict[str, Any], library: Library) -> str:
    events = (_item(entry) for entry in value["events"])
    entries = format_html_join(
        "", "<dt>{}</dt><dd>{}</dd>", ((event["date"], _trusted(event["text"])) for event in events)
    )
    return format_html("{}<dl>{}</dl>", _title(value), entries)


def _html(value: str, library: Library) -> str:
    """Sanitise at once: an element or comment left open must not swallow the blocks after it."""
    return sanitised(value)


def _divider(value: Any, library: Library) -> str:
    return SafeString("<hr>")


BLOCKS: dict[str, Block] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "picture": _picture,
    "gallery": _gallery,
    "quote": _quote,
    "pull_quote": _pull_quote,
    "teaser": _teaser,
    "fact_box": _fact_box,
    "list": _list,
    "table": _table,
    "embed": _embed,
    "audio": _audio,
    "video": _video,
    "document": _document,
    "timeline": _timeline,
    "divider": _divider,
    "html": _html,
}
"""How each block of a text is written. `appeal` and `unconverted` are missing on purpose."""
