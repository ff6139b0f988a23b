"""Uploaded files, served by the site itself until a web server in front takes over.

A file from `media/` was chosen by staff or came with an import, so a browser is told not to guess its type, to run
nothing in it, and to download what is no picture, sound, film or PDF.
"""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils._os import safe_join
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from django.views.static import was_modified_since

from standfirst.kit.ranges import ranged_file

SHOWN_INLINE = re.compile(r"(image|audio|video)/|application/pdf$")
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
# Documents have permissions of their own and go through /documents/, never straight from the folder. Originals of
# pictures are for the newsroom: readers get renditions, and file names can be guessed.
PRIVATE_FOLDERS = ("documents/", "original_images/")
# What mimetypes does not know before Python 3.13.
mimetypes.add_type("image/avif", ".avif")
mimetypes.add_type("image/webp", ".webp")


@require_safe
def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send the uploaded file at `path` (relative to MEDIA_ROOT), whole or the one range that was asked for."""
    file = _find(path)
    stat = file.stat()
    if not was_modified_since(request.headers.get("If-Modified-Since"), stat.st_mtime):
        return _with_headers(HttpResponse(status=304), file, stat.st_mtime)
    wanted = request.headers.get("Range", "")
    response = ranged_file(file, wanted) if wanted else FileResponse(file.open("rb"))
    return _with_headers(response, file, stat.st_mtime)


def _find(path: str) -> Path:
    """Return the file at `path`. Raises Http404 when there is none, when it is private, or when the path escapes."""
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path))
        relative = file.relative_to(Path(settings.MEDIA_ROOT).absolute()).as_posix()
    except (SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error
    if relative.startswith(PRIVATE_FOLDERS) or not file.is_file():
        raise Http404
    return file


def _with_headers(response: HttpResponseBase, file: Path, modified: float) -> HttpResponseBase:
    """Add type, age and the headers that keep a browser from running the file."""
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    response["Content-Type"] = kind
    response["Last-Modified"] = http_date(modified)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "public, max-age=604800"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    if kind == "application/pdf":
        # A sandboxed PDF is shown by no browser; its viewer runs apart from the site anyway.
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    if SHOWN_INLINE.match(kind):
        response.headers.pop("Content-Disposition", None)
    else:
        response["Content-Disposition"] = "attachment"
    return response
