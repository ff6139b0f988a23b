"""What a WordPress export holds, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Channel:
    """The head of the export: which site it comes from."""

    title: str = ""
    link: str = ""
    language: str = ""
    version: str = ""
    base_site_url: str = ""
    base_blog_url: str = ""

    @property
    def address(self) -> str:
        """The old site's address without a slash at its end, or an empty string."""
        return (self.base_blog_url or self.link or self.base_site_url).strip().rstrip("/")


@dataclass(slots=True)
class Author:
    """A person as the export lists them; the login is never shown to readers."""

    position: int
    login: str
    author_id: str = ""
    email: str = ""
    display_name: str = ""
    first_name: str = ""
    last_name: str = ""


@dataclass(slots=True)
class Term:
    """A category, a tag or an entry of any other taxonomy; `element` is how the file calls it."""

    element: str
    position: int
    taxonomy: str
    slug: str
    name: str
    parent: str = ""
    term_id: str = ""
    description: str = ""
    meta: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True, frozen=True)
class TermUse:
    """A term as a post names it."""

    taxonomy: str
    slug: str
    name: str


@dataclass(slots=True)
class Comment:
    """A reader's comment as it stood under a post."""

    comment_id: str
    author: str
    email: str
    url: str
    date: str
    date_gmt: str
    content: str
    approved: str
    kind: str
    parent: str
    meta: list[tuple[str, str]]


@dataclass(slots=True)
class Item:
    """One `<item>`: a post, a page, an attachment, a menu entry or anything a plugin made.

    `position` counts items from 0 in the order of the file; `line` is where the item begins.
    """

    position: int
    line: int
    title: str = ""
    link: str = ""
    published: str = ""
    creator: str = ""
    guid: str = ""
    content: str = ""
    excerpt: str = ""
    post_id: str = ""
    post_date: str = ""
    post_date_gmt: str = ""
    post_modified: str = ""
    post_modified_gmt: str = ""
    status: str = ""
    post_type: str = ""
    slug: str = ""
    parent: str = ""
    menu_order: str = ""
    password: str = ""
    sticky: bool = False
    attachment_url: str = ""
    terms: list[TermUse] = field(default_factory=list)
    meta: list[tuple[str, str]] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    def custom(self, key: str) -> str:
        """The last value of custom field `key`, or an empty string."""
        return next((value for name, value in reversed(self.meta) if name == key), "")


Entry = Author | Term | Item
