"""When a day is over, nothing is left by which a reader could be known."""

from __future__ import annotations

import os
import stat
from datetime import date
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from standfirst.counting.copying import Copier
from standfirst.counting.ledger import folder as folder_module
from standfirst.counting.ledger.folder import SALT_BYTES, Folder
from tests.counting.conftest import ZONE, Clock, Counting
from tests.counting.sending import BROWSER, PHONE, Readers

DAY, NEXT = date(2026, 11, 23), date(2026, 11, 24)
ADDRESS = "203.0.113.77"
HALF_A_DAY = 12 * 3600 + 1


@pytest.fixture
def forget(counting: Counting) -> Copier:
    """What the background worker does every second, without a database."""
    return Copier(counting.folder, ZONE, counting.clock)


def everything_in(path: Path) -> bytes:
    """All bytes of all files below `path`, names included."""
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return b"\n".join(str(file.relative_to(path)).encode() + file.read_bytes() for file in files)


def test_no_file_ever_holds_an_address_or_a_user_agent(counting: Counting, readers: Readers, clock: Clock) -> None:
    nonce = readers.view(by=ADDRESS, agent=PHONE, referrer="t.me")
    clock.now += 60
    readers.end(nonce, 30, 80, by=ADDRESS, agent=PHONE)
    readers.image(by="2001:db8:1:2:3:4:5:6")
    counting.add()
    kept = everything_in(counting.folder.path)
    assert b"t.me" in kept  # the files were read
    for trace in (ADDRESS.encode(), bytes([203, 0, 113, 77]), b"iPhone", b"Firefox", b"2001:db8", nonce.encode()):
        assert trace not in kept
    assert bytes.fromhex("20010db8000100020003000400050006") not in kept


def test_hashes_are_kept_for_the_day_and_gone_after_it(
    counting: Counting, readers: Readers, clock: Clock, forget: Copier
) -> None:
    nonce = readers.view(by=ADDRESS)
    counting.add()
    today = counting.counter.today()
    visitor = today.visitor(_address(), BROWSER)
    salt = counting.folder.salt(DAY)
    network, name = today.network(_address()), today.nonce(nonce.encode())
    kept = everything_in(counting.folder.path)
    assert all(trace in kept for trace in (visitor, network, name, salt))

    clock.now += HALF_A_DAY
    counting.add()
    counting.folder.forget_visits_before(forget.today())
    kept = everything_in(counting.folder.path)
    assert not any(trace in kept for trace in (visitor, network, name, salt))
    assert [file.name for file in counting.folder.path.iterdir() if not file.name.startswith("2026-11-23.totals")] == []
    assert counting.folder.days_with_totals() == [DAY]


def test_the_next_day_knows_nobody(counting: Counting, readers: Readers, clock: Clock) -> None:
    readers.view(by=ADDRESS)
    counting.add()
    before = counting.counter.today().visitor(_address(), BROWSER)
    clock.now += HALF_A_DAY
    counting.add()
    counting.folder.forget_visits_before(NEXT)
    readers.view(by=ADDRESS)
    counting.add()
    assert counting.counter.today().day == NEXT
    assert counting.counter.today().visitor(_address(), BROWSER) != before


def test_the_salt_is_overwritten_before_it_is_removed(counting: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    counting.folder.make()
    salt = counting.folder.salt(DAY)
    (file,) = (path for path in counting.folder.path.iterdir() if path.suffix == ".salt")
    second_name = file.with_name("still-the-same-bytes-on-the-disk")
    os.link(file, second_name)
    synced: list[int] = []
    monkeypatch.setattr(folder_module.os, "fsync", synced.append)
    counting.folder.forget_visits_before(NEXT)
    assert not file.exists()
    assert second_name.read_bytes() != salt
    assert len(second_name.read_bytes()) == SALT_BYTES
    assert len(synced) == 1


def test_the_salt_is_for_its_owner_alone_and_random(counting: Counting) -> None:
    counting.folder.make()
    first, second = counting.folder.salt(DAY), counting.folder.salt(NEXT)
    assert len(first) == len(second) == SALT_BYTES
    assert first != second
    assert counting.folder.salt(DAY) == first
    modes = {stat.S_IMODE(path.stat().st_mode) for path in counting.folder.path.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(counting.folder.path.stat().st_mode) == 0o700


def test_two_processes_that_begin_a_day_at_once_have_one_salt(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting.folder.make()
    link = os.link
    theirs = Folder(counting.folder.path)

    def faster(source: Path, target: Path) -> None:
        monkeypatch.setattr(folder_module.os, "link", link)
        theirs.salt(DAY)
        link(source, target)

    monkeypatch.setattr(folder_module.os, "link", faster)
    assert counting.folder.salt(DAY) == theirs.salt(DAY)
    assert [path.name for path in counting.folder.path.iterdir()] == ["2026-11-23.salt"]


def test_visits_of_an_earlier_run_of_the_machine_are_not_trusted(
    counting: Counting, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers.view()
    counting.add()
    counting.counter.close()
    old = counting.folder.visits(DAY)
    monkeypatch.setattr(folder_module, "boot", lambda: bytes(16))
    counting.folder.forget_visits_before(DAY)
    assert not old.exists()
    readers.view()
    assert counting.story() == (2, 0, 0, 0)


def test_the_day_is_the_newsrooms_own(counting: Counting, clock: Clock) -> None:
    clock.now += 12 * 3600 - 1
    assert counting.counter.today().day == DAY
    clock.now += 1
    counting.add()
    assert counting.counter.today().day == NEXT


def test_a_clock_that_is_set_back_and_forth_counts_on(counting: Counting, readers: Readers, clock: Clock) -> None:
    readers.view()
    counting.add()
    for jump in (HALF_A_DAY, -HALF_A_DAY, -40 * HALF_A_DAY, 40 * HALF_A_DAY):
        clock.now += jump
        counting.folder.forget_visits_before(Copier(counting.folder, ZONE, clock).today())
        counting.add()
        nonce = readers.view()
        clock.now -= 30
        readers.end(nonce, 20, 90)
        counting.add()
        clock.now += 30
    assert counting.story() == (5, 0, 0, 4 * 90)
    assert counting.filtered() == {}


def _address() -> IPv4Address:
    return IPv4Address(ADDRESS)
