"""Reads a WordPress export (WXR 1.0 to 1.2) as a stream: one entry at a time, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from standfirst.importers.wordpress.entries import Author, Channel, Comment, Entry, Item, Term, TermUse
from standfirst.importers.wordpress.errors import DamagedExport
from standfirst.importers.wordpress.source import open_export

_EXPORT_NAMESPACE = re.compile(r"^https?://(?:www\.)?wordpress\.org/export/[^/]*/?(excerpt/?)?$")
_PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "": "",
}
_CHANNEL = {
    "title": "title",
    "link": "link",
    "language": "language",
    "wp:wxr_version": "version",
    "wp:base_site_url": "base_site_url",
    "wp:base_blog_url": "base_blog_url",
}
_ITEM = {
    "title": "title",
    "link": "link",
    "pubDate": "published",
    "dc:creator": "creator",
    "guid": "guid",
    "content:encoded": "content",
    "excerpt:encoded": "excerpt",
    "wp:post_id": "post_id",
    "wp:post_date": "post_date",
    "wp:post_date_gmt": "post_date_gmt",
    "wp:post_modified": "post_modified",
    "wp:post_modified_gmt": "post_modified_gmt",
    "wp:status": "status",
    "wp:post_type": "post_type",
    "wp:post_name": "slug",
    "wp:post_parent": "parent",
    "wp:menu_order": "menu_order",
    "wp:post_password": "password",
    "wp:attachment_url": "attachment_url",
}
_ENTRY_TAGS = ["{*}item", "{*}author", "{*}category", "{*}tag", "{*}term"]
_TAXONOMIES = {"tag": "post_tag"}


@lru_cache(maxsize=512)
def _name(tag: str) -> str:
    """Turn `{namespace}local` into `prefix:local` with the prefixes WordPress uses, whatever the file calls them."""
    namespace, _brace, local = tag.removeprefix("{").rpartition("}")
    match = _EXPORT_NAMESPACE.match(namespace)
    prefix = ("excerpt" if match.group(1) else "wp") if match else _PREFIXES.get(namespace, "other")
    return f"{prefix}:{local}" if prefix else local


def _fields(element: Any) -> dict[str, str]:
    """The text of each child by name; of several with one name the last."""
    return {_name(child.tag): child.text or "" for child in element if isinstance(child.tag, str)}


def _meta(element: Any, name: str) -> list[tuple[str, str]]:
    found = []
    for child in element:
        if isinstance(child.tag, str) and _name(child.tag) == name:
            fields = _fields(child)
            found.append((fields.get("wp:meta_key", ""), fields.get("wp:meta_value", "")))
    return found


class Export:
    """One export file. `channel` and `blanked` are filled while `entries` runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.channel = Channel()
        self.blanked = 0
        self._counts: dict[str, int] = {}

    def entries(self) -> Iterator[Entry]:
        """Yield authors, terms and items in the order of the file.

        Raises:
            NotAnExport, UnsafeExport: before anything was yielded.
            DamagedExport: after everything before the damage was yielded.
        """
        self._counts = {}
        source = open_export(self.path)
        parser = etree.iterparse(
            source,
            events=("end",),
            tag=_ENTRY_TAGS,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,  # texts over 10 MB and nesting over 256 levels are refused by libxml2
            recover=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _event, element in parser:
                yield from self._entry(element)
            self._head(parser.root)
        except etree.XMLSyntaxError as error:
            self._head(getattr(parser, "root", None))
            line, column = error.position
            reason = re.sub(r", line \d+, column \d+.*$", "", error.msg or "not well-formed")
            raise DamagedExport(reason, line or 1, column or 1) from error
        finally:
            self.blanked = source.blanked
            source.close()

    def _entry(self, element: Any) -> Iterator[Entry]:
        read = _READERS.get(_name(element.tag))
        if read is None:
            return
        kind = element.tag.rpartition("}")[2]
        position = self._counts.get(kind, 0)
        self._counts[kind] = position + 1
        entry = read(element, position)
        self._release(element)
        yield entry

    def _release(self, element: Any) -> None:
        """Free what was read, noting the head of the channel on the way."""
        element.clear(keep_tail=False)
        parent = element.getparent()
        while parent is not None and (before := element.getprevious()) is not None:
            self._note(before)
            parent.remove(before)

    def _note(self, element: Any) -> None:
        attribute = _CHANNEL.get(_name(element.tag)) if isinstance(element.tag, str) else None
        if attribute and element.text and not getattr(self.channel, attribute):
            setattr(self.channel, attribute, element.text.strip())

    def _head(self, root: Any) -> None:
        for child in root.iter() if root is not None else ():
            self._note(child)


def _author(element: Any, position: int) -> Author:
    fields = _fields(element)
    return Author(
        position,
        login=fields.get("wp:author_login", "").strip(),
        author_id=fields.get("wp:author_id", "").strip(),
        email=fields.get("wp:author_email", "").strip(),
        display_name=fields.get("wp:author_display_name", "").strip(),
        first_name=fields.get("wp:author_first_name", "").strip(),
        last_name=fields.get("wp:author_last_name", "").strip(),
    )


def _term(element: Any, position: int) -> Term:
    fields = _fields(element)
    local = element.tag.rpartition("}")[2]
    prefix = {"category": "category", "tag": "tag", "term": "term"}[local]
    name = fields.get("wp:cat_name" if local == "category" else f"wp:{prefix}_name", "")
    slug = fields.get("wp:category_nicename" if local == "category" else f"wp:{prefix}_slug", "")
    return Term(
        local,
        position,
        taxonomy=fields.get("wp:term_taxonomy", "").strip() if local == "term" else _TAXONOMIES.get(local, local),
        slug=slug.strip(),
        name=name.strip(),
        parent=fields.get(f"wp:{prefix}_parent", "").strip(),
        term_id=fields.get("wp:term_id", "").strip(),
        description=fields.get(f"wp:{prefix}_description", "").strip(),
        meta=_meta(element, "wp:termmeta"),
    )


def _item(element: Any, position: int) -> Item:
    item = Item(position, line=element.sourceline or 0)
    for name, text in _fields(element).items():
        attribute = _ITEM.get(name)
        if attribute:
            setattr(item, attribute, text if attribute in ("content", "excerpt", "password") else text.strip())
        elif name == "wp:is_sticky":
            item.sticky = text.strip() == "1"
    item.terms = _term_uses(element)
    item.meta = _meta(element, "wp:postmeta")
    item.comments = [
        _comment(child) for child in element if isinstance(child.tag, str) and _name(child.tag) == "wp:comment"
    ]
    return item


def _term_uses(element: Any) -> list[TermUse]:
    """Terms of an item. WXR 1.0 writes each twice, once without a domain: that one counts only when it is alone."""
    named, bare = [], []
    for child in element:
        if child.tag != "category":
            continue
        name = (child.text or "").strip()
        domain, slug = child.get("domain"), (child.get("nicename") or "").strip()
        use = TermUse(_TAXONOMIES.get(domain or "", domain or "category"), slug or name, name or slug)
        (named if domain and slug else bare).append(use)
    unique = dict.fromkeys(named or bare)
    return list(unique)


def _comment(element: Any) -> Comment:
    fields = _fields(element)

    def of(name: str) -> str:
        return fields.get(f"wp:comment_{name}", "")

    return Comment(
        comment_id=of("id").strip(),
        author=of("author"),
        email=of("author_email").strip(),
        url=of("author_url").strip(),
        date=of("date").strip(),
        date_gmt=of("date_gmt").strip(),
        content=of("content"),
        approved=of("approved").strip(),
        kind=of("type").strip(),
        parent=of("parent").strip(),
        meta=_meta(element, "wp:commentmeta"),
    )


_READERS: dict[str, Callable[[Any, int], Entry]] = {
    "item": _item,
    "wp:author": _author,
    "wp:category": _term,
    "wp:tag": _term,
    "wp:term": _term,
}
