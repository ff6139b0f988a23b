"""Addresses of which strangers can ask endlessly many different things: searches, and suggestions while they type.

What such an address answers is stored like any page, under one key for everything that asks the same, but in a row of
its own that is bounded (`store.pages`), so that no number of questions pushes a story out. An answer that is not at
hand costs its network one of a few tokens, because each is work that a stored page is not.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from standfirst.delivery.edge.asked import Asked, Refused

MOST_NETWORKS = 10_000
"""Networks whose tokens are remembered at once; some 2 MB."""
EVERYBODY = 20
"""All networks together get as many tokens as so many: an attack from a thousand networks is bounded as well."""
TOO_MANY = "Too many different searches came from your network. Please wait a few seconds and try again."

Name = TypeVar("Name")
Normalised = Callable[[str, Mapping[str, str]], Mapping[str, str]]
"""Is given the path (percent-decoded) and the parameters; returns those that matter, each in its one form."""


@dataclass(frozen=True)
class Kind:
    """Addresses that fit `pattern`. A network gets `at_once` answers that are not at hand, then `a_second` more."""

    pattern: re.Pattern[str]
    normalised: Normalised
    at_once: int
    a_second: float


_kinds: list[Kind] = []


def register_question(pattern: str, normalised: Normalised, *, at_once: int, a_second: float) -> None:
    """Let the paths that `pattern` matches whole be questions; see `Kind`."""
    _kinds.append(Kind(re.compile(pattern), normalised, at_once, a_second))


def kind_of(asked: Asked) -> Kind | None:
    """Return the kind of question that `asked` is, or `None` when it asks for one page of a number that is known."""
    return next((kind for kind in _kinds if asked.query and kind.pattern.fullmatch(asked.path)), None)


def question(kind: Kind, asked: Asked) -> Asked:
    """Return `asked` in its one form, marked as a question."""
    path = asked.path.encode("latin-1").decode("utf-8")
    pairs = kind.normalised(path, dict(asked.query))
    return replace(asked, query=tuple(sorted(pairs.items())), is_open=True)


@dataclass(slots=True)
class Bucket:
    """Tokens that were left `at` a moment (monotonic seconds)."""

    tokens: float
    at: float


class Tokens:
    """The tokens of all networks in one process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._everybody: dict[str, Bucket] = {}

    def take(self, kind: Kind, network: str) -> None:
        """Take a token. Raises Refused (429) when `network`, or everybody, has none left."""
        name = kind.pattern.pattern
        with self._lock:
            own = self._filled(self._buckets, (name, network), kind.at_once, kind.a_second)
            all_of_them = self._filled(self._everybody, name, EVERYBODY * kind.at_once, EVERYBODY * kind.a_second)
            if own.tokens < 1 or all_of_them.tokens < 1:
                raise Refused(429, TOO_MANY, Retry_After=str(max(1, round(1 / kind.a_second))))
            own.tokens -= 1
            all_of_them.tokens -= 1

    def _filled(self, buckets: dict[Name, Bucket], name: Name, most: int, a_second: float) -> Bucket:
        now = self._now()
        bucket = buckets.get(name)
        if bucket is None:
            if len(buckets) >= MOST_NETWORKS:  # the one that was not heard of for longest has most of its tokens again
                del buckets[next(iter(buckets))]
            bucket = buckets[name] = Bucket(most, now)
        bucket.tokens = min(most, bucket.tokens + (now - bucket.at) * a_second)
        bucket.at = now
        buckets[name] = buckets.pop(name)
        return bucket
