"""Documents: sound, film, PDF and other files that readers may take away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.documents.forms import BaseDocumentForm

from standfirst.kit.documents import is_what_it_says
from standfirst.kit.ranges import ranged_file


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


@hooks.register("before_serve_document", order=1000)
def serve_range(document: Any, request: HttpRequest) -> HttpResponseBase | None:
    """Answer a request for a part of a file, which Wagtail's own view does not know; comes after permission hooks."""
    wanted = request.headers.get("Range", "")
    try:
        path = Path(document.file.path)
    except NotImplementedError:
        return None
    if not wanted or not path.is_file():
        return None
    response = ranged_file(path, wanted)
    response["Content-Type"] = document.content_type
    response["Content-Disposition"] = document.content_disposition
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
