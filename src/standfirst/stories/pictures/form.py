"""The form of a picture in the admin, the chooser and the API."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.images.forms import BaseImageForm

from standfirst.stories.pictures.fields import PictureUploadField


class PictureForm(BaseImageForm):
    """Wagtail's, which takes the file in while it is checked, and keeps old renditions until new ones exist."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = PictureUploadField(label=field.label, required=field.required, widget=field.widget)
        if caption := self.fields.get("caption"):
            caption.widget = AdminAutoHeightTextInput()
        if description := self.fields.get("description"):
            # The column is Wagtail's; editors know it by what readers get from it.
            description.label = _("Alt text")
            description.help_text = _("What the picture shows, for readers who do not see it.")

    def save(self, commit: bool = True) -> Any:
        replaced: Any = self.original_file if "file" in self.changed_data and self.original_file else None  # type: ignore[has-type]
        # Wagtail would delete the old file and every rendition before there is a new one.
        self.original_file = None
        picture = super().save(commit=commit)
        if commit and replaced:
            transaction.on_commit(partial(replaced.storage.delete, replaced.name))
        return picture
