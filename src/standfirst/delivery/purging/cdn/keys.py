"""A page's dependency keys in a response header, which has room for only so many."""

from __future__ import annotations

from collections.abc import Collection
from zlib import crc32

KEY_BYTES = 4000
"""Longest value of a header of keys. Varnish refuses header lines over 8 KB (http_resp_hdr_len), Fastly and
Cloudflare values over 16 KB; proxies on the way often stop at 8 KB for all headers together."""

BUCKETS = 512
EVERYTHING = "~all"
"""Every page carries it: what is purged when everything has to go. Static files do not, and stay."""


def bucket(key: str) -> str:
    """The coarser key that `key` belongs to: `~0` to `~1ff`, the same in every process and release."""
    return f"~{crc32(key.encode()) % BUCKETS:x}"


def header_value(keys: Collection[str], separator: str) -> str:
    """The keys of a page as one value of at most KEY_BYTES.

    A page with more keys than fit (a front page of some hundred stories) carries the buckets of all its keys instead:
    512 of them take 2,292 bytes with EVERYTHING, so they always fit. Whoever purges a key purges its bucket as well;
    such a page is then sometimes purged without need, and never kept without right.
    """
    value = separator.join([*sorted(keys), EVERYTHING])
    return value if len(value) <= KEY_BYTES else separator.join([*sorted({bucket(key) for key in keys}), EVERYTHING])


def to_purge(keys: Collection[str]) -> list[str]:
    """Everything to purge for changed `keys`, without repetition: the keys, then their buckets."""
    return [*dict.fromkeys(keys), *dict.fromkeys(map(bucket, keys))]
