"""What a file really is, by its first bytes; its name and the type a server states prove nothing."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import filetype

HEAD = 8192
"""How many bytes of a file decide what it is."""
PICTURES = frozenset({"jpg", "jpeg", "jpe", "png", "gif", "webp", "avif", "heic", "bmp", "tif", "tiff"})
# Extension to the kinds (by content) it may stand for.
_FILES: dict[str, frozenset[str]] = {
    "pdf": frozenset({"application/pdf"}),
    "mp3": frozenset({"audio/mpeg"}),
    "m4a": frozenset({"audio/mp4", "audio/m4a", "video/mp4"}),
    "ogg": frozenset({"audio/ogg", "video/ogg"}),
    "oga": frozenset({"audio/ogg"}),
    "wav": frozenset({"audio/x-wav", "audio/wav"}),
    "flac": frozenset({"audio/x-flac", "audio/flac"}),
    "mp4": frozenset({"video/mp4", "video/x-m4v", "video/quicktime"}),
    "m4v": frozenset({"video/x-m4v", "video/mp4"}),
    "mov": frozenset({"video/quicktime", "video/mp4"}),
    "webm": frozenset({"video/webm", "video/x-matroska"}),
    "ogv": frozenset({"video/ogg", "audio/ogg"}),
    "epub": frozenset({"application/epub+zip", "application/zip"}),
}
_ZIPPED = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp", "zip"})
_COMPOUND = frozenset({"doc", "xls", "ppt"})
_TEXTS = frozenset({"txt", "csv", "vtt", "srt", "md"})
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|script|svg|\?xml|\?php|iframe|body|head)", re.I)


def extension_of(name: str) -> str:
    return PurePosixPath(name.split("?")[0].split("#")[0]).suffix.lower().lstrip(".")


def judge(name: str, head: bytes) -> tuple[str, str]:
    """Return `("picture" | "document" | "", reason)` for a file called `name` that begins with `head`.

    The reason is for people and is empty when the file is taken.
    """
    extension = extension_of(name)
    if not head:
        return "", "the file is empty"
    if extension in ("svg", "svgz") or b"<svg" in head[:1024].lower():
        return "", "an SVG drawing can hold script; add it again as PNG"
    found = filetype.guess(head)
    mime = found.mime if found else ""
    if extension in PICTURES or (not extension and mime.startswith("image/")):
        wrong = "" if mime.startswith("image/") else f"the name says picture, the content {_said(mime, head)}"
        return ("picture", "") if not wrong else ("", wrong)
    if _MARKUP.search(head):
        return "", f"the name says {extension or 'file'}, the content is markup"
    return _judge_document(extension, mime, head)


def _judge_document(extension: str, mime: str, head: bytes) -> tuple[str, str]:
    if extension in _TEXTS:
        good = b"\0" not in head and not mime
    elif extension in _ZIPPED:
        good = head.startswith(b"PK\x03\x04")
    elif extension in _COMPOUND:
        good = head.startswith(b"\xd0\xcf\x11\xe0")
    elif extension in _FILES:
        good = mime in _FILES[extension]
    else:
        return "", f"files of type .{extension or '?'} are not taken"
    return ("document", "") if good else ("", f"the name says {extension}, the content {_said(mime, head)}")


def _said(mime: str, head: bytes) -> str:
    return f"is {mime}" if mime else "is markup" if _MARKUP.search(head) else "is something else"
