"""The day that is counted: its salt, its files, and the hashes that only hold as long as it lasts."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Sequence
from datetime import date
from hashlib import blake2b

import lmdb

from standfirst.counting import rows
from standfirst.counting.judging import Beacon, Judge
from standfirst.counting.ledger.folder import Folder, remove_lmdb
from standfirst.counting.ledger.totals import Totals, open_totals
from standfirst.counting.ledger.visits import Visits, open_visits
from standfirst.counting.reasons import Reason
from standfirst.delivery.edge.addresses import Address

HASH_BYTES = 8
NETWORK_BITS = {4: 24, 6: 48}


class Today:
    """The files of one day, as one process has them open."""

    def __init__(self, folder: Folder, day: date) -> None:
        folder.make()
        self.day = day
        self._salt = folder.salt(day)
        self._paths = folder.totals(day), folder.visits(day)
        self._totals: Totals = open_totals(self._paths[0])
        self._visits: Visits = open_visits(self._paths[1])

    def visitor(self, address: Address, agent: str) -> bytes:
        """Return what stands for a visitor today, and tomorrow for nobody."""
        return self._hash(b"visitor", address.packed, agent.encode(errors="replace"))

    def network(self, address: Address) -> bytes:
        """Return what stands for the network that `address` is of."""
        bits = NETWORK_BITS[address.version]
        return self._hash(b"network", address.packed[: bits // 8])

    def nonce(self, *parts: bytes) -> bytes:
        """Return what stands for one view of a page."""
        return self._hash(b"nonce", *parts)

    def _hash(self, purpose: bytes, *parts: bytes) -> bytes:
        hashed = blake2b(digest_size=HASH_BYTES, key=self._salt, person=purpose)
        for part in parts:
            hashed.update(struct.pack("<I", len(part)) + part)
        return hashed.digest()

    def count(self, beacons: Sequence[Beacon], filtered: Counter[tuple[int, Reason]]) -> Counter[Reason]:
        """Judge the beacons and keep the sums, with `filtered`: how many hits an hour and reason.

        Return how many of the beacons did not count, by reason.

        What tells beacons apart is kept first: a process that is killed in between has lost these beacons, and nobody
        counts them twice. Raises lmdb.Error when nothing could be kept.
        """
        judge = self._judged(beacons)
        for (hour, reason), hits in filtered.items():
            judge.add(rows.filtered(hour * rows.HOUR, reason), hits)
        if judge.sums:
            self._totals.add(judge.sums)
        return judge.filtered

    def _judged(self, beacons: Sequence[Beacon]) -> Judge:
        try:
            with self._visits.deciding() as deciding:
                judge = Judge(deciding)
                judge.take(beacons)
        except lmdb.MapFullError:
            judge = Judge(deciding)  # of what was judged nothing was kept
            judge.refuse(beacons, Reason.FULL)
        return judge

    def discard(self) -> None:
        """Remove the files, which are damaged; what the database has of them stays."""
        for path in self._paths:
            remove_lmdb(path)

    def is_in_place(self) -> bool:
        """Whether the sums still stand where others look for them."""
        return self._totals.is_in_place()

    def close(self) -> None:
        """Let go of the files. The salt goes with this object: another thread may just be hashing with it."""
        self._totals.close()
        self._visits.close()
