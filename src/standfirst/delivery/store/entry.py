"""What the page store keeps of one answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FragmentRef:
    """A place in a page where a fragment stands: without the item `without` ("" for none), at most `limit` (0: all).

    `at` is the page's address where the fragment marks its own entry, and "" where it marks none. `of` says of what the
    fragment is where an edition has more than one of its name (`section:12`); each is kept apart.
    """

    name: str
    edition: str
    without: str = ""
    limit: int = 0
    at: str = ""
    of: str = ""


Segment = bytes | FragmentRef


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer of Django, uncompressed, with everything needed to know whether it is still true.

    `sequence` is the store's sequence as it was before rendering began; `rendered_at`, `modified_at` (when the bytes
    last changed) and `fresh_until` are seconds since the epoch; `digest` identifies the bytes of the segments.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    segments: tuple[Segment, ...]
    keys: tuple[str, ...]
    sequence: int
    rendered_at: float
    modified_at: float
    fresh_until: float | None
    release: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of all answers of one path: the query parameters it reads, and whether entitlements change it.

    Until `private_until` (seconds since the epoch) its answers are for one person each and are not stored.
    """

    query: tuple[str, ...] = ()
    by_access: bool = False
    private_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Mark:
    """When a dependency key last changed: the store's sequence, and the monotonic clock in seconds."""

    sequence: int
    at: float
