"""Whole pages: an entry and its fragments, assembled without Django, in the encoding that the client reads."""

from __future__ import annotations

import json
import logging
import math
import time
from dataclasses import dataclass, replace
from hashlib import blake2b

from standfirst.delivery.edge.answers import make_ready
from standfirst.delivery.edge.asked import Asked
from standfirst.delivery.edge.current import GRACE, Current, Got, Stale
from standfirst.delivery.edge.hot import HotPage, HotPages, Ready
from standfirst.delivery.edge.negotiation import IDENTITY, SMALLEST, encode, is_compressible
from standfirst.delivery.edge.rendering import Rendered, Renderer
from standfirst.delivery.fragments import Pieces, parse, place
from standfirst.delivery.purging.cdn.service import Service
from standfirst.delivery.store import PageStore
from standfirst.delivery.store.entry import Entry, FragmentRef, Shape

logger = logging.getLogger("standfirst.delivery")

PRIVATE_FOR = 300.0
"""Seconds for which an address that answered one person is not asked on a canonical request again."""
MOST_SHAPES = 20_000
SHAPE_OF_MISSING = b"404"
MISSING_BYTES = 2 * 1024 * 1024
"""Room for 404s in a process's memory: apart, so that many of them never push out pages."""


QUESTION_BYTES = 2 * 1024 * 1024
"""The same for answers to questions."""


class Passing(Exception):
    """The answer is for one person: Django gets the whole request."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What to send: a page, `stale` when it is not current; or Django's answer to a page that could not be made."""

    page: HotPage | None
    stale: Stale | None = None
    rendered: Rendered | None = None
    new: bool = False


class Pages:
    """The pages of one process."""

    def __init__(self, renderer: Renderer, current: Current, hot: HotPages, service: Service) -> None:
        self.renderer = renderer
        self.current = current
        self.hot = hot
        self.service = service
        self.missing = HotPages(MISSING_BYTES)
        self.answers = HotPages(QUESTION_BYTES)
        self.varying: set[str] = set()
        self._fragments: dict[str, tuple[Entry, Pieces]] = {}
        self._shapes: dict[bytes, tuple[tuple[int, ...], Shape | None]] = {}
        self._missing_body = (b"", "", b"")

    def show(self, store: PageStore, asked: Asked, variant: str) -> Shown:
        """Return what to send for `asked` to a reader with the entitlement `variant` ("" when anonymous).

        What an address reads of the query, and whether it differs by entitlement, is known only after its first
        rendering, which is therefore done without both. Raises Passing.
        """
        shown = Shown(None)
        for _ in range(4):
            shape = self._shape(store, asked.shape_key)
            if shape and shape.private_until > time.time():
                raise Passing
            by_access = bool(shape and shape.by_access)
            wanted = asked.only(shape.query if shape else ())
            before = shown.new  # what was rendered to learn the shape counts as well
            shown = self._shown(store, wanted, variant if by_access else "", by_access=by_access)
            shown = replace(shown, new=shown.new or before)
            learned = self._shape(store, asked.shape_key)
            if shown.page is None or (learned or Shape()) == (shape or Shape()):
                break
        if shown.page is not None and shown.page.entry.status == 404:
            self._pass_what_missing_pages_read(store, asked)
        return shown

    def is_stored(self, store: PageStore, asked: Asked) -> bool:
        """Whether an answer to `asked` is at hand, current or not."""
        shape = self._shape(store, asked.shape_key) or Shape()
        wanted = asked.only(shape.query)
        name = hot_name(wanted, "")
        held = name in self.hot.pages or name in self.answers.pages
        return not wanted.query or held or store.read(wanted.key()) is not None

    def _pass_what_missing_pages_read(self, store: PageStore, asked: Asked) -> None:
        """Raise Passing when a parameter may lead somewhere: `/old-place/?p=12` has moved though nothing is there."""
        shape = self._shape(store, SHAPE_OF_MISSING)
        if shape and asked.only(shape.query).query:
            raise Passing

    def _shape(self, store: PageStore, path: bytes) -> Shape | None:
        stamp = store.state()[:3]
        kept = self._shapes.get(path)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        shape = store.shape(path)
        if len(self._shapes) >= MOST_SHAPES:
            self._shapes.clear()
        self._shapes[path] = (stamp, shape)
        return shape

    def _learn(self, store: PageStore, asked: Asked, rendered: Rendered) -> None:
        """Remember what a rendering showed of its address."""
        if rendered.failed:
            return
        path = SHAPE_OF_MISSING if rendered.status == 404 else asked.shape_key
        old = store.shape(path) or Shape()
        shape = Shape(
            tuple(sorted({*old.query, *rendered.trace.query})[:30]),
            rendered.trace.by_access,
            time.time() + PRIVATE_FOR if rendered.private else 0.0,
        )
        if shape != store.shape(path):
            store.write_shape(path, shape)
        self._shapes.pop(path, None)

    def _shown(self, store: PageStore, asked: Asked, variant: str, *, by_access: bool) -> Shown:
        name = hot_name(asked, variant)
        key = asked.key(variant)
        stamp = store.state()[:3]
        page = self.hot.pages.get(name) or self.answers.pages.get(name) or self.missing.pages.get(name)
        if page is not None and page.by_access != by_access:
            page = None  # its headers say something else
        if page is not None and page.stamp == stamp and time.time() < page.until:
            page.used = True
            return Shown(page)
        if page is not None and self._is_being_renewed(page, stamp):
            return Shown(page, Stale(GRACE))

        def render() -> Rendered:
            rendered = self.renderer.render(asked, variant)
            self._learn(store, asked, rendered)
            return rendered

        got = self.current.get(store, key, page.entry if page else None, render, is_question=asked.is_question)
        if got.rendered is not None and got.rendered.private:
            raise Passing
        if got.entry is None:
            return Shown(None, None, got.rendered)
        page, stale = self._assembled(store, got, page)
        page.by_access, page.variant, page.key, page.name = by_access, variant, key, name
        page.read = asked.query
        # An answer that is not stored (302, 400) is sent once; a stale page is kept for the time when all is lost.
        if got.rendered is None or got.rendered.storable:
            self._keep(asked, page, () if stale else stamp)
            if stale and stale.reason == "renewing" and stale.seconds < GRACE:
                page.stale_stamp, page.stale_until = stamp, time.monotonic() + GRACE - stale.seconds
        return Shown(page, stale, None, got.new)

    def _is_being_renewed(self, page: HotPage, stamp: tuple[int, ...]) -> bool:
        """Whether the change of `page` is known and so new that the old one may be sent while this process renders."""
        return (
            page.stale_stamp == stamp
            and time.monotonic() < page.stale_until
            and self.current.flights.is_under_way(page.key)
        )

    def _keep(self, asked: Asked, page: HotPage, stamp: tuple[int, ...]) -> None:
        page.stamp = stamp
        page.used = True
        if page.by_access:
            self.varying.add(asked.path)
        else:
            self.varying.discard(asked.path)
        room = self.missing if page.entry.status == 404 else self.answers if asked.is_question else self.hot
        for other in {self.hot, self.missing, self.answers} - {room}:
            other.drop(page.name)  # what stood here before must not be found again: it may have been taken back
        if room.pages.get(page.name) is not page:
            room.put(page)

    def _assembled(self, store: PageStore, got: Got, old: HotPage | None) -> tuple[HotPage, Stale | None]:
        """Put the fragments into their places; the page is as stale as the stalest of them."""
        entry, stale = got.entry, got.stale
        assert entry is not None  # noqa: S101 - the caller has looked
        tag, keys = blake2b(entry.digest, digest_size=16), set(entry.keys)
        until, modified_at = entry.fresh_until or math.inf, entry.modified_at
        body: list[bytes] = []
        for segment in entry.segments:
            if isinstance(segment, bytes):
                body.append(segment)
                continue
            part, pieces, part_stale = self._fragment(store, segment)
            stale = max((stale, part_stale), key=_seconds)
            if part is None:
                continue
            body.append(place(pieces, segment))
            tag.update(blake2b(body[-1], digest_size=16).digest())
            keys.update(part.keys)
            until, modified_at = min(until, part.fresh_until or math.inf), max(modified_at, part.modified_at)
        digest = tag.digest()
        union = tuple(sorted(keys))
        if old is not None and old.tag == digest and old.keys == union:
            old.entry, old.until = entry, until
            return old, stale
        page = HotPage(entry, b"".join(body), digest, modified_at, union)
        page.until = until
        return page, stale

    def _fragment(self, store: PageStore, ref: FragmentRef) -> tuple[Entry | None, Pieces, Stale | None]:
        name = fragment_name(ref)
        kept = self._fragments.get(name)
        asked = Asked(f"/{ref.edition}/")
        payload = json.dumps({"name": ref.name, "edition": ref.edition, "of": ref.of})
        got = self.current.get(
            store,
            name.encode(),
            kept[0] if kept else None,
            lambda: self.renderer.render(asked, fragment=payload),
        )
        if got.entry is None or got.entry.status != 200:
            # Nothing to fall back on: the page goes without, and is asked for again at the next request.
            return None, Pieces(), Stale(math.inf, "failed")
        if kept and kept[0].digest == got.entry.digest:
            pieces = kept[1]
        else:
            pieces = parse(b"".join(part for part in got.entry.segments if isinstance(part, bytes)))
        self._fragments[name] = (got.entry, pieces)
        return got.entry, pieces, got.stale

    def ready(self, store: PageStore, page: HotPage, encoding: str) -> Ready:
        """Return `page` in `encoding`, compressed now or when somebody asked before."""
        kind = next((value for name, value in page.entry.headers if name.lower() == "content-type"), "")
        if len(page.body) < SMALLEST or not is_compressible(kind):
            encoding = IDENTITY
        found = page.ready.get(encoding)
        if found is not None and time.time() < found.good_until:
            return found
        is_new = found is None
        body = page.body if encoding == IDENTITY else self._encoded(store, page, encoding)
        found = page.ready[encoding] = make_ready(page, encoding, body, self.service)
        if is_new and encoding != IDENTITY and page.entry.status != 404:  # those of 404s are shared
            room = self.answers if page.name in self.answers.pages else self.hot
            room.grow(page, len(body))
        return found

    def _encoded(self, store: PageStore, page: HotPage, encoding: str) -> bytes:
        if page.entry.status == 404:  # the same bytes at every address of an edition
            same = self._missing_body  # read once: another thread may put another edition's there
            if same[:2] != (page.tag, encoding):
                same = self._missing_body = (page.tag, encoding, encode(page.body, encoding))
            return same[2]
        kept = store.body(page.key, encoding, page.tag)
        if kept is None:
            kept = encode(page.body, encoding)
            store.write_body(page.key, encoding, page.tag, kept)
        return kept


def hot_name(asked: Asked, variant: str) -> str:
    """What a page is found under in the process's memory; the bare path in the most frequent case."""
    if not asked.query and not variant:
        return asked.path
    return f"{asked.path}?{asked.query_string}\0{variant}"


def fragment_name(ref: FragmentRef) -> str:
    """What a fragment is stored under: once an edition, or once for each thing that it is of."""
    return f"fragment:{ref.name}:{ref.edition}" + (f":{ref.of}" if ref.of else "")


def _seconds(stale: Stale | None) -> float:
    return -1.0 if stale is None else stale.seconds
