"""Take a new file in: clean it, read its words, and make the one size that readers can have at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import Image

from standfirst.stories.pictures import renditions
from standfirst.stories.pictures.files import EXTENSIONS, FileFacts, decode, examine
from standfirst.stories.pictures.metadata import FileWords, read_words
from standfirst.stories.pictures.sizes import FALLBACK_WIDTH, stand_in
from standfirst.stories.pictures.strip import save_anew, strip

if TYPE_CHECKING:
    from standfirst.stories.models import Picture

WORDS = ("caption", "credit", "description", "copyright_notice", "licence_url", "taken_at")
SAVED_ANEW = {"AVIF", "HEIF"}


@dataclass(frozen=True)
class CleanFile:
    """A picture's file without metadata, what it was, and a small decoded copy (RGB or RGBA)."""

    content: bytes
    extension: str
    facts: FileFacts
    light: Image.Image


def clean_file(data: bytes, words: FileWords) -> CleanFile:
    """Check and clean `data`, a picture's file as it came.

    Raises:
        PictureError: it is no picture we take, too large or damaged.
    """
    content = strip(data, words.orientation)
    facts = examine(content)
    if facts.format in SAVED_ANEW:
        whole = decode(content, share=1)
        content, extension = save_anew(whole, facts.format)
        return CleanFile(content, extension, facts, whole)
    light = decode(content, share=min(1.0, FALLBACK_WIDTH[""] / facts.width))
    return CleanFile(content, EXTENSIONS[facts.format], facts, light)


def take_in(picture: Picture) -> CleanFile:
    """Put the cleaned file and its words into `picture`, which is then saved by the caller.

    A word that somebody wrote stays. One that came from the previous file gives way to the new file's.

    Raises:
        PictureError: the file is no picture we take, too large or damaged.
    """
    data = _content(picture)
    words = read_words(data)
    cleaned = clean_file(data, words)
    name = PurePath(picture.file.name).stem + cleaned.extension
    picture.file = ContentFile(cleaned.content, name=name)
    picture._set_image_file_metadata()
    if not picture.title:
        picture.title = words.title or PurePath(name).stem
    _fill(picture, words)
    return cleaned


def publish_stand_in(picture: Picture, cleaned: CleanFile) -> None:
    """Make the one size that is made at once, put the picture's upright measures right, and forget older sizes."""
    picture.width, picture.height = cleaned.facts.width, cleaned.facts.height
    previous = [entry["file"] for entry in picture.ready]
    picture.renditions.exclude(file__in=previous).delete()
    size = stand_in(picture.width, picture.height, transparent=cleaned.light.mode == "RGBA")
    for rendition in renditions.make_sizes(picture, cleaned.light, [size]):
        renditions.keep(rendition)
    picture.ready = renditions.entries(picture, [size])
    type(picture).objects.filter(pk=picture.pk).update(
        width=picture.width, height=picture.height, ready=picture.ready, rendition_problem=""
    )


def order_renditions(picture: Picture) -> None:
    """Have the other sizes made in the background, once the present transaction is certain."""
    from standfirst.stories.tasks import make_renditions_of

    transaction.on_commit(partial(make_renditions_of.enqueue, picture_id=picture.pk))


def _content(picture: Picture) -> bytes:
    file = picture.file.file
    if isinstance(file, UploadedFile) and file.closed:
        file.open("rb")
    file.seek(0)
    return bytes(file.read())


def _fill(picture: Picture, words: FileWords) -> None:
    before = picture.source_metadata.get("filled", {})
    filled = {}
    for name in WORDS:
        value, present = getattr(words, name), getattr(picture, name)
        is_from_file = name in before and before[name] == str(present)
        if value and (not present or is_from_file):
            setattr(picture, name, value)
            filled[name] = str(value)
        elif is_from_file:
            filled[name] = before[name]
    picture.source_metadata = {**words.raw, "filled": filled}
