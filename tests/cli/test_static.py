"""Static files while one release replaces another: never half a file, and none missing that an open page refers to."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from standfirst.cli.readiness import STATIC_KEPT, collect_static
from standfirst.config.static_files import StaticFilesMiddleware

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home folder, and a release whose only static files are those in `sources`."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "style.css").write_text("p { color: black }" * 20)
    settings: dict[str, Any] = {
        "STATIC_ROOT": tmp_path / "static",
        "STORAGES": STORAGES,
        "STATICFILES_DIRS": [tmp_path / "sources"],
        "STATICFILES_FINDERS": ["django.contrib.staticfiles.finders.FileSystemFinder"],
    }
    with override_settings(**settings):
        finders.get_finder.cache_clear()
        yield tmp_path
    finders.get_finder.cache_clear()


def _shown(home: Path) -> str:
    """The name under which pages of the collected release refer to the style sheet."""
    return str(json.loads((home / "static/staticfiles.json").read_text())["paths"]["style.css"])


def _release(home: Path, text: str) -> None:
    (home / "sources/style.css").write_text(text)
    assert collect_static(home)


def test_collecting_again_does_nothing(home: Path) -> None:
    assert collect_static(home)
    before = {path: path.stat().st_ino for path in (home / "static").rglob("*")}

    assert not collect_static(home)

    assert {path: path.stat().st_ino for path in (home / "static").rglob("*")} == before
    assert {path.name for path in home.iterdir()} == {"sources", "static", "static.stamp"}


def test_files_of_the_release_before_stay_with_their_compressed_forms(home: Path) -> None:
    collect_static(home)
    old = _shown(home)

    _release(home, "p { color: red }" * 20)

    assert _shown(home) != old
    assert (home / "static" / old).read_text().startswith("p { color: black }")
    assert (home / "static" / f"{old}.gz").exists()


def test_files_go_a_month_after_they_were_replaced_and_not_after_they_were_made(home: Path) -> None:
    collect_static(home)
    old = home / "static" / _shown(home)
    month = STATIC_KEPT.total_seconds()
    made = time.time() - 12 * month
    os.utime(old, (made, made))

    _release(home, "p { color: red }" * 20)
    assert time.time() - old.stat().st_mtime < 60

    _release(home, "p { color: green }" * 20)
    assert old.exists()

    os.utime(old, (time.time() - month - 60,) * 2)
    _release(home, "p { color: blue }" * 20)
    assert not old.exists()


def test_a_release_that_comes_back_is_whole(home: Path) -> None:
    collect_static(home)
    first = _shown(home)
    _release(home, "p { color: red }" * 20)

    _release(home, "p { color: black }" * 20)

    assert _shown(home) == first
    assert (home / "static" / first).exists()


def _worker() -> Callable[[str], tuple[int, bytes]]:
    """A worker that begins now: returns status and body for an address."""
    middleware = StaticFilesMiddleware(lambda _request: HttpResponse(status=404))

    def get(address: str) -> tuple[int, bytes]:
        with closing(middleware(RequestFactory().get(address))) as response:
            return response.status_code, b"".join(response)  # type: ignore[arg-type]

    return get


def test_a_process_that_began_before_a_release_serves_its_files(home: Path) -> None:
    collect_static(home)
    old, get = _shown(home), _worker()

    _release(home, "p { color: red }" * 20)

    assert get(f"/static/{_shown(home)}") == (200, b"p { color: red }" * 20)
    assert get(f"/static/{old}") == (200, b"p { color: black }" * 20)


@pytest.mark.parametrize("address", ["../static.stamp", "/style.css", "nothing.css", "", "css/../style.css", "%00"])
def test_nothing_else_on_the_disk_is_served(home: Path, address: str) -> None:
    collect_static(home)

    assert _worker()(f"/static/{address}") == (404, b"")
