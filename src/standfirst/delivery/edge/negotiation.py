"""Which encoding of a body a client gets (RFC 9110, 12.5.3), and making it."""

from __future__ import annotations

import gzip
import re

import brotli
import zstandard

IDENTITY = "identity"
ENCODINGS = ("br", "zstd", "gzip")
"""In the order of our preference: as small as the client can read."""
SMALLEST = 200
"""Bytes under which compression saves nothing on the wire."""
_COMPRESSIBLE = re.compile(r"text/|application/(?:[\w.+-]*(?:json|xml|javascript)|wasm)|image/svg\+xml")
LONGEST = 1000
"""Characters of an Accept-Encoding header; a longer one is no browser's, and gets what everybody can read."""
_PART = re.compile(r"([\w*-]+)\s*(?:;\s*q\s*=\s*(\d(?:\.\d{0,3})?))?", re.ASCII)
"""One part of the header without the space around it: each of its repetitions ends before the next can begin."""
BROTLI_QUALITY = 6
GZIP_LEVEL = 6
ZSTD_LEVEL = 6


def is_compressible(content_type: str) -> bool:
    """Whether bodies of this type get smaller by compression."""
    return bool(_COMPRESSIBLE.match(content_type.lower()))


def choose(accept: str) -> str:
    """Return the encoding for an Accept-Encoding header; nonsense in it is passed over."""
    if not accept or len(accept) > LONGEST:
        return IDENTITY
    weights: dict[str, float] = {}
    for part in accept.lower().split(","):
        match = _PART.fullmatch(part.strip())
        if match:
            weights[match[1]] = float(match[2]) if match[2] else 1.0
    if "x-gzip" in weights:
        weights["gzip"] = max(weights.get("gzip", 0.0), weights.pop("x-gzip"))
    if "*" in weights:
        weights = {encoding: weights["*"] for encoding in ENCODINGS if encoding not in weights} | weights
    best = max(ENCODINGS, key=lambda encoding: (weights.get(encoding, 0.0), -ENCODINGS.index(encoding)))
    weight = weights.get(best, 0.0)
    return best if weight > 0 and weight >= weights.get(IDENTITY, 0.0) else IDENTITY


class Choices:
    """Remembers the choice for the few Accept-Encoding headers that clients really send."""

    MOST = 256
    LONGEST = 100
    """Characters of a header that is remembered; those of browsers have about thirty."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def of(self, accept: str) -> str:
        """The same as `choose`."""
        found = self.known.get(accept)
        if found is None:
            found = choose(accept)
            if len(self.known) < self.MOST and len(accept) <= self.LONGEST:
                self.known[accept] = found
        return found


def encode(body: bytes, encoding: str) -> bytes:
    """Compress `body`; `encoding` is one of ENCODINGS or IDENTITY."""
    if encoding == "br":
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
    if encoding == "zstd":
        return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body)
    if encoding == "gzip":
        return gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
    return body
