"""Text for machines: free of what XML forbids, free of markup where markup has no place."""

from __future__ import annotations

import html
import re
from datetime import datetime

from django.utils import timezone

# XML 1.0, production [2] Char: everything else makes a document that no parser accepts.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


def xml_text(text: str) -> str:
    """Return `text` without the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("", text)


def plain_text(markup: str) -> str:
    """Return the words of an HTML fragment, spaces collapsed."""
    return _SPACE.sub(" ", html.unescape(_TAG.sub(" ", markup))).strip()


def shortened(text: str, length: int) -> str:
    """Return `text`, cut at a word and ended with … when it has more than `length` characters."""
    if len(text) <= length:
        return text
    return text[: length - 1].rpartition(" ")[0].rstrip(" ,;:–-") + "…"


def iso_time(moment: datetime) -> str:
    """Return `moment` in the newsroom's zone as RFC 3339 has it, to the second."""
    return timezone.localtime(moment).isoformat(timespec="seconds")
