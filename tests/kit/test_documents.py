"""A document is what its extension says, and a player gets the part it asks for."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from standfirst.kit.documents import CONTENT_TYPES, INLINE_TYPES, is_what_it_says
from standfirst.kit.ranges import ranged_file

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
OGG = b"OggS\x00\x02" + b"\x00" * 22 + b"\x01\x1eOpusHead"
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm"
ZIP = b"PK\x03\x04" + b"\x00" * 26
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.pdf", PDF),
        ("talk.MP3", MP3),
        ("film.mp4", MP4),
        ("film.m4a", MP4),
        ("talk.ogg", OGG),
        ("film.webm", WEBM),
        ("tables.xlsx", ZIP),
        ("words.vtt", b"\xef\xbb\xbfWEBVTT\n\n"),
        ("table.csv", "имя;сумма\n".encode("cp1251")),
    ],
)
def test_honest_file_is_taken(name: str, content: bytes) -> None:
    file = BytesIO(content)
    assert is_what_it_says(name, file)
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.pdf", HTML),
        ("talk.mp3", PDF),
        ("film.mp4", ZIP),
        ("tables.xlsx", PDF),
        ("words.vtt", HTML),
        ("notes.txt", b"MZ\x90\x00\x03\x00"),
        ("notes.txt", PDF),
        ("page.html", HTML),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("report.pdf", b""),
        ("report", PDF),
    ],
)
def test_file_in_disguise_is_refused(name: str, content: bytes) -> None:
    assert not is_what_it_says(name, BytesIO(content))


def test_nothing_that_runs_in_a_browser_may_be_uploaded_or_shown() -> None:
    assert not {"html", "htm", "xhtml", "svg", "xml", "js", "swf"} & set(CONTENT_TYPES)
    assert {kind.split("/")[0] for kind in INLINE_TYPES} == {"audio", "video", "application", "text"}
    assert [kind for kind in INLINE_TYPES if kind.startswith(("application", "text"))] == [
        "application/pdf",
        "text/vtt",
    ]


@pytest.mark.parametrize(
    ("wanted", "status", "content", "content_range"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
    ],
)
def test_range(tmp_path: Path, wanted: str, status: int, content: bytes, content_range: str | None) -> None:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"0123456789")
    response = ranged_file(file, wanted)
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    response.close()
    assert (response.status_code, body, response.get("Content-Range")) == (status, content, content_range)
