"""Brings the old site's files over: pictures into the library, the rest as documents."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.files.base import File
from wagtail.documents import get_document_model

from standfirst.importers.models import ImportedObject
from standfirst.importers.wordpress.content import MediaFile, Remark
from standfirst.importers.wordpress.content.values import plain, split_credit
from standfirst.importers.wordpress.filetypes import HEAD, PICTURES, extension_of, judge
from standfirst.importers.wordpress.survey import Attachment, Survey
from standfirst.kit.http import FetchError, fetch
from standfirst.stories.actions.add_picture import add_picture
from standfirst.stories.models import Picture

LARGEST = 200 * 1024 * 1024
"""Bytes a file may have."""
PATIENCE = 120.0
"""Seconds one download may take."""
AT_ONCE = 4
"""Downloads at a time: friendly to the old site's server."""
UPLOADS = "/wp-content/uploads/"


class MediaRefused(Exception):
    """One file does not come in; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MediaSource(Protocol):
    """Where files come from."""

    def open(self, attachment: Attachment) -> IO[bytes]:
        """Open the file. Raises MediaRefused."""


class Folder:
    """A copy of the old site's `wp-content/uploads`."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    def open(self, attachment: Attachment) -> IO[bytes]:
        inside = attachment.path or unquote(urlsplit(attachment.url).path).partition(UPLOADS)[2]
        candidates = [inside, unquote(urlsplit(attachment.url).path).rpartition("/")[2]]
        for candidate in filter(None, candidates):
            path = (self.path / candidate.lstrip("/")).resolve()
            if not path.is_relative_to(self.path):
                raise MediaRefused(f"{candidate} leads out of the media folder")
            if path.is_file():
                if path.stat().st_size > LARGEST:
                    raise MediaRefused(f"larger than {LARGEST // 1024 // 1024} MB")
                return path.open("rb")
        raise MediaRefused(f"{inside or attachment.url} is not in the media folder")


class Download:
    """The old site itself, over HTTP; private networks are refused by `standfirst.kit.http.fetch`."""

    def open(self, attachment: Attachment) -> IO[bytes]:
        try:
            return fetch(attachment.url, max_bytes=LARGEST, timeout=PATIENCE).file
        except FetchError as error:
            raise MediaRefused(error.reason) from error


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of one attachment: a file here, or the reason why not."""

    attachment: Attachment
    file: IO[bytes] | None
    reason: str = ""


def bring(attachments: list[Attachment], source: MediaSource) -> Iterator[Brought]:
    """Open the files of `attachments` in their order, some at a time. The caller closes each."""

    def one(attachment: Attachment) -> Brought:
        try:
            return Brought(attachment, source.open(attachment))
        except MediaRefused as refused:
            return Brought(attachment, None, refused.reason)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for part in batched_of(attachments, AT_ONCE):
            yield from pool.map(one, part)


def batched_of(attachments: list[Attachment], size: int) -> Iterator[list[Attachment]]:
    for start in range(0, len(attachments), size):
        yield attachments[start : start + size]


def words_of(attachment: Attachment) -> tuple[str, str]:
    """Caption and credit of a file, from what WordPress calls caption and description."""
    caption, credit = split_credit(plain(attachment.caption))
    description = plain(attachment.description)
    if description and not credit:
        rest, credit = split_credit(description)
        return caption or rest, credit
    return caption or description, credit


def save_file(attachment: Attachment, file: IO[bytes], user: Any = None) -> tuple[str, Any, list[Remark]]:
    """Judge and save one file; returns its model's name, its number and remarks.

    Raises:
        MediaRefused: it is not what its name says, damaged, or of a type that is not taken.
    """
    name = unquote(urlsplit(attachment.url).path).rpartition("/")[2] or attachment.path or "file"
    head = file.read(HEAD)
    file.seek(0)
    kind, reason = judge(name, head)
    if not kind:
        raise MediaRefused(reason)
    return _save_picture(attachment, file, name, user) if kind == "picture" else _save_document(attachment, file, name)


def _save_picture(attachment: Attachment, file: IO[bytes], name: str, user: Any) -> tuple[str, Any, list[Remark]]:
    caption, credit = words_of(attachment)
    try:
        picture = add_picture(
            file=File(_seekable(file), name=name),
            title=plain(attachment.title) or name,
            caption=caption,
            credit=credit,
            alt=plain(attachment.alt),
            uploaded_by=user,
        )
    except ValidationError as error:
        raise MediaRefused("; ".join(error.messages)) from error
    remarks = [] if picture.description else [Remark("no_alt", "the picture has no alt text")]
    if not picture.credit:
        remarks.append(Remark("no_credit", "the picture has no credit"))
    return "picture", picture.pk, remarks


def _seekable(file: IO[bytes]) -> IO[bytes]:
    """A file that Pillow and Django can both go through again; a spooled one in memory already is."""
    if file.seekable():
        return file
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    copy.write(file.read())
    copy.seek(0)
    return copy


def _save_document(attachment: Attachment, file: IO[bytes], name: str) -> tuple[str, Any, list[Remark]]:
    document = get_document_model()(title=(plain(attachment.title) or name)[:255])
    document.file.save(name[-90:], File(file), save=False)
    document.file_size = document.file.size
    document.save()
    return "document", document.pk, []


class Library:
    """The old site's files that are here, by their old number or address."""

    def __init__(self, survey: Survey, *, pretend: bool) -> None:
        self.survey = survey
        self.pretend = pretend
        """In a dry run every file that would be brought counts as here."""
        self.files: dict[str, MediaFile] = {}

    def load(self) -> None:
        """Find what earlier runs brought and staff did not delete since."""
        rows = ImportedObject.objects.filter(site=self.survey.site, kind="attachment").exclude(object_pk="")
        by_key = {old_id: (model, int(pk)) for old_id, model, pk in rows.values_list("old_id", "model", "object_pk")}
        alts = dict(Picture.objects.order_by().values_list("pk", "description").iterator()) if by_key else {}
        documents = set(get_document_model().objects.order_by().values_list("pk", flat=True)) if by_key else set()
        for key, (model, pk) in by_key.items():
            if (model == "picture" and pk in alts) or (model == "document" and pk in documents):
                self.files[key] = MediaFile(model, pk, alts.get(pk, ""))

    def find(self, number: str, address: str) -> MediaFile | None:
        attachment = self.survey.find_attachment(number, address)
        if attachment is None:
            return None
        found = self.files.get(attachment.key[:190])
        if found is None and self.pretend:
            return MediaFile("picture" if extension_of(attachment.url) in PICTURES else "document", 0)
        return found
