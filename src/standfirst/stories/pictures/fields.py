"""The file of a picture: as a field of the model and of its form, both without Wagtail's decoding of the whole file."""

from __future__ import annotations

from typing import Any

from django.forms.fields import FileField
from wagtail.images.fields import WagtailImageField as ImageFormField
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from standfirst.stories.pictures.files import examine
from standfirst.stories.pictures.intake import receive


class PictureFile(WagtailImageFieldFile):
    """A stored file whose width and height are those of the upright picture."""

    def get_image_dimensions(self) -> tuple[int, int]:
        """Read width and height from the header. Wagtail's own decodes the whole file and ignores the orientation."""
        close = self.closed
        self.open()
        try:
            facts = examine(self.read())
        finally:
            if close:
                self.close()
            else:
                self.seek(0)
        return facts.width, facts.height


class PictureFileField(WagtailImageField):
    """Wagtail's, with `PictureFile`."""

    attr_class = PictureFile

    def deconstruct(self) -> Any:
        """The column is Wagtail's: migrations need not know of this class."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "wagtail.images.models.WagtailImageField", args, kwargs


class PictureUploadField(ImageFormField):
    """Takes an upload in: what comes out is clean and certainly a picture."""

    def to_python(self, data: Any) -> Any:
        """Return a `ReceivedFile`, or `None` without an upload.

        Raises:
            PictureError: no picture we take, too large or damaged; a ValidationError, so it stands at the field.
        """
        file = FileField.to_python(self, data)
        if file is None:
            return None
        self.check_image_file_size(file)
        return receive(file)
