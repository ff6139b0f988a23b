"""Where beacons come in: two addresses that the edge answers without Django and without a database.

The answer is the same whatever was sent: nobody learns here what counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

import lmdb

from standfirst.counting.counter import ReadCounter
from standfirst.counting.judging import APPEAL_KINDS, Beacon
from standfirst.counting.models import OWN_REFERRER, Device
from standfirst.counting.models.rollups import CAMPAIGN_LENGTH, REFERRER_LENGTH
from standfirst.counting.reasons import Reason
from standfirst.counting.robots import DataCentres, is_robot
from standfirst.counting.today import Today
from standfirst.counting.tokens import Page, read_page_token, read_variant_token
from standfirst.delivery.edge.addresses import Address, reader_address
from standfirst.delivery.metrics import COUNTS

BEACONS, IMAGE = "/reads/", "/reads/dot.gif"
LONGEST_BODY = 1024
"""Bytes; our scripts send less than half of that."""
MOST_FIELDS = 8
DOT = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002014401003b")
"""A transparent picture of one point."""
DEVICES = {**{kind: kind for kind in Device.values}, "0": Device.PHONE.value, "1": Device.TABLET.value}
"""Devices by name, and by how often 512 points go into the width of the window."""
DEVICES |= {str(width): Device.DESKTOP.value for width in range(2, 20)}
IMAGE_EVERY = 300
"""Seconds for which the image counts a visitor once on a page: without a script a view has no name of its own."""
_NONCE = re.compile(r"[!-~]{4,64}")
_HOST = re.compile(rf"[a-z0-9._-]{{1,{REFERRER_LENGTH}}}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")
Start = Callable[..., Any]


class Refusal(Exception):
    """A beacon that does not count."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Intake:
    """Reads requests into beacons for `counter`.

    `address_key` names the header in which a proxy or CDN says whose request it is; see `reader_address`.
    """

    def __init__(self, counter: ReadCounter, *, address_key: str = "", data_centres: DataCentres | None = None) -> None:
        self.counter = counter
        self._address_key = address_key
        self._data_centres = data_centres or DataCentres()

    def endpoints(self) -> dict[str, Callable[[dict[str, Any], Start], Iterable[bytes]]]:
        """The addresses that the edge gives to this intake."""
        return {BEACONS: self.beacon, IMAGE: self.image}

    def beacon(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Take what a script sent, and answer 204."""
        self._take(environ, self._read_beacon)
        start_response("204 No Content", [("Cache-Control", "no-store")])
        return []

    def image(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Take the view of a reader without JavaScript, and answer with a transparent point."""
        self._take(environ, self._read_image)
        kind, length = ("Content-Type", "image/gif"), ("Content-Length", str(len(DOT)))
        start_response("200 OK", [kind, length, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")])
        return [DOT]

    def _take(self, environ: dict[str, Any], read: Callable[[dict[str, Any]], Beacon]) -> None:
        self.counter.begin()
        try:
            _refuse_who_asked_not_to(environ)
            _refuse_other_sites(environ)
            self.counter.take(read(environ))
        except Refusal as refusal:
            self.counter.filter(refusal.reason)
        except (lmdb.Error, OSError):
            COUNTS.error("counting")

    def _read_beacon(self, environ: dict[str, Any]) -> Beacon:
        said = _fields(environ)
        kind, nonce = said.get("k", ""), said.get("n", "")
        if not _NONCE.fullmatch(nonce):
            raise Refusal(Reason.MALFORMED)
        page = _page(said)
        today, address, agent = self._reader(environ)
        details = _details(kind, said, environ)
        now, name = self.counter.now(), today.nonce(nonce.encode())
        return Beacon(now, kind, page, name, today.visitor(address, agent), today.network(address), **details)

    def _read_image(self, environ: dict[str, Any]) -> Beacon:
        if environ["REQUEST_METHOD"] != "GET":
            raise Refusal(Reason.MALFORMED)
        page = _page(_parsed(environ.get("QUERY_STRING", "")[:LONGEST_BODY]))
        today, address, agent = self._reader(environ)
        now, visitor = self.counter.now(), today.visitor(address, agent)
        period = int(now // IMAGE_EVERY)
        nonce = today.nonce(visitor, f"{page.story}.{page.edition}.{period}".encode())
        return Beacon(now, "view", page, nonce, visitor, today.network(address))

    def _reader(self, environ: dict[str, Any]) -> tuple[Today, Address, str]:
        if is_robot(environ):
            raise Refusal(Reason.ROBOT)
        address = self._address(environ)
        if address in self._data_centres:
            raise Refusal(Reason.DATA_CENTRE)
        return self.counter.today(), address, environ["HTTP_USER_AGENT"]

    def _address(self, environ: dict[str, Any]) -> Address:
        """Whose request it is. It leaves this module as a salted hash only."""
        try:
            return reader_address(environ, self._address_key)
        except ValueError:
            raise Refusal(Reason.MALFORMED) from None


def _refuse_who_asked_not_to(environ: dict[str, Any]) -> None:
    if environ.get("HTTP_DNT") == "1" or environ.get("HTTP_SEC_GPC") == "1":
        raise Refusal(Reason.ASKED_NOT)


def _refuse_other_sites(environ: dict[str, Any]) -> None:
    """Another site could otherwise let its own readers count for us."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        if site != "same-origin":
            raise Refusal(Reason.ELSEWHERE)
        return
    origin = environ.get("HTTP_ORIGIN") or environ.get("HTTP_REFERER")
    if origin and _host(origin) != environ.get("HTTP_HOST", "").lower():
        raise Refusal(Reason.ELSEWHERE)


def _fields(environ: dict[str, Any]) -> dict[str, str]:
    length = environ.get("CONTENT_LENGTH") or ""
    if environ["REQUEST_METHOD"] != "POST" or not length.isdecimal() or not 0 < int(length) <= LONGEST_BODY:
        raise Refusal(Reason.MALFORMED)
    return _parsed(environ["wsgi.input"].read(int(length)).decode("latin-1"))


def _parsed(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, max_num_fields=MOST_FIELDS, errors="strict"))
    except (ValueError, UnicodeDecodeError):
        raise Refusal(Reason.MALFORMED) from None


def _page(said: dict[str, str]) -> Page:
    page = read_page_token(said.get("p", ""))
    if page is None:
        raise Refusal(Reason.FORGED)
    return page


def _details(kind: str, said: dict[str, str], environ: dict[str, Any]) -> dict[str, Any]:
    """What a beacon of `kind` says besides page and nonce."""
    if kind == "view":
        return {
            "referrer": _referrer(said.get("r", ""), environ),
            "campaign": _campaign(said.get("c", "")),
            "device": DEVICES.get(said.get("d", ""), ""),
        }
    if kind == "end":
        return {"depth": min(100, _number(said.get("s", ""))), "seconds": _number(said.get("t", ""))}
    if kind not in APPEAL_KINDS:
        raise Refusal(Reason.MALFORMED)
    variant = read_variant_token(said.get("a", ""))
    if variant is None:
        raise Refusal(Reason.FORGED)
    return {"variant": variant}


def _campaign(said: str) -> str:
    """The campaign as it stands in an address: still encoded there, and `undefined` to a script where there is none."""
    text = unquote_plus("" if said == "undefined" else said)
    return _UNPRINTABLE.sub(" ", text)[:CAMPAIGN_LENGTH].strip()


def _referrer(said: str, environ: dict[str, Any]) -> str:
    """The host that a reader came from, `own` for ours, and nothing for what is no host."""
    host = said.lower().partition(":")[0].removeprefix("www.")
    if host and host == environ.get("HTTP_HOST", "").lower().partition(":")[0].removeprefix("www."):
        return OWN_REFERRER
    return host if "." in host and _HOST.fullmatch(host) else ""


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise Refusal(Reason.MALFORMED)
    return int(text)


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""
