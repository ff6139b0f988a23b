"""Fragments: parts that stand on many pages and change often, kept once an edition and put in when a page is sent.

Some are kept once for each thing they are of: `{% fragment "popular" of="section:12" %}`.

Upper layers register what fills a fragment; a template says where it stands with `{% fragment "picks" limit=4 %}`.
While a page is traced the tag writes a marker that only this process can write, the edge splits the page there, and
the fragment is rendered, traced and stored on its own. Everywhere else the tag writes the same bytes at once.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.template.loader import render_to_string

from standfirst.delivery.store.entry import FragmentRef, Segment

Contents = Callable[[HttpRequest], Mapping[str, Any] | None]
"""What fills a fragment's template on the edition's front address; `None` when there is nothing to show."""
ContentsOf = Callable[[HttpRequest, str], Mapping[str, Any] | None]
"""The same, for a fragment that also takes what it is of ("" where the template does not say)."""
ADDRESSED: tuple[str, ...] = ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST")
NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")

_NONCE = secrets.token_hex(16)
"""Nobody outside this process knows it, so no text of a story can pass for a marker."""
_PLACE = re.compile(rb"<!--%s ([0-9a-f]+)-->" % _NONCE.encode())
_ITEM = re.compile(rf"<!--{_NONCE} item ([0-9a-f]*)-->(.*?)<!--{_NONCE} end-->", re.DOTALL)
_HERE = f"<!--{_NONCE} here-->"
_collects: ContextVar[bool] = ContextVar("standfirst_fragment", default=False)


class FragmentError(ValueError):
    """A fragment cannot be registered; the message says why and what to do."""


@dataclass(frozen=True)
class Fragment:
    """A registered fragment: its template, the function that says what it shows, and whether it is `of` something."""

    name: str
    template: str
    contents: ContentsOf
    takes_of: bool


class Item(NamedTuple):
    """One entry of a fragment: as it stands on most pages, on the page it leads to, and on pages below that one."""

    key: str
    html: bytes
    here: bytes
    below: bytes

    def at(self, address: str) -> bytes:
        """The entry as it stands on the page at `address` ("" for a page without a place)."""
        if not self.key or not address.startswith(self.key):
            return self.html
        return self.here if address == self.key else self.below


class Pieces(NamedTuple):
    """A rendered fragment, taken apart so that each page can leave out and mark what it wants."""

    before: bytes = b""
    items: tuple[Item, ...] = ()
    after: bytes = b""

    @property
    def payload(self) -> bytes:
        """As JSON in UTF-8; `parse` reads it."""
        items = [[item.key, *(form.decode() for form in item[1:])] for item in self.items]
        found = {"before": self.before.decode(), "items": items, "after": self.after.decode()}
        return json.dumps(found, ensure_ascii=False).encode()


_registered: dict[str, Fragment] = {}


def fragment(name: str, template: str) -> Callable[[Contents], Contents]:
    """Register the decorated function as what fills fragment `name`, shown by `template`.

    Raises:
        FragmentError: the name is taken, or is not made of small letters, digits and underscores.
    """
    _check_name(name)

    def register(contents: Contents) -> Contents:
        _register(Fragment(name, template, lambda request, of: contents(request), takes_of=False))
        return contents

    return register


def fragment_of(name: str, template: str) -> Callable[[ContentsOf], ContentsOf]:
    """Register the decorated function as `fragment` does; it is also given what the fragment is of.

    Raises:
        FragmentError: the name is taken, or is not made of small letters, digits and underscores.
    """
    _check_name(name)

    def register(contents: ContentsOf) -> ContentsOf:
        _register(Fragment(name, template, contents, takes_of=True))
        return contents

    return register


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise FragmentError(f"Fragment name {name!r}: use up to 30 small letters, digits and underscores.")


def _register(made: Fragment) -> None:
    if made.name in _registered:
        raise FragmentError(f"There is a fragment {made.name!r} already: choose another name.")
    _registered[made.name] = made


def names() -> list[str]:
    """Return the names of all registered fragments."""
    return sorted(_registered)


def takes_of(name: str) -> bool:
    """Tell whether fragment `name` is of something. Raises KeyError when there is no such fragment."""
    return _registered[name].takes_of


def render(name: str, request: HttpRequest, of: str = "") -> Pieces:
    """Render fragment `name` for the edition whose front address `request` asks for, in the language in force.

    `of` is what the fragment is of, "" where it is of nothing.

    Raises:
        KeyError: there is no such fragment.
    """
    found = _registered[name]
    with _collecting():
        contents = found.contents(request, of)
        html = "" if contents is None else render_to_string(found.template, dict(contents), request)
    return _taken_apart(html.strip())


def request_for(edition: str, like: HttpRequest | None) -> HttpRequest:
    """Return the request that fragments of `edition` are rendered on: nothing in it differs from reader to reader.

    One is made for each request `like`, so that what one fragment has read the next need not read again.
    """
    kept: dict[str, HttpRequest] = like.__dict__.setdefault("fragment_requests", {}) if like is not None else {}
    if edition not in kept:
        request = HttpRequest()
        request.method = "GET"
        request.path = request.path_info = f"/{edition}/"
        given = like.META if like is not None else {}
        host = {name: given[name] for name in ADDRESSED if name in given}
        request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"} | host
        kept[edition] = request
    return kept[edition]


def marker(ref: FragmentRef) -> str:
    """Return what the page holds in the fragment's place until `split` takes it apart."""
    return f"<!--{_NONCE} {json.dumps(asdict(ref)).encode().hex()}-->"


def is_collecting() -> bool:
    """Tell whether a fragment is being rendered now: inside it, other fragments are written out at once."""
    return _collects.get()


def item_markers(key: str) -> tuple[str, str]:
    """Return what stands before and after an item while a fragment is rendered."""
    return f"<!--{_NONCE} item {key.encode().hex()}-->", f"<!--{_NONCE} end-->"


def here_marker() -> str:
    """Return what stands where an item says that the reader is there already."""
    return _HERE


def split(body: bytes) -> tuple[Segment, ...]:
    """Take a page apart at the markers that this process wrote; all other bytes stay as they are."""
    parts = _PLACE.split(body)
    found = [FragmentRef(**json.loads(bytes.fromhex(p.decode()))) if at % 2 else p for at, p in enumerate(parts)]
    return tuple(segment for segment in found if segment)


def parse(payload: bytes) -> Pieces:
    """Read what `FragmentMiddleware` answered.

    Raises:
        ValueError: it is something else.
    """
    try:
        found = json.loads(payload)
        items = tuple(Item(key, *(form.encode() for form in forms)) for key, *forms in found["items"])
        return Pieces(found["before"].encode(), items, found["after"].encode())
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"This is no fragment: {payload[:80]!r}") from error


def place(pieces: Pieces, ref: FragmentRef) -> bytes:
    """Return what stands at the place `ref`: without one item, at most so many, and nothing where none is left."""
    items = [item for item in pieces.items if not ref.without or item.key != ref.without]
    if pieces.items and not items:
        return b""
    shown = items[: ref.limit] if ref.limit else items
    return b"".join((pieces.before, *(item.at(ref.at) for item in shown), pieces.after))


@contextmanager
def _collecting() -> Iterator[None]:
    token = _collects.set(True)
    try:
        yield
    finally:
        _collects.reset(token)


def _taken_apart(html: str) -> Pieces:
    """Split a rendered fragment at its items; what stands between two items belongs to the second."""
    items: list[Item] = []
    before, at = "", 0
    for found in _ITEM.finditer(html):
        between, at = html[at : found.start()], found.end()
        if items:
            inner = between + found[2]
        else:
            before, inner = between, found[2]
        items.append(_item(bytes.fromhex(found[1]).decode(), inner))
    return Pieces(before.encode(), tuple(items), html[at:].encode()) if items else Pieces(html.encode())


def _item(key: str, html: str) -> Item:
    forms = ("", ' aria-current="page"', ' aria-current="true"')
    return Item(key, *(html.replace(_HERE, form).encode() for form in forms))
