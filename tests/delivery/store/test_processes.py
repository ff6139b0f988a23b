"""Several processes with one store: changes are seen at once, and nobody's death harms the others."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from standfirst.delivery.store import Entry, PageStore, access

Make = Callable[..., Entry]
Start = Callable[[], Any]


def in_child(action: Callable[[], object]) -> int:
    """Run `action` in a forked child; return its exit status, 0 when `action` returned something true."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if action() else 2
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_change_in_one_is_seen_in_the_other(store: PageStore, other: Start) -> None:
    second = other()
    assert tuple(store.state()) == second.ask("tuple(store.state())")

    number = second.ask("store.mark(['story:1'], log_id=4)")
    assert store.state().sequence == number
    mark = store.newest_mark(["story:1"])
    assert mark is not None
    assert (mark.sequence, mark.at) == second.ask("(lambda m: (m.sequence, m.at))(store.newest_mark(['story:1']))")
    assert store.applied(4)

    assert store.mark(["story:2"]) == second.ask("store.state().sequence")
    assert second.ask("store.newest_mark(['story:2']).sequence") == number + 1
    assert store.mark_everything() == second.ask("store.state().everything")


def test_a_page_of_one_is_read_by_the_other(store: PageStore, other: Start, entry: Make) -> None:
    second = other()
    store.write(b"/", entry())
    assert second.ask("store.read(b'/').segments") == (b"<p>Good morning",)

    second.ask("store.write_body(b'/', 'br', b'tag', b'packed')")
    assert store.body(b"/", "br", b"tag") == b"packed"


def test_numbers_are_given_once(store: PageStore, other: Start) -> None:
    second = other()
    mine: list[int] = []
    marking = [threading.Thread(target=lambda: mine.extend(store.mark(["a"]) for _ in range(200))) for _ in range(2)]
    for thread in marking:
        thread.start()
    theirs = second.ask("[store.mark(['b']) for _ in range(200)]")
    for thread in marking:
        thread.join()

    assert sorted(mine + theirs) == list(range(min(mine + theirs), min(mine + theirs) + 600))
    assert store.state().sequence == max(mine + theirs)


def test_a_reader_that_was_killed_holds_nothing_back(store: PageStore, other: Start, entry: Make) -> None:
    second = other()
    second.ask("globals().update(held=store._opened.env.begin()) or held.get(b'x')")
    second.kill()

    assert store.sweep() == 0
    third = other()
    store.write(b"/", entry())
    assert third.ask("store.read(b'/') is not None")


def test_killed_writers_leave_a_sound_store(store: PageStore, entry: Make) -> None:
    identity = store.state().identity
    for turn in range(10):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _write_on(store, entry, writing)
        os.close(writing)
        assert os.read(reading, 1 + turn % 7)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reading)

        number = store.mark([f"turn:{turn}"])
        state = store.state()
        assert (state.identity, state.sequence) == (identity, number)
        assert all(store.read(b"/%d" % page) in (None, *_versions(entry, page)) for page in range(20))
        assert store.write(b"/after", entry(b"%d" % turn))
    assert in_child(lambda: store.state().identity == identity and store.read(b"/after")) == 0


def _versions(entry: Make, page: int) -> list[Entry]:
    return [entry(b"%d" % page * size, sequence=0) for size in (10, 5000)]


def _write_on(store: PageStore, entry: Make, writing: int) -> None:
    """Write and change until killed, and say so after each."""
    turn = 0
    while True:
        page = turn % 20
        store.write(b"/%d" % page, _versions(entry, page)[turn % 2])
        store.mark(["story:1", f"story:{page}"], log_id=turn)
        os.write(writing, b".")
        turn += 1


def test_a_fork_opens_the_store_by_itself(store: PageStore, entry: Make) -> None:
    store.write(b"/", entry())
    before = store._opened

    assert in_child(lambda: store.read(b"/") and store._opened is not before and store.mark(["story:9"])) == 0

    mark = store.newest_mark(["story:9"])
    assert mark is not None
    assert mark.sequence == store.state().sequence
    assert store._opened is before
    assert store.write(b"/2", entry())


def test_a_fork_amid_a_change_does_not_wait_for_its_parent(store: PageStore) -> None:
    opened = store._opened
    assert opened is not None
    with store._lock, opened.lock, opened.sequence.locked():
        assert in_child(lambda: store._lock.acquire(timeout=5) and store._opened is None) == 0
    assert in_child(lambda: store.mark(["story:1"])) == 0


def test_it_is_warm_after_a_restart(store: PageStore, folder: Path, entry: Make) -> None:
    store.write(b"/", entry())
    store.mark(["story:1"], log_id=3)
    before = store.state()
    for clean in (True, False):
        store.close(clean=clean)
        assert store.state() == before
        assert store.read(b"/") == entry(sequence=before.sequence - 1)
        assert store.applied(3)


def test_closing_one_leaves_the_other(store: PageStore, other: Start) -> None:
    second = other()
    store.close()

    assert second.ask("store.mark(['story:1'])") == store.state().sequence
    assert second.ask("store.close()") is None
    assert store.newest_mark(["story:1"]) is not None


def test_only_the_last_one_says_that_the_disk_has_everything(store: PageStore, other: Start) -> None:
    second = other()
    assert store._opened is not None
    sequence = store._opened.sequence

    second.ask("store.close()")
    assert not sequence.read().clean
    store.close()
    assert sequence.read().clean
    assert not store.state().lost
    assert not sequence.read().clean


def test_after_a_restart_of_the_machine(store: PageStore, entry: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    store.hear()
    store.write(b"/", entry())
    before = store.state()
    store.close(clean=True)
    monkeypatch.setattr("standfirst.delivery.store.opening.boot", lambda: b"the second start")
    assert store.state() == before._replace(heard_at=0.0)
    assert store.read(b"/") == entry()

    store.close(clean=False)
    monkeypatch.setattr("standfirst.delivery.store.opening.boot", lambda: b"another start...")
    after = store.state()
    assert after.identity != before.identity
    assert after.sequence == after.everything > before.sequence
    assert store.read(b"/") is None


def test_the_system_names_its_run() -> None:
    from standfirst.delivery.store import opening

    assert len(opening.boot()) == 16
    assert opening.boot() == opening.boot()


def test_every_opened_store_is_known_to_the_fork(store: PageStore) -> None:
    assert store in access._accesses
