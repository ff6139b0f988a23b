"""Decides what of the beacons counts, and adds it up: the rules of docs/explanation/counting.md in one place."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from standfirst.counting import caps, rows
from standfirst.counting.ledger.totals import Key
from standfirst.counting.ledger.visits import Deciding, View
from standfirst.counting.models import OTHER
from standfirst.counting.reasons import Reason
from standfirst.counting.tokens import Page

APPEAL_KINDS = {"seen": 0, "click": 1, "close": 2}
KINDS = frozenset({"view", "end", *APPEAL_KINDS})


@dataclass(frozen=True, slots=True)
class Beacon:
    """One beacon that was taken: `at` in seconds since the epoch, `nonce`, `visitor` and `network` salted hashes.

    `depth` is in percents of the text, `seconds` how long the page was visible; `variant` is that of an appeal.
    """

    at: float
    kind: str
    page: Page
    nonce: bytes
    visitor: bytes
    network: bytes
    referrer: str = ""
    campaign: str = ""
    device: str = ""
    depth: int = 0
    seconds: int = 0
    variant: int = 0


class Judge:
    """Adds up the beacons of one transaction into `sums`; what does not count is added up by reason."""

    def __init__(self, deciding: Deciding) -> None:
        self.deciding = deciding
        self.sums: dict[Key, list[int]] = {}
        self.filtered: Counter[Reason] = Counter()

    def take(self, beacons: Iterable[Beacon]) -> None:
        """Judge each of them, in this order."""
        for beacon in beacons:
            reason = self._reason_against(beacon)
            if reason is not None:
                self.refuse([beacon], reason)

    def refuse(self, beacons: Iterable[Beacon], reason: Reason) -> None:
        """Count beacons as filtered for `reason`."""
        for beacon in beacons:
            self.filtered[reason] += 1
            self.add(rows.filtered(beacon.at, reason), 1)

    def add(self, key: Key, *numbers: int) -> None:
        """Add numbers to a row."""
        row = self.sums.setdefault(key, [0] * len(numbers))
        for position, number in enumerate(numbers):
            row[position] += number

    def _reason_against(self, beacon: Beacon) -> Reason | None:
        minute = struct.pack("<I", int(beacon.at // 60))
        rates = {b"r" + beacon.visitor + minute: caps.VISITOR_RATE, b"R" + beacon.network + minute: caps.NETWORK_RATE}
        if not self._within(rates):
            return Reason.BURST
        if beacon.kind == "view":
            return self._view(beacon)
        if beacon.kind == "end":
            return self._end(beacon)
        return self._appeal(beacon)

    def _within(self, limits: dict[bytes, int]) -> bool:
        """Count once more under each name, unless one of them has reached its limit."""
        if any(self.deciding.count(name) >= limit for name, limit in limits.items()):
            return False
        for name in limits:
            self.deciding.add(name)
        return True

    def _capped(
        self, kind: bytes, beacon: Beacon, what: bytes, visitor: int, network: int, of_all: int
    ) -> Reason | None:
        """Count `kind` for a visitor (this day) and a network (this hour), or say which has reached its cap."""
        hour = struct.pack("<I", int(beacon.at // 3600))
        by_visitor = {b"v" + kind + beacon.visitor + what: visitor}
        by_network = {
            b"n" + kind + beacon.network + hour + what: network,
            b"N" + kind + beacon.network + hour: of_all,
        }
        if any(self.deciding.count(name) >= limit for name, limit in by_visitor.items()):
            return Reason.VISITOR_CAP
        return None if self._within(by_visitor | by_network) else Reason.NETWORK_CAP

    def _view(self, beacon: Beacon) -> Reason | None:
        if self.deciding.view(beacon.nonce) is not None:
            return Reason.REPLAYED
        page = beacon.page
        what = _name_of(page)
        views = (caps.VISITOR_VIEWS, caps.NETWORK_VIEWS, caps.NETWORK_VIEWS_OF_ALL)
        if reason := self._capped(b"v", beacon, what, *views):
            return reason
        referrer, campaign = self._told_apart(beacon, what)
        view = View(beacon.at, page.story, page.edition, referrer, campaign, beacon.device)
        self.deciding.put(beacon.nonce, view)
        self._add_to_story(beacon.at, view, views=1)
        reader = b"d" + struct.pack("<I", page.edition) + beacon.visitor
        if not self.deciding.count(reader):
            self.deciding.add(reader)
            self.add(rows.readers(page.edition), 1)
        return None

    def _told_apart(self, beacon: Beacon, what: bytes) -> tuple[str, str]:
        """Referrer and campaign of a view; beyond a number of different ones they are `other`.

        Without that anybody could make rows without end by inventing referrers.
        """
        if not beacon.referrer and not beacon.campaign:
            return "", ""
        hour = struct.pack("<I", int(beacon.at // 3600))
        pair = f"{beacon.referrer}\x1f{beacon.campaign}".encode()
        known = b"p" + hour + what + _digest(pair)
        if not self.deciding.count(known):
            if not self._within({b"P" + hour + what: caps.TOLD_APART}):
                return OTHER if beacon.referrer else "", OTHER if beacon.campaign else ""
            self.deciding.add(known)
        return beacon.referrer, beacon.campaign

    def _end(self, beacon: Beacon) -> Reason | None:
        """Count by how much the reader got further; a view sends its end several times."""
        view = self.deciding.view(beacon.nonce)
        if view is None:
            return Reason.NO_VIEW
        if Page(view.story, view.edition) != beacon.page:
            return Reason.FORGED
        known = min(max(0, int(beacon.at - view.at + caps.CLOCK_SLACK)), caps.LONGEST_SECONDS)
        seconds = max(view.seconds, min(beacon.seconds, known))
        depth = max(view.depth, beacon.depth) if view.story else 0
        more = {"engaged_seconds": seconds - view.seconds, "depth_total": depth - view.depth}
        view.seconds, view.depth = seconds, depth
        reason = self._settle(beacon, view, more)
        self.deciding.put(beacon.nonce, view)
        if any(more.values()):
            self._add_to_story(beacon.at, view, **more)
        return reason

    def _settle(self, beacon: Beacon, view: View, more: dict[str, int]) -> Reason | None:
        """Decide whether the view has become a read, once."""
        is_read = view.story and view.seconds >= caps.READ_SECONDS and view.depth >= caps.READ_DEPTH
        if view.settled or not is_read:
            return None
        view.settled = True
        reads = (caps.VISITOR_READS, caps.NETWORK_READS, caps.NETWORK_READS_OF_ALL)
        reason = self._capped(b"r", beacon, _name_of(beacon.page), *reads)
        if reason is None:
            more["reads"] = 1
        return reason

    def _add_to_story(
        self, at: float, view: View, *, views: int = 0, reads: int = 0, engaged_seconds: int = 0, depth_total: int = 0
    ) -> None:
        self.add(rows.story_hour(at, view), views, reads, engaged_seconds, depth_total)
        if views or reads:
            self.add(rows.story_slot(at, view), views, reads)

    def _appeal(self, beacon: Beacon) -> Reason | None:
        position = APPEAL_KINDS[beacon.kind]
        kind, what = b"a%d" % position, struct.pack("<I", beacon.variant)
        if not self._within({b"o" + kind + beacon.nonce + what: 1}):
            return Reason.REPLAYED
        network = caps.NETWORK_APPEALS
        if reason := self._capped(kind, beacon, what, caps.VISITOR_APPEALS, network, caps.NETWORK_VIEWS_OF_ALL):
            return reason
        numbers = [0, 0, 0]
        numbers[position] = 1
        self.add(rows.appeal_hour(beacon.at, beacon.variant, beacon.page.story), *numbers)
        return None


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=8).digest()


def _name_of(page: Page) -> bytes:
    return struct.pack("<II", page.story, page.edition)
