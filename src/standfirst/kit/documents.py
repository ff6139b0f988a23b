"""Which files may be uploaded besides pictures, what they are served as, and whether a file is what its name says."""

from __future__ import annotations

from pathlib import PurePath
from typing import IO

import filetype

# Nothing here can run in a browser: no HTML, no SVG, no XML.
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "epub": "application/epub+zip",
    "rtf": "application/rtf",
    "zip": "application/zip",
    "csv": "text/csv",
    "txt": "text/plain",
    "vtt": "text/vtt",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "webm": "video/webm",
    "ogv": "video/ogg",
}
# Shown or played in the page; everything else is saved by the browser.
INLINE_TYPES = sorted(
    {kind for kind in CONTENT_TYPES.values() if kind.startswith(("audio/", "video/"))} | {"application/pdf", "text/vtt"}
)
TEXTS = {"csv", "txt", "vtt"}
ARCHIVES = {"docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "zip"}
# As much of a file as `filetype` looks at.
BEGINNING = 8192


def is_what_it_says(name: str, file: IO[bytes]) -> bool:
    """Whether `file` begins as files with the extension of `name` do. Leaves `file` at its start."""
    file.seek(0)
    beginning = file.read(BEGINNING)
    file.seek(0)
    extension = PurePath(name).suffix.lower().lstrip(".")
    if extension in TEXTS:
        return _is_text(beginning, extension)
    if extension in ARCHIVES:
        return beginning.startswith(b"PK\x03\x04")
    found = filetype.guess(beginning)
    return found is not None and _family(found.mime) == _family(CONTENT_TYPES.get(extension, ""))


def _family(kind: str) -> str:
    """Sound and film share their containers (MP4, Ogg, WebM): they are one family. Other types stand for themselves."""
    return "media" if kind.startswith(("audio/", "video/")) else kind


def _is_text(beginning: bytes, extension: str) -> bool:
    if b"\x00" in beginning or filetype.guess(beginning) is not None:
        return False
    return extension != "vtt" or beginning.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")
