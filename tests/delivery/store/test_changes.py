"""Changes: numbered, announced by one small file, forgotten only together with what they made stale."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from standfirst.delivery.store import Entry, Mark, PageStore, marks
from standfirst.delivery.store.sequence import SIZE, Block, decode, encode

Make = Callable[..., Entry]
BLOCK = Block(identity=7, sequence=12, everything=3, heard_at=1.5, size=8192, boot=bytes(16), clean=True)


def test_a_change_has_the_next_number(store: PageStore) -> None:
    before = store.state()
    numbers = [store.mark(["story:1"]), store.mark(["story:2", "list:section:3"]), store.mark([])]

    assert numbers == [before.sequence + 1, before.sequence + 2, before.sequence + 3]
    assert store.state() == before._replace(sequence=numbers[-1])


def test_the_newest_mark_of_any_key_counts(store: PageStore) -> None:
    first = store.mark(["story:1", "story:2"])
    second = store.mark(["story:2"])

    def newest(*keys: str) -> int | None:
        mark = store.newest_mark(keys)
        return mark.sequence if mark else None

    assert newest("story:1") == first
    assert newest("story:1", "story:2") == second
    assert newest("story:2", "story:3") == second
    assert newest("story:3") is None
    assert newest() is None


def test_a_mark_says_when(store: PageStore) -> None:
    before = time.monotonic()
    store.mark(["story:1"])
    mark = store.newest_mark(["story:1"])

    assert mark is not None
    assert before <= mark.at <= time.monotonic()


def test_a_moment_of_the_run_before_counts_as_long_ago(store: PageStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks.time, "monotonic", lambda: 9e9)
    sequence = store.mark(["story:1"])
    monkeypatch.undo()

    assert store.newest_mark(["story:1"]) == Mark(sequence, 0.0)


def test_keys_of_any_length_can_change(store: PageStore) -> None:
    key = "address:/" + "x" * 5000
    sequence = store.mark([key, "", "\udcff"])

    for changed in (key, "", "\udcff"):
        mark = store.newest_mark([changed])
        assert mark is not None
        assert mark.sequence == sequence
    assert store.newest_mark([key + "x"]) is None


def test_everything_can_change(store: PageStore) -> None:
    before = store.state()
    number = store.mark_everything()

    assert number == before.sequence + 1
    assert store.state() == before._replace(sequence=number, everything=number)
    assert store.mark(["story:1"]) == number + 1


def test_rows_of_the_log_are_applied_once(store: PageStore) -> None:
    assert (store.cursor(), store.applied(1)) == (0, False)
    for row in (5, 7):
        store.mark(["story:1"], log_id=row)

    assert [store.applied(row) for row in (4, 5, 6, 7, 8)] == [False, True, False, True, False]

    store.set_cursor(6)
    assert store.cursor() == 6
    assert [store.applied(row) for row in (4, 5, 6, 7, 8)] == [True, True, True, True, False]


def test_hearing_the_log_is_noted(store: PageStore) -> None:
    before = store.state()
    moment = time.monotonic()
    store.hear()

    state = store.state()
    assert before.heard_at == 0.0
    assert moment <= state.heard_at <= time.monotonic()
    assert state == before._replace(heard_at=state.heard_at)


def test_a_change_whose_writer_died_is_announced_by_the_next(store: PageStore, folder: Path) -> None:
    before = (folder / "sequence").read_bytes()
    number = store.mark(["story:1"])
    (folder / "sequence").write_bytes(before)
    assert store.state().sequence == number - 1

    assert store.mark(["story:2"]) == number + 1
    assert store.state().sequence == number + 1


def test_a_change_whose_writer_died_is_announced_by_the_follower(store: PageStore, folder: Path) -> None:
    before = (folder / "sequence").read_bytes()
    number = store.mark(["story:1"])
    (folder / "sequence").write_bytes(before)

    store.hear()
    assert store.state().sequence == number


def test_the_number_never_falls(store: PageStore, folder: Path) -> None:
    number = store.mark_everything()
    store.hear()
    store.set_cursor(3)

    assert store.state().sequence == number


def test_a_forgotten_change_makes_older_pages_stale(
    store: PageStore, entry: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "BYTES_A_MARK", store.size // 10)
    old = entry()
    numbers = [store.mark([f"story:{number}"]) for number in range(11)]

    state = store.state()
    assert store.usage().marks == 5
    assert state.everything == numbers[5]
    assert old.sequence < state.everything
    assert store.newest_mark(["story:5"]) is None
    mark = store.newest_mark(["story:6"])
    assert mark is not None
    assert mark.sequence == numbers[6]


def test_one_read_costs_no_access_to_the_database(store: PageStore, folder: Path) -> None:
    store.mark(["story:1"])
    size = (folder / "data.mdb").stat().st_size
    (folder / "sequence").write_bytes(
        encode(Block(9, 20, 10, 5.0, size, bytes(16), clean=False))  # what nobody wrote to the database
    )

    state = store.state()
    assert (state.identity, state.sequence, state.everything, state.heard_at, state.lost) == (9, 20, 10, 5.0, False)


def test_a_block_fits_its_checksum() -> None:
    data = encode(BLOCK)

    assert len(data) == SIZE == 72
    assert decode(data) == BLOCK
    assert decode(b"") is None
    assert decode(data[:-1]) is None
    assert decode(data + b"\0") is None
    assert decode(encode(BLOCK._replace(identity=8))[:40] + data[40:]) is None
    for place in range(SIZE):
        assert decode(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]) is None


def test_entries_know_the_number_before_their_rendering(store: PageStore, entry: Make) -> None:
    begun = entry()
    number = store.mark(["story:1"])
    store.write(b"/", begun)

    kept = store.read(b"/")
    assert kept == begun
    assert kept is not None
    assert kept.sequence < number
