"""Opens an export as bytes that an XML parser can take: checked first, and without characters that XML forbids."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

from standfirst.importers.wordpress.errors import NotAnExport, UnsafeExport

PROLOG_LIMIT = 256 * 1024
"""How far the root element may stand from the start of the file, in bytes."""
_FORBIDDEN = bytes(code for code in range(32) if code not in (9, 10, 13))
_BLANKED = bytes.maketrans(_FORBIDDEN, b" " * len(_FORBIDDEN))
_FORBIDDEN_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bceBCE]|1[0-9a-fA-F]));|\xef\xbf[\xbe\xbf]"
)
_REFERENCE_LENGTH = 16
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
# In these every byte below 128 is its ASCII letter, so looking for "<!DOCTYPE" among the bytes finds it.
_ASCII_BASED = re.compile(r"^(utf-?8|us-ascii|ascii|iso-8859-\d+|latin-?1|windows-125\d|cp125\d|koi8-[ru])$", re.I)


class CleanBytes:
    """A file whose characters that XML 1.0 forbids (section 2.2) are blanked while it is read.

    Real exports contain them (pasted from word processors) and every XML parser stops there. Each becomes a space,
    so that lines and columns in messages stay those of the file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._kept = b""
        self.blanked = 0

    def read(self, size: int = 65536) -> bytes:
        """Return about `size` bytes, or nothing at the end."""
        data, fresh = self._kept, b"-"
        while fresh and len(data) < 4 * _REFERENCE_LENGTH:
            fresh = self._file.read(max(size, 1024))
            data += fresh
        self._kept = b""
        if fresh:
            cut = data.rfind(b"&", len(data) - _REFERENCE_LENGTH)
            cut = cut if cut >= 0 else self._split_letter(data)
            if cut > 0:
                data, self._kept = data[:cut], data[cut:]
        return self._clean(data)

    @staticmethod
    def _split_letter(data: bytes) -> int:
        """Where a trailing, possibly incomplete U+FFFE begins, else -1."""
        return data.rfind(b"\xef", max(0, len(data) - 2))

    def close(self) -> None:
        self._file.close()

    def _clean(self, data: bytes) -> bytes:
        clean = data.translate(_BLANKED)
        if clean != data:
            self.blanked += sum(data.count(bytes([code])) for code in _FORBIDDEN)
        if b"&#" in clean or b"\xef\xbf" in clean:
            clean, count = _FORBIDDEN_REFERENCE.subn(lambda match: b" " * len(match.group()), clean)
            self.blanked += count
        return clean


def open_export(path: Path) -> CleanBytes:
    """Open the export at `path` after looking at its head.

    Raises:
        NotAnExport: the file is missing, empty or no RSS.
        UnsafeExport: the file has a document type declaration (where entities are declared) or an encoding in which
            one could hide.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotAnExport(f"{path}: {error.strerror or error}. Give the path of the export file (.xml).") from error
    with file:
        head = file.read(PROLOG_LIMIT)
    _check_head(head, path)
    return CleanBytes(path.open("rb"))


def _check_head(head: bytes, path: Path) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:64]:
        raise UnsafeExport(f"{path.name} is not in UTF-8. Save it as UTF-8 and import again.")
    declared = _ENCODING.search(head[:200])
    if declared and not _ASCII_BASED.match(declared.group(1).decode()):
        raise UnsafeExport(f"{path.name} declares the encoding {declared.group(1).decode()}. Save it as UTF-8.")
    root = _root_name(head.removeprefix(b"\xef\xbb\xbf"), path)
    if root != b"rss":
        raise NotAnExport(
            f"{path.name} is no WordPress export: its first element is <{root.decode(errors='replace')[:40]}>, not "
            f"<rss>. In WordPress choose Tools, Export, All content."
        )


def _root_name(head: bytes, path: Path) -> bytes:
    """Return the name of the root element, stepping over declarations and comments."""
    at = 0
    while True:
        at = len(head) - len(head[at:].lstrip())
        if head.startswith(b"<?", at):
            end = head.find(b"?>", at) + 2
        elif head.startswith(b"<!--", at):
            end = head.find(b"-->", at + 4) + 3
        elif head.startswith(b"<!", at):
            raise UnsafeExport(
                f"{path.name} has a document type declaration, which WordPress never writes and which can make a "
                f"reader expand or load anything. It was refused; nothing was read."
            )
        else:
            name = re.compile(rb"<([^\s/>]+)").match(head, at)
            if name is None:
                raise NotAnExport(f"{path.name} is no XML file. In WordPress choose Tools, Export, All content.")
            return name.group(1)
        if end < 4:
            raise NotAnExport(f"{path.name} begins with a comment that never ends.")
        at = end
