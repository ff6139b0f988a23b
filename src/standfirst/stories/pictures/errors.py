"""What can be wrong with a picture's file."""

from __future__ import annotations

from django.core.exceptions import ValidationError


class PictureError(ValidationError):
    """The file cannot be taken as a picture; the message says why and what to do."""
