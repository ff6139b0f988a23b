"""Rewrites the HTML of a story so that it stands on its own, and lets only harmless elements through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from lxml import etree
from lxml import html as lxml_html

from standfirst.syndication.library import Library
from standfirst.syndication.text import xml_text

_TAGS = {
    *("p", "h2", "h3", "h4", "blockquote", "cite", "footer", "aside", "section", "figure", "figcaption", "hr", "br"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("a", "b", "strong", "i", "em", "s", "del", "ins", "sub", "sup", "small", "code", "pre", "q", "abbr", "time"),
    *("bdi", "bdo", "span", "img", "audio", "video", "source", "track"),
}
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title", "hreflang", "id"},
    "li": {"id"},
    "ol": {"start"},
    "img": {"src", "alt", "width", "height"},
    "audio": {"src", "controls", "preload"},
    "video": {"src", "controls", "preload", "poster", "width", "height"},
    "track": {"src", "kind", "srclang", "label"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "time": {"datetime"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_ADDRESSES = ("href", "src", "poster")


def standalone(markup: str, library: Library, footnotes: Mapping[str, str]) -> SafeString:
    """Return `markup` with absolute addresses, resolved links and numbered footnotes, sanitised.

    Args:
        markup: HTML as our blocks hold it, with Wagtail's `linktype` links and `<footnote id>` marks.
        library: resolves what links lead to; a link to something readers may not see becomes plain text.
        footnotes: text (rich, as stored) by the footnote's UUID; those used are listed at the end.
    """
    tree = lxml_html.fragment_fromstring(xml_text(markup) or " ", create_parent="div")
    used = _number_footnotes(tree, footnotes)
    if used:
        tree.append(_list_of(used))
    for link in list(tree.iter("a")):
        _resolve(link, library)
    for element in tree.iter(etree.Element):
        for name in _ADDRESSES:
            if element.get(name):
                element.set(name, library.site.absolute(str(element.get(name))))
    inner = (tree.text or "") + "".join(etree.tostring(child, encoding="unicode", method="html") for child in tree)
    return sanitised(inner)


def sanitised(markup: str) -> SafeString:
    """Return `markup` with nothing in it but the elements and attributes a story needs."""
    clean = nh3.clean(markup, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    return mark_safe(clean)  # noqa: S308 - nh3 has just made it safe


def _number_footnotes(tree: Any, footnotes: Mapping[str, str]) -> list[str]:
    """Turn `<footnote>` marks into numbers in the order of their first use; return the texts in that order."""
    numbers: dict[str, int] = {}
    for mark in list(tree.iter("footnote")):
        key = mark.get("id", "")
        mark.attrib.clear()
        mark.text = ""
        if key not in footnotes:
            mark.drop_tag()
            continue
        number = numbers.setdefault(key, len(numbers) + 1)
        mark.tag = "sup"
        mark.text = f"[{number}]"
    return [footnotes[key] for key in numbers]


def _list_of(texts: list[str]) -> Any:
    """Return the footnotes as an ordered list element."""
    notes = etree.Element("ol")
    for text in texts:
        note = lxml_html.fragment_fromstring(xml_text(text) or " ", create_parent="li")
        notes.append(note)
    return notes


def _resolve(link: Any, library: Library) -> None:
    """Give a link of Wagtail's its address, or take the link away and keep its words."""
    kind, key = link.get("linktype"), link.get("id", "")
    if not kind:
        return
    number = int(key) if key.isdigit() else 0
    if kind == "page":
        address = library.pages.get(number)
    else:
        document = library.documents.get(number) if kind == "document" else None
        address = document.url if document else None
    link.attrib.clear()
    if address:
        link.set("href", address)
    else:
        link.drop_tag()
