"""What a client asked for, checked before anything is looked up: nothing hostile ever becomes a key.

Refusals follow RFC 9110: 400 for what cannot be understood, 404 for addresses that no page can have, 405 for methods,
414 for addresses that are too long, 421 for hosts that are not ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from django.http.request import split_domain_port, validate_host

LONGEST_PATH = 2048
LONGEST_QUERY = 2048
LONGEST_VALUE = 200
MOST_PARAMETERS = 20
PUBLIC_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
METHODS = PUBLIC_METHODS | {"PUT", "PATCH", "DELETE"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DOTS = re.compile(r"(?:^|/)\.{1,2}(?:/|$)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


class Refused(Exception):
    """A request that is answered with `status` and one plain sentence, at once and cheaply."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = [(name.replace("_", "-"), value) for name, value in headers.items()]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a page: `path` as WSGI gives it (bytes as latin-1), `query` its usable parameters, sorted.

    `is_open`: its address answers endlessly many different queries (`questions`).
    """

    path: str
    query: tuple[tuple[str, str], ...] = ()
    raw_query: str = ""
    is_open: bool = False

    def only(self, names: Sequence[str]) -> Asked:
        """The same request with these parameters alone."""
        return replace(self, query=tuple(pair for pair in self.query if pair[0] in names))

    @property
    def is_question(self) -> bool:
        """Whether the answer is one of endlessly many."""
        return self.is_open and bool(self.query)

    @property
    def query_string(self) -> str:
        return urlencode(self.query)

    def key(self, variant: str = "") -> bytes:
        """What the answer is stored under."""
        return f"{self.path}?{self.query_string}\0{variant}".encode("latin-1")

    @property
    def shape_key(self) -> bytes:
        return self.path.encode("latin-1")


class Hosts:
    """The host names this newsroom answers to; the few that clients really send are remembered."""

    MOST_REMEMBERED = 64

    def __init__(self, allowed: Sequence[str]) -> None:
        self.allowed = list(allowed)
        self.known: set[str] = set()

    def check(self, host: str) -> None:
        """Raise Refused (400 or 421) unless `host`, as it stood in the request, is ours."""
        if host in self.known:
            return
        domain, _port = split_domain_port(host)
        if not domain:
            raise Refused(400, "The request names no host, or one that cannot be read.")
        if not validate_host(domain, self.allowed):
            raise Refused(421, "No newsroom of this name is served here.")
        if len(self.known) < self.MOST_REMEMBERED:
            self.known.add(host)


def checked_path(path: str) -> str:
    """Return `path`. Raises Refused when no page can stand there."""
    if len(path) > LONGEST_PATH:
        raise Refused(414, "The address is too long.")
    if not path.startswith("/") or _CONTROL.search(path):
        raise Refused(400, "The address holds characters that no address may hold.")
    if not path.isascii():
        try:
            path.encode("latin-1").decode("utf-8")
        except (UnicodeDecodeError, UnicodeEncodeError) as error:
            raise Refused(400, "The address is not valid UTF-8.") from error
    if "//" in path or "\\" in path or _DOTS.search(path):
        raise Refused(404, "There is no page at this address.")
    return path


def checked_query(text: str) -> tuple[tuple[str, str], ...]:
    """Return the parameters that a page could read: sorted, the last of each name, none empty or overlong.

    Raises Refused when the query is too long.
    """
    if not text:
        return ()
    if len(text) > LONGEST_QUERY:
        raise Refused(414, "The address is too long.")
    try:
        pairs = parse_qsl(text, max_num_fields=MOST_PARAMETERS, errors="strict")
    except (ValueError, UnicodeDecodeError):
        return ()
    return tuple(sorted({name: value for name, value in pairs if _usable(name, value)}.items()))


def _usable(name: str, value: str) -> bool:
    return len(value) <= LONGEST_VALUE and bool(_NAME.fullmatch(name)) and not _CONTROL.search(value)


def asked_for(environ: Mapping[str, Any]) -> Asked:
    """Read and check path and query of a request. Raises Refused."""
    query = environ.get("QUERY_STRING", "")
    return Asked(checked_path(environ["PATH_INFO"]), checked_query(query), query)


def check_method(method: str, *, public: bool) -> None:
    """Raise Refused (405) for methods that nothing here answers."""
    allowed = PUBLIC_METHODS if public else METHODS
    if method not in allowed:
        raise Refused(405, "This method is not answered here.", Allow=", ".join(sorted(allowed)))


def uri(path: str, raw_query: str) -> str:
    """The address as it may stand in a Location header."""
    address = quote(path.encode("latin-1"), safe="/~@:!$&'()*+,;=-._")
    return f"{address}?{quote(raw_query, safe='/~@:!$&()*+,;=-._?%')}" if raw_query else address
