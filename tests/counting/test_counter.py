"""What one process counts: when it adds, what it does with files that fail it, at the edge and in a thread."""

from __future__ import annotations

import io
import logging
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import lmdb
import pytest

from standfirst.config.wsgi import with_edge
from standfirst.counting import counter as counter_module
from standfirst.counting.counter import ReadCounter
from standfirst.counting.intake import Intake
from standfirst.counting.ledger import totals as totals_module
from standfirst.counting.ledger.folder import Folder
from standfirst.counting.ledger.totals import open_totals
from standfirst.counting.tokens import page_token
from standfirst.delivery import store
from standfirst.delivery.metrics import COUNTS
from tests.counting.conftest import ZONE, Counting
from tests.counting.sending import BROWSER, HEADERS, Readers


def test_the_thread_adds_by_itself_and_what_waits_is_added_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter_module, "INTERVAL", 0.005)
    added = threading.Event()
    folder = Folder(tmp_path / "counts.lmdb")
    counter = ReadCounter(folder, ZONE)
    add = counter.add
    monkeypatch.setattr(counter, "add", lambda: (add(), added.set()))
    readers = Readers(Intake(counter))
    readers.view()
    added.clear()
    assert added.wait(10)
    monkeypatch.setattr(counter_module, "INTERVAL", 3600)
    readers.view()
    counter.stop()
    (day,) = folder.days_with_totals()
    totals = open_totals(folder.totals(day))
    views = [change.numbers[0] for change in totals.changed(10) if change.key[0] == "h"]
    totals.close()
    assert sum(views) == 2


def test_who_brings_more_than_can_wait_stands_still_until_it_is_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter_module, "INTERVAL", 3600)
    monkeypatch.setattr(counter_module, "LONGEST_WAIT", 3600)
    monkeypatch.setattr(counter_module, "PRESSING", 5)
    monkeypatch.setattr(counter_module, "MOST_WAITING", 5)
    folder = Folder(tmp_path / "counts.lmdb")
    counter = ReadCounter(folder, ZONE)
    readers = Readers(Intake(counter))
    for number in range(12):
        readers.view(number, by=f"10.0.{number}.1")
    counter.stop()
    (day,) = folder.days_with_totals()
    totals = open_totals(folder.totals(day))
    rows = totals.changed(100)
    totals.close()
    assert sum(row.numbers[0] for row in rows if row.key[0] == "h") == 12
    assert not [row for row in rows if row.key[0] == "f"]


def test_files_that_somebody_deleted_are_begun_anew(counting: Counting, readers: Readers) -> None:
    readers.view()
    counting.add()
    for file in counting.folder.path.glob("*.totals*"):
        file.unlink()
    counting.add()
    readers.view()
    assert counting.story() == (1, 0, 0, 0)


def test_damaged_sums_are_begun_anew_and_said_once(
    counting: Counting, readers: Readers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged(*_arguments: Any) -> None:
        raise lmdb.CorruptedError("page 7")

    readers.view()
    counting.add()
    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(totals_module.Totals, "add", damaged)
        for _ in range(3):
            readers.view()
            counting.add()
    assert [record.message for record in caplog.records] == [
        "the files of today's reads were damaged and begin anew (page 7)"
    ]
    readers.view()
    assert counting.story() == (1, 0, 0, 0)


def test_a_file_that_is_no_ledger_is_begun_anew(counting: Counting, readers: Readers) -> None:
    counting.folder.make()
    day = counting.counter._date()
    for path in (counting.folder.totals(day), counting.folder.visits(day)):
        path.write_bytes(b"not a ledger" * 1000)
    readers.view()
    assert counting.story() == (1, 0, 0, 0)


def test_a_folder_that_cannot_be_written_loses_counts_and_no_answer(
    counting: Counting, readers: Readers, caplog: pytest.LogCaptureFixture
) -> None:
    counting.folder.path.write_text("a file where the folder should be")
    before = COUNTS.errors.get("counting", 0)
    readers.view()
    readers.view(agent="curl/8")
    counting.add()
    assert readers.answers == ["204 No Content"] * 2
    assert COUNTS.errors["counting"] == before + 2
    counting.folder.path.unlink()
    assert counting.filtered() == {"robot": 1}


def test_numbers_for_the_metrics(counting: Counting, readers: Readers) -> None:
    nonce = readers.view()
    readers.view(nonce=nonce)
    readers.view(agent="curl/8")
    counting.add()
    assert counting.counter.numbers == {"taken": 2, "replayed": 1, "robot": 1}


@pytest.fixture
def edge(settings: Any, tmp_path: Path) -> Any:
    settings.PAGE_STORE = tmp_path / "pages.lmdb"
    settings.COUNTS = tmp_path / "counts.lmdb"
    settings.READER_ADDRESS_KEY = "HTTP_X_FORWARDED_FOR"
    settings.DATA_CENTRES = tmp_path / "data-centres.txt"
    settings.DATA_CENTRES.write_text("198.51.100.0/24\n")

    def django(*_arguments: Any) -> Any:
        raise AssertionError("a beacon never comes to Django")

    yield with_edge(django)
    store.close()


def test_the_edge_answers_beacons_itself(edge: Any, tmp_path: Path) -> None:
    def send(**headers: str) -> tuple[str, bytes]:
        body = urlencode({"p": page_token(12, 3), "n": "nonce", "k": "view"}).encode()
        answers: list[str] = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/reads/",
            "QUERY_STRING": "",
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "10.0.0.1",
            "HTTP_USER_AGENT": BROWSER,
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            **HEADERS,
            "HTTP_HOST": "testserver",
            **headers,
        }
        sent = b"".join(edge(environ, lambda status, _headers, *_rest: answers.append(status)))
        return answers[0], sent

    before = COUNTS.endpoint
    intake = edge.plan.endpoints["/reads/"].__self__
    assert send(HTTP_X_FORWARDED_FOR="203.0.113.7") == ("204 No Content", b"")
    assert send(HTTP_X_FORWARDED_FOR="198.51.100.7") == ("204 No Content", b"")
    assert send(HTTP_HOST="elsewhere.example")[0].startswith("421")
    assert COUNTS.endpoint == before + 2
    intake.counter.stop()
    assert intake.counter.numbers == {"taken": 1, "data_centre": 1}
