"""The disk runs full while the newsroom is being read and written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.faults.conftest import Serve
from tests.faults.editing import Editor
from tests.faults.newsroom import Template
from tests.faults.test_database import let_everything_be_stale
from tests.journeys.serving import wait_until

SIZE = "160m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own that can be filled."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk to fill")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk to fill")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Leave not a byte free."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (2**20, 4096):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    yield
    filler.unlink()


def test_a_full_disk(small_disk: Path, serve: Serve, template: Template) -> None:
    """Nothing that could not be written is called published, and nothing that was is shown as it used to be."""
    newsroom = serve(template.copy(small_disk / "newsroom"))
    story = newsroom.stored[-1]
    with Editor(newsroom.home, STANDFIRST_MODE="demo", STANDFIRST_BASE_URL=newsroom.url) as editor:
        with newsroom.reader() as reader, full(small_disk):
            newsroom.until_unready('"disk": "is full"')
            refused = False
            for number in range(30):
                report = editor.publish(story, f"On the last byte {number}")
                refused = "error" in report
                if refused:
                    assert "full" in report["error"]
                    break
                wait_until(lambda text=report["headline"]: _shows(newsroom.ask(story), text), "the headline", 3)
            assert refused, "thirty publishes found room on a full disk"
            let_everything_be_stale(newsroom)
            reader.go_on(3.0)
        newsroom.heals(within=30)
        assert "committed" in editor.publish(story, "There is room again")
        wait_until(lambda: b"There is room again" in newsroom.ask(story).body, "the headline", 3)
    reader.check(within=10)


def _shows(answer, headline: str) -> bool:  # type: ignore[no-untyped-def]
    return headline.encode() in answer.body or bool(answer.warning)
