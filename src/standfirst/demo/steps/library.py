"""The library: drawn pictures and made documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from standfirst.accounts.models import User
from standfirst.demo import files
from standfirst.demo.drawings.metadata import Words
from standfirst.demo.drawings.render import picture_file
from standfirst.demo.errors import DemoError
from standfirst.stories.actions.add_picture import add_picture
from standfirst.stories.models import Picture


def draw_pictures(sheet: dict[str, Any], by: User, progress: Callable[[str], None]) -> dict[str, int]:
    """Draw and upload the pictures that are missing; return the primary keys of all by their key.

    `sheet` is the file pictures.toml. Caption, credit and alt text are not given to the upload: it reads them from the
    metadata inside the files, as it would from a camera's.
    """
    entries = sheet["pictures"]
    known = dict(Picture.objects.filter(tags__name="demo").values_list("title", "pk"))
    missing = [key for key, entry in entries.items() if entry["title"] not in known]
    if missing:
        progress(f"Drawing {len(missing)} pictures …")
    for key in missing:
        entry = entries[key]
        words = Words(
            entry["title"], entry["caption"], sheet["creator"], sheet["credit"], sheet["rights"], entry["alt"]
        )
        file = ContentFile(picture_file(entry["scene"], entry["palette"], key, words), name=f"ridgeline-{key}.jpg")
        known[entry["title"]] = add_picture(file=file, uploaded_by=by, tags=["demo"]).pk
    return {key: known[entry["title"]] for key, entry in entries.items()}


def make_documents(entries: list[dict[str, Any]], by: User) -> dict[str, int]:
    """Make the documents that are missing; return the primary keys of all by their key."""
    documents = get_document_model()
    keys: dict[str, int] = {}
    for entry in entries:
        found = documents.objects.filter(title=entry["title"]).first()
        keys[entry["key"]] = (found or _document(entry, by)).pk
    return keys


def _document(entry: dict[str, Any], by: User) -> Any:
    if entry["kind"] == "pdf":
        data = files.pdf(entry["lines"])
    elif entry["kind"] == "wav":
        data = files.sound(entry["seconds"])
    else:
        raise DemoError(f"newsroom.toml: “{entry['kind']}” is no kind of document; there are pdf and wav.")
    file = ContentFile(data, name=f"{entry['key']}.{entry['kind']}")
    return get_document_model().objects.create(title=entry["title"], file=file, uploaded_by_user=by)
