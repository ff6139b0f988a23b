"""The form of a picture in the admin, the chooser and the API."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.images.forms import BaseImageForm

from standfirst.stories.pictures.errors import PictureError
from standfirst.stories.pictures.intake import clean_file
from standfirst.stories.pictures.metadata import FileWords


class PictureForm(BaseImageForm):
    """Wagtail's, which also decodes a new file before it says yes, and keeps old renditions until new ones exist."""

    def clean_file(self) -> Any:
        """Refuse what could not be shown; the reason stands at the field instead of on an error page."""
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            data = file.read()
            file.seek(0)
            try:
                clean_file(data, FileWords())
            except PictureError as error:
                raise ValidationError(error.message) from error
        return file

    def save(self, commit: bool = True) -> Any:
        replaced = self.original_file if "file" in self.changed_data and self.original_file else None
        # Wagtail would delete the old file and every rendition before there is a new one.
        self.original_file = None
        picture = super().save(commit=commit)
        if commit and replaced:
            transaction.on_commit(partial(replaced.storage.delete, replaced.name))
        return picture
