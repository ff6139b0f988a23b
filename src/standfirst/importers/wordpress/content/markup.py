"""HTML of unknown quality becomes a tree that holds nothing dangerous."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Any

import nh3
from lxml import etree
from lxml import html as lxml_html

from standfirst.importers.wordpress.content.values import Remark

_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9:_-]*)")
DEEP = 200
"""Fewer elements than this cannot be nested too deeply to parse."""
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOSCRIPT = re.compile(r"</?noscript\b[^>]*>", re.IGNORECASE)
_SUSPICIOUS = re.compile(
    r"<\s*(?:script|style|base|meta|link)\b|\bon[a-z]+\s*=|(?:java|vb)\s*script\s*:|data\s*:", re.I
)
_SCRIPT_LINK = re.compile(r"^[\s\x00-\x20]*(?:(?:java|vb)script|data)\s*:", re.I)
_LINK_ATTRIBUTES = ("href", "src", "action", "formaction", "xlink:href", "data", "poster")
# html5ever drops these or moves their content; they are either dangerous or belong to whole documents.
_NEVER = frozenset({"script", "style", "html", "head", "body", "base", "meta", "link", "title", "frameset", "frame"})
_RAW = frozenset({"textarea", "xmp", "plaintext", "noembed", "noframes", "listing", "template", "select", "option"})
_ATTRIBUTES = {
    "class", "id", "href", "src", "alt", "title", "width", "height", "cite", "poster", "colspan", "rowspan", "start",
    "type", "value", "name", "action", "datetime", "data", "srcset",
}  # fmt: skip
_TAGS_KNOWN = """
a abbr acronym address article aside audio b big blockquote br button caption center cite code col colgroup dd del
details dfn div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hr i iframe img
input ins kbd label legend li main map mark nav object ol p param picture pre q rp rt ruby s samp section small source
span strike strong sub summary sup svg table tbody td tfoot th thead time tr track tt u ul var video wbr wpx
"""
_KNOWN = frozenset(_TAGS_KNOWN.split())


@lru_cache(maxsize=256)
def _cleaner(extra: frozenset[str], with_data: bool) -> nh3.Cleaner:
    schemes = {"http", "https", "mailto", "tel"} | ({"data"} if with_data else set())
    return nh3.Cleaner(
        tags=set(_KNOWN | extra),
        clean_content_tags={"script", "style"},
        attributes={"*": _ATTRIBUTES},
        generic_attribute_prefixes={"data-"},
        url_schemes=schemes,
        link_rel=None,
        strip_comments=True,
    )


def safe_tree(source: str) -> Any:
    """Parse `source`, sanitised with nh3, into an lxml element whose children are the content.

    Elements that no list knows stay in the tree, so that they can be reported instead of vanishing.
    """
    source = _NOSCRIPT.sub("", _legal(source))
    if "<" not in source:
        return _text_only(source)
    found = {name.lower() for name in _TAG.findall(source)}
    extra = frozenset(
        name for name in found if name not in _KNOWN | _NEVER | _RAW and name.isascii() and ":" not in name
    )
    clean = _cleaner(extra if len(extra) < 40 else frozenset(), "data:image/" in source).clean(source)
    tree = lxml_html.fragment_fromstring(_legal(clean), create_parent="div", parser=_parser())
    return _text_only(_bare_text(clean)) if clean.count("</") > DEEP and _cut_short(tree, clean) else tree


def _cut_short(tree: Any, clean: str) -> bool:
    """Whether the parser gave up on markup nested without end, as libxml2 does below some 2,000 levels."""
    return len("".join(tree.itertext()).split()) < len(html.unescape(_bare_text(clean)).split())


def _bare_text(clean: str) -> str:
    return nh3.clean(clean, tags=set())


def _text_only(source: str) -> Any:
    root = lxml_html.Element("div")
    root.text = _legal(html.unescape(source))
    return root


def _legal(text: str) -> str:
    """`text` without characters that XML, and so lxml, cannot hold."""
    return _ILLEGAL.sub(" ", text)


@lru_cache(maxsize=1)
def _parser() -> lxml_html.HTMLParser:
    return lxml_html.HTMLParser(huge_tree=True, encoding=None, remove_comments=True, remove_pis=True)


def hazards(source: str) -> list[Remark]:
    """List what `safe_tree` takes away because it could run in a reader's browser."""
    if not _SUSPICIOUS.search(source):
        return []
    try:
        tree = lxml_html.fragment_fromstring(_legal(source), create_parent="div", parser=_parser())
    except (ValueError, etree.ParserError):
        return [Remark("stripped", "markup that could not be read")]
    found = [remark for element in tree.iter() if isinstance(element.tag, str) for remark in _of_element(element)]
    return list(dict.fromkeys(found))


def _of_element(element: Any) -> list[Remark]:
    if element.tag in ("script", "style", "base", "meta", "link"):
        address = element.get("src") or element.get("href") or ""
        return [Remark("stripped", f"<{element.tag}> {address}".strip()[:200])]
    found = []
    for name, value in element.attrib.items():
        if name.lower().startswith("on"):
            found.append(Remark("stripped", f"{name}= on <{element.tag}>"))
        elif name in _LINK_ATTRIBUTES and _SCRIPT_LINK.match(value) and not value.lstrip().startswith("data:image/"):
            found.append(Remark("stripped", f"{value.strip()[:60]} in <{element.tag}>"))
    return found


def source_of(element: Any) -> str:
    """The HTML of `element` without the text behind it."""
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
