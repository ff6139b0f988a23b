"""What a page says of itself in its beacons, signed: nobody can count for a page that we did not make.

A token is the same for every reader of a page, so that pages stay stored. It proves that the page exists, not that
somebody reads it; for that there are the caps (`counting.caps`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

MAC_BYTES = 12
_PAGE = re.compile(r"(\d{1,10})\.(\d{1,10})\.([A-Za-z0-9_-]{16})", re.ASCII)
_VARIANT = re.compile(r"v(\d{1,10})\.([A-Za-z0-9_-]{16})", re.ASCII)
LARGEST = 2**31 - 1
"""The largest number of a page or variant that both databases keep."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is counted: `story` is the article's id, or 0 for fronts and sections; `edition` the edition's."""

    story: int
    edition: int


def page_token(story: int, edition: int) -> str:
    """Return the token of a story, or with story 0 of a front or section page, in an edition."""
    text = f"{story}.{edition}"
    return f"{text}.{_mac(_keys()[0], text)}"


def read_page_token(text: str) -> Page | None:
    """Return the page that `text` names, or `None` when we did not sign it."""
    match = _PAGE.fullmatch(text)
    if match is None or not _is_ours(text):
        return None
    story, edition = int(match[1]), int(match[2])
    return Page(story, edition) if max(story, edition) <= LARGEST else None


def variant_token(variant: int) -> str:
    """Return the token of a variant of an appeal."""
    text = f"v{variant}"
    return f"{text}.{_mac(_keys()[0], text)}"


def read_variant_token(text: str) -> int | None:
    """Return the id of the variant that `text` names, or `None` when we did not sign it."""
    match = _VARIANT.fullmatch(text)
    if match is None or not _is_ours(text):
        return None
    variant = int(match[1])
    return variant if variant <= LARGEST else None


def _is_ours(text: str) -> bool:
    said, _dot, mac = text.rpartition(".")
    return any(hmac.compare_digest(_mac(key, said), mac) for key in _keys())


def _mac(key: bytes, text: str) -> str:
    digest = hmac.digest(key, text.encode("ascii"), "sha256")[:MAC_BYTES]
    return base64.urlsafe_b64encode(digest).decode("ascii")


def _keys() -> tuple[bytes, ...]:
    return _derived((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _derived(secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(hashlib.sha256(b"standfirst.counting\0" + secret.encode()).digest() for secret in secrets)
