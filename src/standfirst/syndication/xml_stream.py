"""Writes a long XML document piece by piece, so that memory does not grow with its length."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.xmlutils import SimplerXMLGenerator

from standfirst.syndication.text import xml_text

CHUNK = 16 * 1024


class XmlStream:
    """An XML writer whose output is taken away as it grows."""

    def __init__(self) -> None:
        self._buffer = io.StringIO()
        self._writer: Any = SimplerXMLGenerator(self._buffer, "utf-8", short_empty_elements=True)
        self._writer.startDocument()

    def start(self, name: str, attributes: Mapping[str, str] | None = None) -> None:
        self._writer.startElement(name, dict(attributes or {}))

    def end(self, name: str) -> None:
        self._writer.endElement(name)

    def element(self, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> None:
        self._writer.addQuickElement(name, xml_text(text), dict(attributes or {}))

    def taken(self, *, whole: bool = False) -> Iterator[str]:
        """Yield what was written so far when it is worth a piece, or in any case when it is the `whole` rest."""
        if self._buffer.tell() < CHUNK and not whole:
            return
        yield self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
