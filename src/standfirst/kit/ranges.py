"""Send a file, or the one range of it that was asked for: players move about in a film by asking for its parts."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse

logger = logging.getLogger("standfirst.media")

CHUNK = 64 * 1024
ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True)
class Fetched:
    """A remote file, or the range of it that was asked for: `chunks` are to be read once, `modified` is in seconds."""

    chunks: Iterator[bytes]
    length: int
    content_range: str
    modified: float


class RemoteStorage(Protocol):
    """A storage whose files are on another machine (`standfirst.kit.bucket`)."""

    def fetch(self, name: str, wanted: str = "") -> Fetched:
        """Begin to read `name`; raises FileNotFoundError, ValueError for a bad range, ConnectionError."""


def fetched_response(storage: RemoteStorage, name: str, wanted: str) -> tuple[HttpResponseBase, float]:
    """Return the remote file `name`, or the byte range `wanted` of it, and when it was changed (0: unknown).

    A storage that does not answer is status 503. Raises FileNotFoundError when there is no such file.
    """
    match = ONE_RANGE.fullmatch(wanted.strip())
    try:
        fetched = storage.fetch(name, match[0] if match and any(match.groups()) else "")
    except ValueError:
        return HttpResponse(status=416), 0.0
    except ConnectionError as error:
        logger.error("%s could not be sent: %s", name, error)
        return HttpResponse(status=503, headers={"Retry-After": "10", "Cache-Control": "no-store"}), 0.0
    response = StreamingHttpResponse(fetched.chunks, status=206 if fetched.content_range else 200)
    response["Content-Length"] = str(fetched.length)
    if fetched.content_range:
        response["Content-Range"] = fetched.content_range
    return response, fetched.modified


def ranged_file(file: Path, wanted: str) -> HttpResponseBase:
    """Return `file`, or the byte range that `wanted`, a Range header, asks for (RFC 9110, 14.2).

    Several ranges, or another unit, get the whole file. The caller sets Content-Type and its own headers.
    """
    match = ONE_RANGE.fullmatch(wanted.strip())
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
