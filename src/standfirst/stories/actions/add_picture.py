"""Take a picture into the newsroom's library."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from wagtail.images.rect import Rect
from wagtail.models import Collection

from standfirst.accounts.models import User
from standfirst.stories.models import Picture
from standfirst.stories.pictures.intake import receive


def add_picture(
    *,
    file: File,
    title: str = "",
    caption: str = "",
    credit: str = "",
    alt: str = "",
    copyright_notice: str = "",
    licence_url: str = "",
    taken_at: datetime | None = None,
    decorative: bool = False,
    focal_point: tuple[int, int, int, int] | None = None,
    collection: Collection | None = None,
    uploaded_by: User | None = None,
    tags: Iterable[str] = (),
) -> Picture:
    """Add `file` (an open Django `File` with a name) as a picture; its other sizes are ordered in the background.

    What is left empty is taken from the file's own metadata; the title from its headline, else its name.
    `focal_point` is x, y (of the middle), width and height in pixels of the upright picture.

    Raises:
        PictureError: the file is no picture we take, too large or damaged; nothing is saved.
    """
    words: dict[str, Any] = {
        "title": title[:255],
        "caption": caption,
        "credit": credit[:250],
        "description": alt[:255],
        "copyright_notice": copyright_notice[:250],
        "licence_url": licence_url[:200],
        "taken_at": taken_at,
        "decorative": decorative,
    }
    picture = Picture(file=receive(file), uploaded_by_user=uploaded_by, **words)
    if collection is not None:
        picture.collection = collection
    if focal_point is not None:
        picture.set_focal_point(Rect.from_point(*focal_point))
    with transaction.atomic():
        picture.save()
        if labels := list(tags):
            picture.tags.set(labels)
    return picture
