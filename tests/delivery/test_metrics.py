"""What is counted, and what of it other processes see."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from standfirst.delivery import published
from standfirst.delivery.metrics import MOST_KINDS, RENDER_BUCKETS, Counts
from standfirst.delivery.published import SIZE, Slot


def test_a_rendering_falls_into_the_bucket_of_its_time() -> None:
    counts = Counts()

    for seconds in (0.004, 0.015, 0.016, 60.0):
        counts.observe_render(seconds)

    upper = dict(zip([*RENDER_BUCKETS, "more"], counts.render_buckets, strict=True))
    assert {bound: number for bound, number in upper.items() if number} == {0.005: 1, 0.015: 1, 0.025: 1, "more": 1}
    assert counts.render_seconds == pytest.approx(60.035)


def test_a_rendering_that_raises_is_counted_with_its_kind_and_still_raises() -> None:
    counts = Counts()

    with pytest.raises(ZeroDivisionError), counts.rendering():
        raise ZeroDivisionError
    with counts.rendering():
        pass

    assert counts.renders_failed == {"ZeroDivisionError": 1}
    assert sum(counts.render_buckets) == 2


def test_however_many_kinds_of_errors_there_are_their_names_are_bounded() -> None:
    counts = Counts()

    for number in range(MOST_KINDS + 30):
        counts.error(f"kind_{number}")
    counts.error("kind_0")

    assert len(counts.errors) == MOST_KINDS + 1
    assert counts.errors["other"] == 30
    assert counts.errors["kind_0"] == 2


def test_plain_additions_of_many_threads_are_all_counted() -> None:
    counts = Counts()

    def add() -> None:
        for _time in range(20_000):
            counts.hit += 1

    threads = [threading.Thread(target=add) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counts.snapshot()["requests"]["hit"] == 160_000


def test_what_one_process_publishes_another_reads(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    slot = Slot.make(folder, "web", 4711)
    assert slot is not None

    slot.write({"hit": 123456})
    slot.write({"hit": 7})

    assert list(published.read_all(folder)) == [published.Published("web", 4711, {"hit": 7})]
    slot.close()
    assert list(published.read_all(folder)) == []


def test_half_a_write_is_never_believed(tmp_path: Path) -> None:
    slot = Slot.make(tmp_path, "web", 1)
    assert slot is not None
    slot.write({"hit": 1111})
    data = slot.path.read_bytes()

    slot.path.write_bytes(data.replace(b"1111", b"1911"))

    assert published.read(slot.path) is None
    slot.close()


def test_facts_that_do_not_fit_leave_those_before(tmp_path: Path) -> None:
    slot = Slot.make(tmp_path, "web", 1)
    assert slot is not None

    slot.write({"hit": 1})
    slot.write({"long": "x" * SIZE})

    assert published.read(slot.path) == {"hit": 1}
    assert slot.path.stat().st_size == SIZE
    slot.close()


def test_a_folder_that_cannot_be_made_is_said_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "run").write_text("a file in the way")

    assert Slot.make(tmp_path / "run", "web", 1) is None
    assert "the metrics of this process are missing" in caplog.text
