"""Room: bounded, the cold goes before the hot, and strangers cannot push out what readers read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from standfirst.delivery.store import Entry, PageStore, Shape, pages, room
from standfirst.delivery.store import store as store_module

Make = Callable[..., Entry]


def test_the_cold_goes_and_the_hot_stays(store: PageStore, entry: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 30_000_000 * 60
    monkeypatch.setattr(pages.time, "time", lambda: now)
    hot = [b"/hot/%d" % number for number in range(10)]
    for key in hot:
        store.write(key, entry(os.urandom(20_000)))
    for number in range(1500):  # 30 MB into 16
        now += 60
        store.touch(hot)
        assert store.write(b"/cold/%d" % number, entry(os.urandom(20_000)))
        assert store.usage().bytes <= 0.92 * store.size

    kept = [number for number in range(1500) if store.read(b"/cold/%d" % number)]
    assert all(store.read(key) for key in hot)
    assert kept == list(range(kept[0], 1500))
    assert len(kept) > 400


def test_a_sweep_stops_at_four_fifths(store: PageStore, entry: Make) -> None:
    while store.usage().bytes < 0.85 * store.size:
        assert store.write(os.urandom(8), entry(os.urandom(20_000)))
    before = store.usage()
    removed = store.sweep()

    after = store.usage()
    assert 0.78 * store.size < after.bytes <= 0.8 * store.size
    assert removed == before.entries - after.entries > 0
    assert store.sweep() == 0


def test_a_removed_page_leaves_nothing(store: PageStore, entry: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = store.usage().bytes
    for number in range(50):
        store.write(b"/%d" % number, entry(os.urandom(20_000), status=404 if number % 2 else 200))
        store.write_body(b"/%d" % number, "br", b"tag", os.urandom(5_000))
    monkeypatch.setattr(room, "SWEPT", 0.0)

    assert store.sweep() == 50
    assert store.usage().entries == 0
    assert store.usage().bytes <= empty + 4096
    assert store.stored_with("story:1") == []
    assert store.body(b"/1", "br", b"tag") is None


def test_a_page_larger_than_the_room_is_not_kept(store: PageStore, entry: Make) -> None:
    store.write(b"/", entry())
    before = store.state()

    assert not store.write(b"/large", entry(os.urandom(20_000_000)))
    assert store.read(b"/large") is None
    assert store.mark(["story:1"]) == before.sequence + 1
    assert store.write(b"/", entry())
    assert store.read(b"/") is not None


def test_unknown_addresses_are_few_and_small(store: PageStore, entry: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.Pages.forget_missing, "__defaults__", (100,))
    page = os.urandom(15_000)
    store.write(b"/story", entry(os.urandom(5_000)))
    store.write(b"/missing/first", entry(page, status=404))
    before = store.usage().bytes
    for number in range(500):
        status = 410 if number % 2 else 404
        store.write(b"/missing/%d" % number, entry(page, status=status))
        store.write_body(b"/missing/%d" % number, "gzip", b"tag", page)
        if number % 50 == 0:
            store.write(b"/missing/first", entry(page, status=404))  # asked again: not among the oldest

    assert store.usage().entries == 101
    assert store.usage().bytes - before < 100 * 1500 + 20_000
    assert store.read(b"/story") is not None
    assert store.read(b"/missing/first") is not None
    kept = [number for number in range(500) if store.read(b"/missing/%d" % number)]
    assert kept == list(range(401, 500))


def test_an_unknown_address_that_becomes_a_page_is_not_forgotten(
    store: PageStore, entry: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.Pages.forget_missing, "__defaults__", (5,))
    store.write(b"/", entry(status=404))
    store.write(b"/", entry(status=200))
    for number in range(20):
        store.write(b"/missing/%d" % number, entry(status=404))

    assert store.read(b"/") == entry(status=200)
    assert store.usage().entries == 6


def test_shapes_are_bounded(store: PageStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "BYTES_A_SHAPE", store.size // 200)
    for number in range(2000):
        store.write_shape(b"/%d" % number, Shape(query=("page",)))
    kept = [number for number in range(2000) if store.shape(b"/%d" % number)]

    assert 100 < len(kept) <= 201
    assert store.shape(b"/1999") == Shape(query=("page",)) or kept[-1] > 1900


def test_old_revocations_go_with_a_sweep(store: PageStore) -> None:
    now = time.time()
    store.revoke("member:1", now - room.REVOKED_FOR - 10)
    store.revoke("member:2", now)
    store.sweep()

    assert store.revoked_at("member:1") is None
    assert store.revoked_at("member:2") == now


def test_usage_is_told(store: PageStore, entry: Make) -> None:
    store.write(b"/1", entry())
    store.write(b"/2", entry())
    store.mark(["story:1", "story:2", "story:3"])

    usage = store.usage()
    assert (usage.entries, usage.marks, usage.limit) == (2, 3, store.size)
    assert 0 < usage.bytes < 500_000


def test_a_larger_size_keeps_what_is_there(store: PageStore, folder: Path, entry: Make) -> None:
    page = entry()
    store.write(b"/", page)
    before = store.state()
    store.close()
    larger = PageStore(folder, size=2 * store.size, release="r1")
    assert larger.state() == before
    assert larger.read(b"/") == page
    assert larger.usage().limit == 2 * store.size
    larger.close()

    assert store.state().identity != before.identity
    assert store.read(b"/") is None


def test_the_disk_is_taken_as_it_is_needed(store: PageStore, folder: Path) -> None:
    found = (folder / "data.mdb").stat()

    assert found.st_size == store.size
    assert found.st_blocks * 512 < 500_000
