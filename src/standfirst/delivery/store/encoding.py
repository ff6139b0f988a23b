"""Entries and shapes as bytes: zstandard over JSON for what describes an answer, the bytes of its segments apart.

The segments stand apart so that answers with the same bytes (every unknown address has the same page) share them.
Each value begins with its CRC-32, so that a damaged one is a miss and not an answer.
"""

from __future__ import annotations

import json
import struct
import threading
import zlib
from typing import Any, NamedTuple, cast

import zstandard

from standfirst.delivery.store.entry import Entry, FragmentRef, Segment, Shape

LEVEL = 1
"""Of zstandard, the fastest: a page is packed on each miss."""
LARGEST = 64 * 1024 * 1024
"""Bytes that one value may unpack to; a damaged length must not ask for all memory."""
_CHECK = struct.Struct("<I")
_thread = threading.local()


class Damaged(Exception):
    """Bytes of the store that are not what was written; the message says what is wrong with them."""


def pack(data: bytes) -> bytes:
    """Put a checksum before `data`."""
    return _CHECK.pack(zlib.crc32(data)) + data


def unpack(value: bytes) -> bytes:
    """Return what `pack` was given. Raises Damaged when it is something else."""
    data = value[_CHECK.size :]
    if len(value) < _CHECK.size or _CHECK.pack(zlib.crc32(data)) != value[: _CHECK.size]:
        raise Damaged(f"the checksum of a value of {len(value)} bytes does not fit")
    return data


def compress(data: bytes) -> bytes:
    """Return `data` compressed, with a checksum."""
    compressor = getattr(_thread, "compressor", None)
    if compressor is None:  # one a thread: they are not made to be shared
        compressor = _thread.compressor = zstandard.ZstdCompressor(level=LEVEL)
    return pack(compressor.compress(data))


def decompress(value: bytes) -> bytes:
    """Return what `compress` was given. Raises Damaged when it is something else."""
    decompressor = getattr(_thread, "decompressor", None)
    if decompressor is None:
        decompressor = _thread.decompressor = zstandard.ZstdDecompressor()
    try:
        data: bytes = decompressor.decompress(unpack(value), max_output_size=LARGEST)
    except zstandard.ZstdError as error:
        raise Damaged(str(error)) from error
    return data


def describe(key: bytes, entry: Entry, shared: bytes) -> bytes:
    """Return what the store keeps of `entry` under page key `key`, except the bytes, which stand under `shared`."""
    segments = [
        len(part) if isinstance(part, bytes) else [part.name, part.edition, part.without, part.limit, part.at, part.of]
        for part in entry.segments
    ]
    record = [
        key.hex(),
        shared.hex(),
        entry.status,
        entry.headers,
        segments,
        entry.keys,
        entry.sequence,
        entry.rendered_at,
        entry.modified_at,
        entry.fresh_until,
        entry.release,
        entry.digest.hex(),
    ]
    return compress(json.dumps(record, separators=(",", ":")).encode())


def content(entry: Entry) -> bytes:
    """Return the bytes of all segments of `entry`, one after the other."""
    return b"".join([part for part in entry.segments if isinstance(part, bytes)])


class Description(NamedTuple):
    """An entry without its bytes, which stand under the name `shared`."""

    key: bytes
    shared: bytes
    parts: list[Any]
    fields: dict[str, Any]

    def entry(self, data: bytes) -> Entry:
        """Return the entry whose segments' bytes are `data`. Raises Damaged when they are too few or too many."""
        return Entry(segments=_segments(self.parts, data), **self.fields)


def described(value: bytes) -> Description:
    """Return what `describe` was given. Raises Damaged when `value` is something else."""
    try:
        key, shared, *rest = cast(list[Any], json.loads(decompress(value)))
        status, headers, parts, keys, sequence, rendered_at, modified_at, fresh_until, release, digest = rest
        names = bytes.fromhex(key), bytes.fromhex(shared)
        fields = {
            "status": status,
            "headers": tuple([(name, text) for name, text in headers]),
            "keys": tuple(keys),
            "sequence": sequence,
            "rendered_at": rendered_at,
            "modified_at": modified_at,
            "fresh_until": fresh_until,
            "release": release,
            "digest": bytes.fromhex(digest),
        }
    except (ValueError, TypeError) as error:
        raise Damaged(f"the description of an entry cannot be read: {error}") from error
    return Description(*names, parts, fields)


def _segments(parts: list[Any], data: bytes) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    start = 0
    for part in parts:
        if isinstance(part, int):
            segments.append(data[start : start + part])
            start += part
        else:
            segments.append(FragmentRef(*part))
    if start != len(data):
        raise Damaged(f"an entry's segments have {len(data)} bytes instead of {start}")
    return tuple(segments)


def pack_shape(shape: Shape) -> bytes:
    """Return `shape` as bytes."""
    return pack(json.dumps([shape.query, shape.by_access, shape.private_until], separators=(",", ":")).encode())


def unpack_shape(value: bytes) -> Shape:
    """Return what `pack_shape` was given. Raises Damaged when it is something else."""
    try:
        query, by_access, private_until = json.loads(unpack(value))
        return Shape(query=tuple(query), by_access=by_access, private_until=private_until)
    except (ValueError, TypeError) as error:
        raise Damaged(f"a shape cannot be read: {error}") from error
