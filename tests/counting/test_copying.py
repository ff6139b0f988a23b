"""What was counted comes to the database once, whatever happens on the way."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from standfirst.counting import copying
from standfirst.counting.copying import Copier, save
from standfirst.counting.ledger.folder import Folder
from standfirst.counting.ledger.totals import Change, Totals, open_totals, pack
from standfirst.counting.models import AppealHour, Filtered, ReaderDay, StoryHour, StorySlot
from tests.counting.conftest import NOON, ZONE, Clock, Counting
from tests.counting.sending import Readers

DAY = date(2026, 11, 23)
HOUR = datetime(2026, 11, 23, 8, tzinfo=UTC)
ROW = ("h", str(int(NOON // 3600)), "12", "3", "t.me", "", "phone")


@pytest.fixture
def copier(counting: Counting, db: None) -> Any:
    made = Copier(counting.folder, ZONE, counting.clock)
    yield made
    made._close()


def copied(counting: Counting, copier: Copier) -> None:
    counting.add()
    counting.counter.close()  # one process may not have an LMDB file open twice
    copier.copy()
    copier._close()


def test_every_kind_of_row_arrives_as_it_was_counted(
    counting: Counting, copier: Copier, readers: Readers, clock: Clock
) -> None:
    nonce = readers.view(referrer="t.me", campaign="spring", device="phone")
    clock.now += 400
    readers.end(nonce, 100, 80)
    readers.view(agent="curl/8")
    copied(counting, copier)
    row = StoryHour.objects.get()
    assert (row.hour, row.story_id, row.edition_id, row.referrer, row.campaign, row.device) == (
        HOUR, 12, 3, "t.me", "spring", "phone",
    )  # fmt: skip
    assert (row.views, row.reads, row.engaged_seconds, row.depth_total) == (1, 1, 100, 80)
    slots = StorySlot.objects.order_by("slot").values_list(
        "slot", "story_id", "edition_id", "referrer", "views", "reads"
    )
    assert list(slots) == [
        (HOUR, 12, 3, "t.me", 1, 0),
        (HOUR + timedelta(minutes=5), 12, 3, "t.me", 0, 1),
    ]
    assert ReaderDay.objects.values_list("day", "edition_id", "readers").get() == (DAY, 3, 1)
    assert Filtered.objects.values_list("hour", "reason", "hits").get() == (HOUR, "robot", 1)
    sources = {model.objects.values_list("source", flat=True).first() for model in (StoryHour, ReaderDay, Filtered)}
    assert len(sources) == 1
    assert copier.numbers == {"lag_seconds": 0.0, "waiting": 0}


def test_copying_again_changes_nothing_and_going_on_raises(
    counting: Counting, copier: Copier, readers: Readers
) -> None:
    readers.view()
    copied(counting, copier)
    copied(counting, copier)
    assert StoryHour.objects.totals()["views"] == 1
    readers.view()
    copied(counting, copier)
    assert StoryHour.objects.totals()["views"] == 2
    assert StoryHour.objects.count() == 1


def test_nothing_is_lost_while_the_database_is_away(
    counting: Counting, copier: Copier, readers: Readers, clock: Clock
) -> None:
    readers.view()
    with patch.object(copying, "save", side_effect=OperationalError("away")), pytest.raises(OperationalError):
        copied(counting, copier)
    copier._close()
    assert copier.numbers["waiting"] == 3
    clock.now += 90
    readers.view()
    with patch.object(copying, "save", side_effect=OperationalError("away")), pytest.raises(OperationalError):
        copied(counting, copier)
    assert copier.numbers == {"lag_seconds": 90.0, "waiting": 3}
    copier._close()
    copied(counting, copier)
    assert StoryHour.objects.totals()["views"] == 2
    assert copier.numbers == {"lag_seconds": 0.0, "waiting": 0}


def test_what_is_counted_while_it_is_copied_is_copied_next(
    counting: Counting, copier: Copier, readers: Readers
) -> None:
    readers.view()
    counting.add()
    counting.counter.close()
    totals = open_totals(counting.folder.totals(DAY))
    changes = totals.changed(100)
    totals.add({change.key: change.numbers for change in changes})
    save(totals.source, DAY, changes)
    totals.settle(changes)
    assert totals.unsettled() == 3
    save(totals.source, DAY, totals.changed(100))
    totals.close()
    assert StoryHour.objects.totals()["views"] == 2


def test_an_older_copy_that_arrives_late_lowers_nothing(db: None) -> None:
    late, soon = _change((1, 0, 5, 10)), _change((3, 1, 20, 90))
    save("source", DAY, [soon])
    save("source", DAY, [late])
    row = StoryHour.objects.get()
    assert (row.views, row.reads, row.engaged_seconds, row.depth_total) == (3, 1, 20, 90)


def test_two_nodes_add_up(db: None) -> None:
    save("one", DAY, [_change((1, 0, 5, 10))])
    save("two", DAY, [_change((3, 1, 20, 90))])
    assert StoryHour.objects.totals() == {"views": 4, "reads": 1, "engaged_seconds": 25, "depth_total": 100}
    assert list(StoryHour.objects.by("story_id")) == [
        {"story_id": 12, "views": 4, "reads": 1, "engaged_seconds": 25, "depth_total": 100}
    ]


def test_a_restored_backup_goes_on_and_doubles_nothing(counting: Counting, copier: Copier, readers: Readers) -> None:
    readers.view()
    readers.view()
    copied(counting, copier)
    shutil.rmtree(counting.folder.path)  # a backup holds the database, and no files of counting
    readers.view()
    copied(counting, copier)
    assert StoryHour.objects.totals()["views"] == 3
    assert StoryHour.objects.values("source").distinct().count() == 2


def test_a_copied_home_counts_under_another_source(counting: Counting, tmp_path: Path, db: None) -> None:
    counting.readers.view()
    copied(counting, Copier(counting.folder, ZONE, counting.clock))
    shutil.copytree(counting.folder.path, tmp_path / "other")
    other = Counting(Folder(tmp_path / "other"), counting.clock)
    for found in (counting, other):
        found.readers.view(nonce=f"after-{found.folder.path.name}")
        copied(found, Copier(found.folder, ZONE, found.clock))
    assert StoryHour.objects.totals()["views"] == 3
    assert sorted(StoryHour.objects.values_list("views", flat=True)) == [1, 2]


def test_a_day_that_is_over_is_copied_to_its_end_and_then_removed(
    counting: Counting, copier: Copier, readers: Readers, clock: Clock
) -> None:
    readers.view()
    clock.now += 12 * 3600 + 30  # half a minute past midnight
    readers.view()
    copied(counting, copier)
    assert counting.folder.days_with_totals() == [DAY]
    readers.view()
    counting.add()
    counting.add()
    clock.now += 180
    copied(counting, copier)
    assert counting.folder.days_with_totals() == [DAY + timedelta(days=1)]
    assert StoryHour.objects.totals()["views"] == 3
    assert [file.name for file in counting.folder.path.iterdir() if "2026-11-23" in file.name] == []


def test_five_minutes_are_kept_for_eight_days(copier: Copier, db: None) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for days in (7, 9):
        moment = now - timedelta(days=days)
        StorySlot.objects.create(slot=moment, story_id=1, edition_id=3, source="s", views=1)
        StoryHour.objects.create(hour=moment, story_id=1, edition_id=3, source="s", views=1)
    copier.tidy()
    assert [row.slot for row in StorySlot.objects.all()] == [now - timedelta(days=7)]
    assert StoryHour.objects.count() == 2


def test_appeals_arrive(db: None) -> None:
    key = ("a", ROW[1], "5", "12")
    save("source", DAY, [Change(key, (4, 2, 1), b"", pack((4, 2, 1)))])
    found = AppealHour.objects.values_list("hour", "variant_id", "story_id", "seen", "clicks", "closes").get()
    assert found == (HOUR, 5, 12, 4, 2, 1)


def _change(numbers: tuple[int, ...]) -> Change:
    return Change(ROW, numbers, b"", pack(numbers))


@pytest.mark.django_db
class AnyOrder(TestCase):
    """Two copiers that are interrupted, repeated and mixed in any way."""

    @settings(max_examples=25, deadline=None)
    @given(steps=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["read", "save", "settle", "count", "reopen"]))))
    def test_ends_at_what_was_counted(self, steps: list[tuple[int, str]]) -> None:
        folder = Folder(Path(self.make_folder()))
        folder.make()
        totals: list[Totals] = [open_totals(folder.totals(DAY))]
        held: list[list[Change]] = [[], []]
        counted = 0
        for copier, step in steps:
            if step == "count":
                totals[0].add({ROW: (1, 0, 2, 3)})
                counted += 1
            elif step == "reopen":
                totals[0].close()
                totals[0] = open_totals(folder.totals(DAY))
            elif step == "read":
                held[copier] = totals[0].changed(10)
            elif step == "save":
                save(totals[0].source, DAY, held[copier])
            elif _is_saved(held[copier]):
                totals[0].settle(held[copier])
            assert StoryHour.objects.totals()["views"] <= counted
        save(totals[0].source, DAY, totals[0].changed(10))
        totals[0].close()
        found = StoryHour.objects.totals()
        assert found == {"views": counted, "reads": 0, "engaged_seconds": 2 * counted, "depth_total": 3 * counted}

    def make_folder(self) -> str:
        """A new empty folder, removed at the end."""
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        return folder


def _is_saved(changes: list[Change]) -> bool:
    """Whether the database has what `changes` say: only then does a copier settle it."""
    return all(StoryHour.objects.filter(views__gte=change.numbers[0]).exists() for change in changes)
