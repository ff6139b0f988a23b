"""A feed and its entries, whatever the format: plain data, with everything already absolute and public."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Somebody who worked on a story."""

    name: str
    url: str
    role: str
    """A value of `stories.models.Role`."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """The picture that stands for a story, with the words readers see under it."""

    url: str
    media_type: str
    width: int
    height: int
    caption: str = ""
    credit: str = ""
    alt: str = ""
    copyright_notice: str = ""
    licence_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A sound file of the story, in bytes long."""

    url: str
    media_type: str
    length: int
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One story."""

    id: str
    """See `addresses.lasting_id`."""
    url: str
    title: str
    summary: str
    """Plain text."""
    html: str
    """The full text; sanitised, addresses absolute."""
    language: str
    published: datetime
    updated: datetime
    credits: list[Credit] = field(default_factory=list)
    image: Image | None = None
    sounds: list[Sound] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Feed:
    """The newest stories of one list."""

    id: str
    title: str
    subtitle: str
    url: str
    """Address of the page whose stories these are."""
    feed_url: str
    language: str | None
    """`None` when the entries are of several languages."""
    updated: datetime
    publisher: str
    publisher_url: str
    icon: str
    entries: list[Entry] = field(default_factory=list)
