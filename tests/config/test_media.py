"""Uploaded files: sent with headers that keep a browser from running them, and nothing outside the folder."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from django.http import Http404, HttpRequest, HttpResponseBase
from django.test import RequestFactory
from pytest_django import Settings

from standfirst.config.media import serve_media


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    for name in (
        "images/a.avif",
        "drawing.svg",
        "page.html",
        "film.mp4",
        "paper.pdf",
        "documents/private.pdf",
        "original_images/a.jpg",
    ):
        file = tmp_path / "media" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"0123456789")
    (tmp_path / "secret.key").write_text("secret")
    return tmp_path / "media"


def _request(**headers: str) -> HttpRequest:
    return RequestFactory().get("/", headers=headers)


def _body(response: HttpResponseBase) -> bytes:
    with contextlib.closing(response):
        return b"".join(response)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("images/a.avif", "image/avif", True),
        ("drawing.svg", "image/svg+xml", True),
        ("film.mp4", "video/mp4", True),
        ("paper.pdf", "application/pdf", True),
        ("page.html", "text/html", False),
    ],
)
def test_only_pictures_sound_films_and_pdf_are_shown(name: str, kind: str, shown: bool) -> None:
    response = serve_media(_request(), name)
    assert response["Content-Type"] == kind
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert response.headers.get("Content-Disposition") == (None if shown else "attachment")
    assert _body(response) == b"0123456789"


def test_a_drawing_is_sandboxed() -> None:
    response = serve_media(_request(), "drawing.svg")
    assert "sandbox" in response["Content-Security-Policy"]
    response.close()


@pytest.mark.parametrize(
    "name",
    [
        "../secret.key",
        "/etc/passwd",
        "images/../../secret.key",
        "images",
        "none.png",
        "documents/private.pdf",
        "original_images/a.jpg",
    ],
)
def test_nothing_else_is_found(name: str) -> None:
    with pytest.raises(Http404):
        serve_media(_request(), name)


@pytest.mark.parametrize(
    ("wanted", "body", "content_range"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=8-", b"89", "bytes 8-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=5-99", b"56789", "bytes 5-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
    ],
)
def test_a_film_is_sent_in_ranges(wanted: str, body: bytes, content_range: str) -> None:
    response = serve_media(_request(Range=wanted), "film.mp4")
    assert response.status_code == 206
    assert (response["Content-Range"], response["Content-Length"]) == (content_range, str(len(body)))
    assert _body(response) == body


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(wanted: str) -> None:
    response = serve_media(_request(Range=wanted), "film.mp4")
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */10")


@pytest.mark.parametrize("wanted", ["bytes=0-1,3-4", "lines=0-1", "bytes=a-b", "bytes=-"])
def test_another_range_gets_the_whole_file(wanted: str) -> None:
    response = serve_media(_request(Range=wanted), "film.mp4")
    assert response.status_code == 200
    assert _body(response) == b"0123456789"


def test_what_the_reader_has_is_not_sent_again() -> None:
    first = serve_media(_request(), "images/a.avif")
    again = serve_media(_request(**{"If-Modified-Since": first["Last-Modified"]}), "images/a.avif")
    first.close()
    assert again.status_code == 304


def test_nothing_can_be_posted() -> None:
    assert serve_media(RequestFactory().post("/"), "film.mp4").status_code == 405
