"""Documents: sound, film, PDF and other files that readers may take away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.documents.forms import BaseDocumentForm
from wagtail.documents.views.serve import serve

from standfirst.kit.documents import is_what_it_says
from standfirst.kit.ranges import fetched_response, ranged_file


class DocumentForm(BaseDocumentForm):
    """Wagtail's, which also looks into the file."""

    def clean_file(self) -> Any:
        """Refuse a file that is not what its extension says. Whether the extension is allowed is Wagtail's to check."""
        file = self.cleaned_data["file"]
        if "file" in self.changed_data and not is_what_it_says(file.name, file):
            raise ValidationError(
                _("The content of this file is not what its extension “%(extension)s” says. Export it again.")
                % {"extension": Path(file.name).suffix}
            )
        return file


def serve_document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """Wagtail's own view with its permissions and headers, and the range a player asks for, which Wagtail ignores."""
    response: HttpResponseBase = serve(request, document_id, document_filename)
    wanted = request.headers.get("Range", "")
    if not wanted or response.status_code != 200 or not response.streaming:
        return response
    part = _part(get_document_model().objects.get(pk=document_id).file, wanted)
    for name in ("Content-Type", "Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options", "ETag"):
        if name in response:
            part[name] = response[name]
    response.close()
    return part


def _part(file: FieldFile, wanted: str) -> HttpResponseBase:
    if isinstance(file.storage, FileSystemStorage):
        return ranged_file(Path(file.path), wanted)
    remote: Any = file.storage
    return fetched_response(remote, str(file.name), wanted)[0]
