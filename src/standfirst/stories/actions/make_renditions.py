"""Make the sizes of a picture that readers get."""

from __future__ import annotations

import logging
from contextlib import suppress
from itertools import groupby

from django.db import DatabaseError, transaction
from PIL import Image

from standfirst.stories.models import Picture
from standfirst.stories.pictures import renditions
from standfirst.stories.pictures.files import decode
from standfirst.stories.pictures.sizes import Size, plan, share_needed

logger = logging.getLogger(__name__)


def make_renditions(*, picture: Picture) -> int:
    """Make every planned size of `picture` that does not exist, list them in `Picture.ready`, and drop older ones.

    Safe to repeat: what exists is left alone. When the file or the focal point changes meanwhile it stops, and leaves
    the rest to the run which that change has ordered. A failure is noted in `Picture.rendition_problem` and raised.

    Returns:
        How many files were made.

    Raises:
        PictureError: the file is damaged.
        OSError: the file cannot be read or a rendition not be written.
    """
    try:
        return _make(picture)
    except Exception as error:
        problem = str(getattr(error, "message", error))[:300] or type(error).__name__
        with suppress(DatabaseError):
            # When the database itself is the problem, the reason to raise is the first one.
            Picture.objects.filter(pk=picture.pk).update(rendition_problem=problem)
        raise


def _make(picture: Picture) -> int:
    with picture.open_file() as file:
        data = file.read()
    draft_sizes = plan(picture.width, picture.height, transparent=False)
    base = decode(data, share=share_needed(draft_sizes, picture.width, picture.height))
    sizes = plan(picture.width, picture.height, transparent=base.mode == "RGBA")
    made = 0
    for _ratio, group in groupby(sizes, key=lambda size: size.ratio):
        fresh = _make_group(picture, base, list(group))
        if fresh is None:
            logger.info("Picture %s changed while its sizes were made; the next run goes on", picture.pk)
            return made
        made += fresh
    _finish(picture, sizes)
    return made


def _make_group(picture: Picture, base: Image.Image, group: list[Size]) -> int | None:
    """Make the sizes of one ratio and show them to readers; `None` when the picture has changed meanwhile."""
    made = list(renditions.make_sizes(picture, base, group))
    with transaction.atomic():
        present = Picture.objects.select_for_update().filter(pk=picture.pk).first()
        if present is None or present.rendition_key != picture.rendition_key:
            for unused in made:
                renditions.discard(picture, unused)
            return None
        for new in made:
            renditions.keep(picture, new)
        others = [entry for entry in present.ready if entry["ratio"] != group[0].ratio]
        picture.ready = [*others, *renditions.entries(picture, group)]
        Picture.objects.filter(pk=picture.pk).update(ready=picture.ready)
    return len(made)


def _finish(picture: Picture, sizes: list[Size]) -> None:
    """List exactly what was planned, and drop what an older file or focal point left behind."""
    with transaction.atomic():
        present = Picture.objects.select_for_update().filter(pk=picture.pk).first()
        if present is None or present.rendition_key != picture.rendition_key:
            return
        picture.ready = renditions.entries(picture, sizes)
        Picture.objects.filter(pk=picture.pk).update(ready=picture.ready, rendition_problem="")
        listed = [entry["file"] for entry in picture.ready]
        picture.renditions.filter(filter_spec__regex=renditions.OUR_SPECS).exclude(file__in=listed).delete()
