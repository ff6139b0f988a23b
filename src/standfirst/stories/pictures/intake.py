"""Take a new file in: clean it, read its words, and make the one size that readers can have at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile, File
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


class ReceivedFile(ContentFile):
    """A cleaned file on its way into a picture, with the words it came with."""

    def __init__(self, cleaned: CleanFile, words: FileWords, name: str) -> None:
        super().__init__(cleaned.content, name=name)
        self.cleaned = cleaned
        self.words = words


def receive(file: File) -> ReceivedFile:
    """Read, check and clean `file` once.

    Raises:
        PictureError: the file is no picture we take, too large or damaged.
    """
    if file.closed:
        file.open("rb")
    file.seek(0)
    data = bytes(file.read())
    words = read_words(data)
    cleaned = clean_file(data, words)
    return ReceivedFile(cleaned, words, PurePath(file.name or "picture").stem + cleaned.extension)


def take_in(picture: Picture) -> CleanFile:
    """Put the cleaned file and its words into `picture`, which is then saved by the caller.

    A word that somebody wrote stays. One that came from the previous file gives way to the new file's.

    Raises:
        PictureError: the file is no picture we take, too large or damaged.
    """
    file = picture.file.file
    received = file if isinstance(file, ReceivedFile) else receive(file)
    if received is not file:
        picture.file = received  # type: ignore[assignment]
    picture._set_image_file_metadata()
    if not picture.title:
        picture.title = received.words.title or PurePath(str(received.name)).stem[:255]
    _fill(picture, received.words)
    return received.cleaned


def publish_stand_in(picture: Picture, cleaned: CleanFile) -> None:
    """Make the one size that is made at once, and show it in the place of the previous file's sizes.

    Those stay on disk until new ones replace them; what the admin had made for itself goes now.
    """
    previous = [entry["file"] for entry in picture.ready]
    picture.renditions.exclude(file__in=previous).delete()
    size = stand_in(picture.width, picture.height, transparent=cleaned.light.mode == "RGBA")
    for made in renditions.make_sizes(picture, cleaned.light, [size]):
        renditions.keep(picture, made)
    picture.ready = renditions.entries(picture, [size])
    type(picture).objects.filter(pk=picture.pk).update(ready=picture.ready, rendition_problem="")


def order_renditions(picture: Picture) -> None:
    """Have the other sizes made in the background, once the present transaction is certain."""
    from standfirst.stories.tasks import make_renditions_of

    transaction.on_commit(partial(make_renditions_of.enqueue, picture_id=picture.pk))


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
