"""The first reading of an export: counts everything, and notes what must be known before anything is written."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from standfirst.importers.wordpress.dates import SiteClock
from standfirst.importers.wordpress.entries import Author, Channel, Item, Term
from standfirst.importers.wordpress.errors import DamagedExport
from standfirst.importers.wordpress.mapping import Mapping
from standfirst.importers.wordpress.wxr import Export

STORY_STATES_UNSEEN = frozenset({"trash", "auto-draft"})
_UPLOAD = re.compile(r"https?://[^\s\"'<>\\\]]+?/wp-content/uploads/[^\s\"'<>\\\]?#]+", re.I)
_SIZE = re.compile(r"-\d{2,5}x\d{2,5}(?=\.\w{2,5}$)|-scaled(?=\.\w{2,5}$)|-e\d{10,}(?=\.\w{2,5}$)")


@dataclass(slots=True)
class Attachment:
    """A file of the old site."""

    key: str
    position: int
    url: str
    title: str = ""
    caption: str = ""
    alt: str = ""
    description: str = ""
    parent: str = ""
    link: str = ""
    comments: int = 0
    path: str = ""
    """Below the uploads folder, for example `2013/06/bridge.jpg`."""


@dataclass
class Survey:
    """What the first reading found."""

    mapping: Mapping
    channel: Channel = field(default_factory=Channel)
    counts: Counter[str] = field(default_factory=Counter)
    terms: dict[tuple[str, str], Term] = field(default_factory=dict)
    authors: dict[str, Author] = field(default_factory=dict)
    writers: Counter[str] = field(default_factory=Counter)
    """How many posts name each sign-in name as their creator."""
    category_use: Counter[str] = field(default_factory=Counter)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    by_address: dict[str, str] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=dict)
    reusable: dict[str, str] = field(default_factory=dict)
    clock: SiteClock = field(default_factory=SiteClock)
    linked: dict[str, str] = field(default_factory=dict)
    """Addresses of files that texts show, by `file_key`."""
    damage: DamagedExport | None = None
    blanked: int = 0
    comments: int = 0

    @property
    def site(self) -> str:
        """Names the old site in our tables: its address without the scheme, else the export's title."""
        address = re.sub(r"^https?://(www\.)?", "", self.channel.address.lower())
        return (address or f"export of {self.channel.title or 'an unnamed site'}")[:250]

    @property
    def items(self) -> int:
        return sum(count for name, count in self.counts.items() if name.startswith("item/"))

    @property
    def entries(self) -> int:
        return sum(self.counts.values())

    def kind(self, item: Item) -> str:
        """The post type of `item` after the mapping's say."""
        return str(self.mapping.types.get(item.post_type, item.post_type))

    def find_attachment(self, number: str, address: str) -> Attachment | None:
        """The attachment with this number, or the one whose file (in any size) stands at `address`."""
        found = self.attachments.get(number)
        if found and (not address or same_file(found.url, address)):
            return found
        key = self.by_address.get(file_key(address)) if address else None
        return self.attachments[key] if key else found


def file_key(address: str) -> str:
    """What identifies a file of the old site: its address without scheme, size, and parameters."""
    path = re.sub(r"^https?:", "", address).split("?")[0].split("#")[0]
    path = re.sub(r"^//i\d\.wp\.com/", "//", path)  # the image proxy of WordPress.com
    return _SIZE.sub("", path).lower()


def same_file(one: str, other: str) -> bool:
    return file_key(one).rpartition("/")[2] == file_key(other).rpartition("/")[2]


def survey(path: Path, mapping: Mapping) -> Survey:
    """Read the export at `path` once.

    Raises:
        NotAnExport, UnsafeExport: nothing can be read. (Damage is noted in the result instead.)
    """
    found = Survey(mapping, clock=SiteClock(mapping.zone))
    export = Export(path)
    found.channel = export.channel
    try:
        for entry in export.entries():
            if isinstance(entry, Author):
                found.counts["author"] += 1
                found.authors.setdefault(entry.login.lower(), entry)
            elif isinstance(entry, Term):
                found.counts[f"{entry.element}/{entry.taxonomy}"] += 1
                found.terms.setdefault((entry.taxonomy, entry.slug), entry)
            else:
                found.counts[f"item/{entry.post_type}"] += 1
                _note_item(found, entry)
    except DamagedExport as damage:
        found.damage = damage
    found.blanked = export.blanked
    _add_linked_files(found)
    return found


def _note_item(found: Survey, item: Item) -> None:
    found.comments += len(item.comments)
    found.clock.learn(item)
    kind = found.kind(item)
    if kind == "attachment":
        _note_attachment(found, item)
    elif kind == "wp_block" and item.post_id:
        found.reusable[item.post_id] = item.content
    elif kind == "guest-author":
        _note_guest(found, item)
    elif kind == "post" and item.status not in STORY_STATES_UNSEEN:
        found.writers[item.creator.lower()] += 1
        found.category_use.update(use.slug for use in item.terms if use.taxonomy == "category")
    if kind in ("post", "page") and "/wp-content/uploads/" in item.content:
        for address in _UPLOAD.findall(item.content):
            found.linked.setdefault(file_key(address), _SIZE.sub("", address))


def _note_attachment(found: Survey, item: Item) -> None:
    url = item.attachment_url or item.guid
    key = item.post_id or url
    attachment = Attachment(
        key,
        item.position,
        url,
        title=item.title,
        caption=item.excerpt,
        alt=item.custom("_wp_attachment_image_alt"),
        description=item.content,
        parent=item.parent,
        link=item.link,
        comments=len(item.comments),
        path=item.custom("_wp_attached_file"),
    )
    if key not in found.attachments:
        found.attachments[key] = attachment
        found.by_address[file_key(url)] = key
        if item.parent not in ("", "0"):
            found.children.setdefault(item.parent, []).append(key)


def _note_guest(found: Survey, item: Item) -> None:
    """A guest author of Co-Authors Plus is an item of its own."""
    login = item.custom("cap-user_login") or item.slug.removeprefix("cap-")
    author = Author(item.position, login, display_name=item.custom("cap-display_name") or item.title)
    found.authors.setdefault(login.lower(), author)


def _add_linked_files(found: Survey) -> None:
    """Files of the old site that texts show without an attachment in the export become attachments of their own."""
    for key, address in found.linked.items():
        if key not in found.by_address:
            found.attachments[key] = Attachment(key, -1, address, title=address.rpartition("/")[2])
            found.by_address[key] = key
    found.linked.clear()
