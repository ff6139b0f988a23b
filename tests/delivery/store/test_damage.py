"""What is deleted, cut or overwritten under an open store ends no process, and is never taken for an answer."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from standfirst.delivery.store import Entry, Mark, PageStore, access

Make = Callable[..., Entry]
Start = Callable[[], Any]


@pytest.fixture(autouse=True)
def always_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at each call whether the files are in place, and not five times a second."""
    monkeypatch.setattr(access, "CHECK_EVERY", 0.0)


def delete(folder: Path) -> None:
    shutil.rmtree(folder)


def delete_sequence(folder: Path) -> None:
    (folder / "sequence").unlink()


def delete_data(folder: Path) -> None:
    (folder / "data.mdb").unlink()


def delete_lock(folder: Path) -> None:
    (folder / "lock.mdb").unlink()


def cut_sequence(folder: Path) -> None:
    os.truncate(folder / "sequence", 10)


def cut_data(folder: Path) -> None:
    os.truncate(folder / "data.mdb", 0)


def cut_half_of_data(folder: Path) -> None:
    os.truncate(folder / "data.mdb", (folder / "data.mdb").stat().st_size // 2)


def cut_lock(folder: Path) -> None:
    os.truncate(folder / "lock.mdb", 0)


def overwrite_sequence(folder: Path) -> None:
    (folder / "sequence").write_bytes(b"x" * 72)


def overwrite_data(folder: Path) -> None:
    with (folder / "data.mdb").open("r+b") as file:
        file.write(os.urandom((folder / "data.mdb").stat().st_size))


def overwrite_lock(folder: Path) -> None:
    with (folder / "lock.mdb").open("r+b") as file:
        file.write(b"\xff" * (folder / "lock.mdb").stat().st_size)


def exchange_data(folder: Path) -> None:
    shutil.copy(folder / "data.mdb", folder / "copy")
    (folder / "copy").rename(folder / "data.mdb")


def put_a_file_there(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "data.mdb").write_text("something else")


FAULTS = (
    delete,
    delete_sequence,
    delete_data,
    delete_lock,
    cut_sequence,
    cut_data,
    cut_half_of_data,
    cut_lock,
    overwrite_sequence,
    overwrite_data,
    overwrite_lock,
    exchange_data,
    put_a_file_there,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("first", ["read", "mark", "state"])
def test_a_lost_store_begins_anew(
    store: PageStore, folder: Path, entry: Make, fault: Callable[[Path], None], first: str
) -> None:
    store.write(b"/", entry(os.urandom(50_000)))
    before = store.state()
    fault(folder)

    match first:
        case "read":
            store.read(b"/")
        case "mark":
            store.mark(["story:1"])
    after = store.state()
    assert after.identity != before.identity
    assert not after.lost
    assert after.everything > before.sequence
    assert store.read(b"/") is None
    number = store.mark(["story:1"])
    assert store.newest_mark(["story:1"]).sequence == number == store.state().sequence
    assert store.write(b"/", entry())
    assert store.read(b"/") == entry()


@pytest.mark.parametrize(
    "fault",
    [pytest.param(fault, marks=[] if fault in (delete, cut_data) else pytest.mark.whole) for fault in FAULTS],
    ids=lambda fault: fault.__name__,
)
def test_all_processes_agree_on_the_new_store(
    store: PageStore, folder: Path, other: Start, entry: Make, fault: Callable[[Path], None]
) -> None:
    second = other()
    second.ask("setattr(sys.modules['standfirst.delivery.store.access'], 'CHECK_EVERY', 0.0)")
    second.ask("store.write(b'/', Entry(200, (), (b'x' * 50000,), (), 1, 1.0, 1.0, None, 'r1', b''))")
    fault(folder)

    state = store.state()
    store.read(b"/")
    assert second.ask("store.read(b'/') is None or store.state().identity")
    state = store.state()
    assert second.ask("tuple(store.state())") == tuple(state)
    assert second.ask("store.mark(['story:1'])") == store.state().sequence
    assert store.newest_mark(["story:1"]) is not None


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_damage_while_nobody_was_there(
    store: PageStore, folder: Path, entry: Make, fault: Callable[[Path], None]
) -> None:
    before = store.state()
    store.write(b"/", entry(os.urandom(50_000)))
    store.mark(["story:1"])
    store.close(clean=False)
    fault(folder)

    state = store.state()
    assert state.lost is False
    # A data file that was copied to its own place while nobody had it open is the same store; a lock file is written
    # anew by who comes first.
    assert (state.identity == before.identity) == (fault in (exchange_data, overwrite_lock))
    assert store.write(b"/2", entry(sequence=state.sequence))
    assert store.read(b"/2") == entry(sequence=state.sequence)


def test_damage_inside_is_found_before_it_ends_a_process(store: PageStore, folder: Path, entry: Make) -> None:
    for page in range(200):
        store.write(b"/%d" % page, entry(os.urandom(3000)))
    before = store.state()
    store.close(clean=False)
    with (folder / "data.mdb").open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xff" * ((folder / "data.mdb").stat().st_size - 2 * 4096))

    assert store.state().identity != before.identity
    assert store.read(b"/1") is None


def test_a_change_is_never_left_in_a_store_that_is_gone(
    store: PageStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process makes the store anew between this one's look at the files and its change."""
    gone = store._opened
    assert gone is not None
    moved = folder.with_name("moved")
    write = gone.sequence.write
    monkeypatch.setattr(gone.sequence, "write", lambda block: (write(block), folder.rename(moved)))

    number = store.mark(["story:1"])

    assert store._opened is not gone
    assert number == store.state().sequence
    mark = store.newest_mark(["story:1"])
    assert mark is not None
    assert mark.sequence == number


def test_a_damaged_page_is_a_miss_and_goes(store: PageStore, entry: Make, caplog: pytest.LogCaptureFixture) -> None:
    store.write(b"/", entry(b"shared"))
    store.write(b"/twin", entry(b"shared"))
    store.write_body(b"/", "br", b"tag", b"packed")
    opened = store._opened
    assert opened is not None
    with opened.env.begin(write=True) as transaction:
        for name, value in list(transaction.cursor(db=opened.tables["shared"])):
            transaction.put(name, value[:-1] + b"?", db=opened.tables["shared"])

    assert store.read(b"/") is None
    assert "a stored page is damaged and removed" in caplog.text
    assert store.body(b"/", "br", b"tag") is None
    assert store.usage().entries == 1
    assert store.read(b"/twin") is None
    assert store.write(b"/", entry(b"shared"))
    assert store.read(b"/") == entry(b"shared")


def test_a_damaged_body_is_a_miss(store: PageStore, entry: Make) -> None:
    store.write(b"/", entry())
    store.write_body(b"/", "br", b"tag", b"packed")
    opened = store._opened
    assert opened is not None
    with opened.env.begin(write=True) as transaction:
        for name, value in list(transaction.cursor(db=opened.tables["shared"])):
            if value.endswith(b"packed"):
                transaction.delete(name, db=opened.tables["shared"])

    assert store.body(b"/", "br", b"tag") is None
    assert store.write(b"/", entry())
    assert store.write_body(b"/", "br", b"tag", b"packed")
    assert store.body(b"/", "br", b"tag") == b"packed"


def test_without_a_store_nothing_is_current(tmp_path: Path, caplog: pytest.LogCaptureFixture, entry: Make) -> None:
    (tmp_path / "file").write_text("")
    store = PageStore(tmp_path / "file" / "pages.lmdb", size=1 << 24, release="r1")

    state = store.state()
    assert state.lost
    assert state.identity == 0
    assert state.everything > entry().sequence
    assert store.newest_mark(["story:1"]) == Mark(state.everything, 0.0)
    assert store.read(b"/") is None
    assert not store.write(b"/", entry())
    assert not store.revoke("member:1", 1.0)
    assert (store.cursor(), store.applied(1), store.stored_with("story:1")) == (0, False, [])
    assert (store.sweep(), store.usage().entries) == (0, 0)
    store.set_cursor(1)
    store.hear()
    store.touch([b"/"])
    store.mark(["story:1"])
    store.close()
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "check the folder's permissions and the free space" in caplog.text


def test_a_store_comes_back_with_its_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("")
    store = PageStore(home / "pages.lmdb", size=1 << 24, release="r1")
    assert store.state().lost

    home.unlink()
    home.mkdir()
    assert not store.state().lost
    store.close(clean=False)


def test_a_process_without_the_store_takes_it_from_the_others(
    store: PageStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of file handles, say: this process changes something and cannot tell the others which pages are stale."""
    before = store.state()
    cut_off = PageStore.__new__(PageStore)
    monkeypatch.setattr(
        "standfirst.delivery.store.access.open_or_make", lambda *args, **kwargs: (_ for _ in ()).throw(access.Unusable)
    )
    cut_off.__init__(folder, size=store.size, release="r1")  # type: ignore[misc]
    assert cut_off.state().lost
    cut_off.mark(["story:1"])
    monkeypatch.undo()
    monkeypatch.setattr(access, "CHECK_EVERY", 0.0)

    assert store.state().identity != before.identity


def test_a_closed_folder_keeps_what_is_open(
    store: PageStore, folder: Path, entry: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its permissions were taken away; root would not notice, so the system's refusal is played."""
    store.write(b"/", entry())
    before = store.state()

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    assert store.state() == before
    assert store.read(b"/") == entry()
    assert store.mark(["story:1"]) == before.sequence + 1


def test_a_new_store_counts_on_even_when_the_clock_was_set_back(
    store: PageStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = store.mark(["story:1"])
    monkeypatch.setattr("standfirst.delivery.store.opening.time.time", lambda: 1_000_000.0)
    delete(folder)
    assert store.state().sequence == number + 1

    number = store.mark(["story:1"])
    store.close(clean=False)
    cut_data(folder)
    second = PageStore(folder, size=store.size, release="r1")
    assert second.state().sequence == number + 1
    second.close(clean=False)


def full_disk(mount: Path) -> PageStore:
    """Return a store that has filled its disk of 2 MB."""
    store = PageStore(mount / "pages.lmdb", size=1 << 26, release="r1")
    page = Entry(200, (), (b"",), ("story:1",), store.state().sequence, 1.0, 1.0, None, "r1", b"")
    number = 0
    while store.write(b"/%d" % number, replace(page, segments=(os.urandom(20_000),))):
        number += 1
    assert number > 20
    return store


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    mount = tmp_path / "disk"
    mount.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", mount], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no small disk can be mounted: {done.stderr.decode().strip()}")
    yield mount
    subprocess.run(["umount", "-l", mount], check=True)


def test_a_full_disk_hides_no_change(small_disk: Path) -> None:
    store = full_disk(small_disk)
    with pytest.raises(OSError, match="No space left"):
        _fill(small_disk / "rest")
    pages = [page for page in range(1000) if store.read(b"/%d" % page)]
    before = store.state()
    assert len(pages) > 20

    for number in range(300):
        store.mark([f"story:{number}"])
        state = store.state()
        mark = store.newest_mark([f"story:{number}"])
        assert state.identity == before.identity
        assert state.everything == state.sequence or (mark is not None and mark.sequence == state.sequence)
    assert state.sequence == before.sequence + 300
    many = [f"address:/{number}/" for number in range(20_000)]
    assert store.mark(many) == store.state().everything == before.sequence + 301

    (small_disk / "rest").unlink()
    number = store.mark(["story:1"])
    mark = store.newest_mark(["story:1"])
    assert mark is not None
    assert mark.sequence == number
    store.close()


def test_a_file_that_may_not_grow_hides_no_change(store: PageStore, other: Start) -> None:
    second = other()
    page = "Entry(200, (), (os.urandom(9000),), ('story:1',), 1, 1.0, 1.0, None, 'r1', b'')"
    assert second.ask(f"store.write(b'/', {page})")
    before = store.state()
    second.ask("__import__('resource').setrlimit(__import__('resource').RLIMIT_FSIZE, (4096, 4096))")

    assert not second.ask(f"store.write(b'/2', {page})")
    number = second.ask("store.mark(['story:1'])")

    assert store.state() == before._replace(sequence=number, everything=number)
    assert store.read(b"/") is not None
    assert store.mark(["story:1"]) == number + 1
    assert store.state().everything == number


def test_where_not_even_the_small_file_can_be_written(
    store: PageStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = store.state()
    opened = store._opened
    assert opened is not None

    def fail(*args: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(opened.sequence, "write", fail)
    store.mark(["story:1"])
    assert (folder / "sequence").stat().st_size == 0
    assert store.state().identity != before.identity


def test_where_nothing_can_be_written_the_caller_learns_it(store: PageStore, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = store._opened
    assert opened is not None

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(opened.sequence, "write", fail)
    monkeypatch.setattr(os, "ftruncate", fail)
    monkeypatch.setattr(Path, "unlink", fail)
    with pytest.raises(OSError, match="Read-only"):
        store.mark(["story:1"])


def test_files_are_looked_for_now_and_then(store: PageStore, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "CHECK_EVERY", 100.0)
    monkeypatch.setattr(store, "_next_check", time.monotonic() + 100)
    before = store.state()
    delete(folder)

    assert store.state() == before
    monkeypatch.setattr(store, "_next_check", 0.0)
    assert store.state().identity != before.identity
