"""Uploaded files, served by the site itself until a web server in front takes over.

A file from `media/` was chosen by staff or came with an import, so a browser is told not to guess its type, to run
nothing in it, and to download what is no picture, sound, film or PDF.
"""

from __future__ import annotations

import mimetypes
import posixpath
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils._os import safe_join
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from django.views.static import was_modified_since

from standfirst.kit.ranges import fetched_response, ranged_file
from standfirst.kit.uploads import PRIVATE_FOLDERS

SHOWN_INLINE = re.compile(r"(image|audio|video)/|application/pdf$")
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
# What mimetypes does not know before Python 3.13.
mimetypes.add_type("image/avif", ".avif")
mimetypes.add_type("image/webp", ".webp")


@require_safe
def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send the uploaded file at `path` (relative to the storage), whole or the one range that was asked for."""
    if not isinstance(default_storage, FileSystemStorage):
        return _serve_from_bucket(request, path)
    file = _find(path)
    stat = file.stat()
    if not was_modified_since(request.headers.get("If-Modified-Since"), stat.st_mtime):
        return _with_headers(HttpResponse(status=304), file.name, stat.st_mtime)
    wanted = request.headers.get("Range", "")
    response = ranged_file(file, wanted) if wanted else FileResponse(file.open("rb"))
    return _with_headers(response, file.name, stat.st_mtime)


def _serve_from_bucket(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send the file, or the address where readers get it from; a storage that does not answer is status 503."""
    storage: Any = default_storage
    if path.startswith(PRIVATE_FOLDERS) or posixpath.normpath(path) != path:
        raise Http404
    if storage.public_url:
        return HttpResponseRedirect(storage.url(path))
    try:
        response, modified = fetched_response(storage, path, request.headers.get("Range", ""))
    except FileNotFoundError as error:
        raise Http404 from error
    if not was_modified_since(request.headers.get("If-Modified-Since"), modified):
        response.close()
        response = HttpResponse(status=304)
    return _with_headers(response, path, modified) if modified else response


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


def _with_headers(response: HttpResponseBase, name: str, modified: float) -> HttpResponseBase:
    """Add type, age and the headers that keep a browser from running the file."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
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
