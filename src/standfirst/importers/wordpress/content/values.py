"""The values of body blocks as they are stored, and what the converter asks of its surroundings."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

Block = dict[str, Any]
"""`{"type": name of a body block, "value": its stored value}`; see stories/blocks/body.py."""

LINK_SCHEMES = ("http://", "https://", "mailto:", "tel:")
_TAGS = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[\s\u00a0\u200b\ufeff]+")
_VISIBLE = re.compile(r"(?:^|>)[^<]*?[^\s<\u00a0\u200b\ufeff]")
_CREDIT = re.compile(
    r"[\s(\[|–—-]*\b(?:photo(?:graph)?(?:\s+(?:by|credit|courtesy(?:\s+of)?))?|image(?:\s+(?:by|credit))|picture\s+by|"
    r"credit|source|courtesy(?:\s+of)?|фото|ფოტო|լուսանկար(?:ը)?|şəkil|foto|عکس)\s*(?:[:：/]|\bby\b|(?<=by)|(?<=of))"
    r"\s*(?P<credit>[^()\[\]|]{2,200}?)[\s)\]|]*\.?$",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"[\s(\[|–—-]*(?P<credit>©\s*[^()\[\]|]{2,200}?)[\s)\]|]*$")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the report says about an item. `code` names the kind, `detail` what exactly."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that came over: `kind` is `picture` or `document`, `pk` its number here."""

    kind: str
    pk: int
    alt: str = ""


class Sources(Protocol):
    """What the converter must know from outside the text."""

    def media(self, attachment_id: str, address: str) -> MediaFile | None:
        """The imported file with this number or address in the old site, if it came over."""

    def reusable(self, block_id: str) -> str | None:
        """The content of a reusable block, if the export holds it."""

    def attached(self) -> list[str]:
        """Numbers of the pictures attached to the story being converted, in their order."""

    def absolute(self, address: str) -> str:
        """`address` made absolute against the old site."""

    def is_own(self, address: str) -> bool:
        """Whether `address` (absolute) belongs to the old site."""


def plain(markup: str) -> str:
    """The text of `markup` without tags, its white space collapsed."""
    return _SPACES.sub(" ", html.unescape(_TAGS.sub("", re.sub(r"<br\s*/?>", " ", markup)))).strip()


def collapsed(text: str) -> str:
    """`text`, which is no markup, with its white space collapsed."""
    return _SPACES.sub(" ", text).strip()


def is_visible(markup: str) -> bool:
    """Whether readers would see anything of `markup`, which is our own (spaces are letters in it, not entities)."""
    return bool(_VISIBLE.search(markup)) or "<footnote" in markup


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(text: str) -> str:
    return escaped(text).replace('"', "&quot;")


def allowed_link(address: str) -> bool:
    """Whether a link may lead to `address` (absolute)."""
    if not address.lower().startswith(LINK_SCHEMES):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.netloc or parts.path) if parts.scheme in ("mailto", "tel") else bool(parts.hostname)


def split_credit(caption: str) -> tuple[str, str]:
    """Part a caption such as "The bridge. Photo: Nino Beridze" into caption and credit; the credit may be empty."""
    match = _CREDIT.search(caption) or _COPYRIGHT.search(caption)
    if match is None:
        return caption, ""
    return caption[: match.start()].strip(), match.group("credit").strip(" .")


def block(kind: str, value: Any) -> Block:
    return {"type": kind, "value": value}


def paragraph(markup: str) -> Block:
    return block("paragraph", f"<p>{markup}</p>")


def heading(text: str, level: int) -> Block:
    return block("heading", {"text": text, "level": str(min(max(level, 2), 4))})


def picture_value(media: MediaFile, caption: str, alt: str) -> dict[str, Any]:
    words, credit = split_credit(caption)
    return {
        "picture": media.pk,
        "caption": words,
        "credit": credit[:250],
        "alt": "" if alt == media.alt else alt,
        "decorative": False,
        "width": "text",
    }


def quote(markup: str, attribution: str, source_url: str = "") -> Block:
    return block("quote", {"text": markup, "attribution": attribution, "source_url": source_url})


def embed(url: str, caption: str = "", title: str = "") -> Block:
    return block("embed", {"url": url, "title": title, "caption": caption, "poster": None})


def items(entries: list[Any]) -> list[dict[str, Any]]:
    """The stored form of a list block's entries."""
    return [{"type": "item", "value": entry} for entry in entries]


def unconverted(name: str, source: str) -> Block:
    return block("unconverted", {"name": name, "source": source.strip() or name})


def without_small_marks(markup: str) -> str:
    """`markup` with the marks only that every rich text here allows: bold, italic, links, footnotes, line breaks."""
    return re.sub(r"</?(?:sup|sub|s)>", "", markup)
