"""Send a file, or the one range of it that was asked for: players move about in a film by asking for its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse

CHUNK = 64 * 1024


def ranged_file(file: Path, wanted: str) -> HttpResponseBase:
    """Return `file`, or the byte range that `wanted`, a Range header, asks for (RFC 9110, 14.2).

    Several ranges, or another unit, get the whole file. The caller sets Content-Type and its own headers.
    """
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted.strip())
    if match is None or not any(match.groups()):
        return FileResponse(file.open("rb"))
    first, last = match.groups()
    size = file.stat().st_size
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_chunks(file, start, end - start + 1), status=206)
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Content-Length"] = str(end - start + 1)
    return response


def _chunks(file: Path, start: int, left: int) -> Iterator[bytes]:
    """Opened only when it is read: a reader who is gone before the first piece leaves no file open."""
    with file.open("rb") as handle:
        handle.seek(start)
        while left > 0 and (chunk := handle.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
