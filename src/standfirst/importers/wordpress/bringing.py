"""The part of an import that brings files over, each with its record in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.models import Site

from standfirst.importers.models import ImportedObject
from standfirst.importers.wordpress.addresses import OldSite, Target, add_redirects, normal
from standfirst.importers.wordpress.content import MediaFile, Remark
from standfirst.importers.wordpress.content.values import plain
from standfirst.importers.wordpress.media import Brought, Library, MediaRefused, MediaSource, bring, save_file, words_of
from standfirst.importers.wordpress.record import Recorder
from standfirst.importers.wordpress.survey import Attachment, Survey, file_key
from standfirst.stories.models import Picture

REDIRECT_BATCH = 100
_LEFT_OUT = Remark("media_left_out", "pictures and files were left out; import again with them")


class Bringer:
    """Brings the files of one export."""

    def __init__(self, survey: Survey, library: Library, recorder: Recorder, user: Any = None) -> None:
        self.survey = survey
        self.library = library
        self.recorder = recorder
        self.user = user

    def run(self, source: MediaSource | None, progress: Callable[[int], None]) -> None:
        """Bring what is not here yet. Without a `source` files are left out, and that is noted."""
        rows = {row.old_id: row for row in ImportedObject.objects.filter(site=self.survey.site, kind="attachment")}
        wanted: list[Attachment] = []
        for attachment in self.survey.attachments.values():
            if self.recorder.has("item", attachment.position):
                continue
            row = rows.get(attachment.key[:190])
            if row and row.old_url and file_key(row.old_url) != file_key(attachment.url):
                attachment.key = f"{attachment.key}#{file_key(attachment.url)}"  # another file under an old number
                row = rows.get(attachment.key[:190])
            if row and row.object_pk:
                self._known(attachment, row)
            elif self.recorder.dry or source is None:
                remarks = [] if self.library.pretend and source is not None else [_LEFT_OUT]
                self._note(attachment, "created", remarks, "", "")
            else:
                wanted.append(attachment)
        with transaction.atomic():
            self.recorder.flush()
        if source is None or self.recorder.dry:
            return
        for brought in bring(wanted, source):
            self._save(brought, rows.get(brought.attachment.key[:190]))
            progress(1)

    def _known(self, attachment: Attachment, row: ImportedObject) -> None:
        """A file that an earlier run brought: its words follow the export while staff left them alone."""
        media = self.library.files.get(row.old_id)
        if media is None:
            self._note(attachment, "kept", [Remark("kept", "was deleted here since the import")], "", "")
            return
        action = "unchanged"
        words = _words(attachment)
        before = row.fields.get("words")
        if media.kind == "picture" and before and before != words and not self.recorder.dry:
            fields = {name: before[name] for name in ("caption", "credit", "description")}
            changed = Picture.objects.filter(pk=media.pk, **fields).update(**words)
            action = "updated" if changed else "kept"
            if changed:
                ImportedObject.objects.filter(pk=row.pk).update(fields={"words": words})
        self._note(attachment, action, [], media.kind, media.pk)

    def _save(self, brought: Brought, row: ImportedObject | None) -> None:
        attachment = brought.attachment
        if brought.file is None:
            self._refuse(attachment, brought.reason)
            return
        with brought.file as file:
            try:
                with transaction.atomic():
                    model, pk, remarks = save_file(attachment, file, self.user)
                    self._record(attachment, row, model, pk)
                    self._note(attachment, "created", remarks, model, pk)
                    self.recorder.flush()
            except MediaRefused as refused:
                self.recorder.forget()
                self._refuse(attachment, refused.reason)
                return
        self.library.files[attachment.key[:190]] = MediaFile(model, pk, plain(attachment.alt))

    def _record(self, attachment: Attachment, row: ImportedObject | None, model: str, pk: Any) -> None:
        row = row or ImportedObject(site=self.survey.site, kind="attachment", old_id=attachment.key[:190])
        row.old_url, row.model, row.object_pk = attachment.url, model, str(pk)
        row.fields = {"words": _words(attachment)}
        row.save()

    def _refuse(self, attachment: Attachment, reason: str) -> None:
        with transaction.atomic():
            self._note(attachment, "refused", [Remark("media_refused", reason)], "", "", refused=True)
            self.recorder.flush()

    def _note(
        self, attachment: Attachment, action: str, remarks: list[Remark], model: str, pk: Any, *, refused: bool = False
    ) -> None:
        if attachment.position < 0:  # a file that only texts name is no item of the export
            return
        self.recorder.note(
            "item",
            attachment.position,
            kind="attachment",
            old_id=attachment.key,
            title=plain(attachment.title) or attachment.url.rpartition("/")[2],
            action=action,
            remarks=remarks,
            refused=refused,
            model=model,
            pk=pk,
            comments=attachment.comments,
        )


def _words(attachment: Attachment) -> dict[str, str]:
    caption, credit = words_of(attachment)
    return {"caption": caption, "credit": credit[:250], "description": plain(attachment.alt)[:255]}


def redirect_attachments(survey: Survey, library: Library, old_site: OldSite, site: Site | None) -> None:
    """Lead the pages WordPress made for attachments to the story they belong to, else to the file; files to files."""
    attachments = [attachment for attachment in survey.attachments.values() if attachment.url]
    for start in range(0, len(attachments), REDIRECT_BATCH):
        part = attachments[start : start + REDIRECT_BATCH]
        parents = _pages_of({attachment.parent for attachment in part}, survey.site)
        files = _file_addresses(part, library)
        wanted: list[tuple[str, Target]] = []
        for attachment in part:
            file = Target(link=files[attachment.key]) if attachment.key in files else None
            page = Target(parents[attachment.parent]) if attachment.parent in parents else file
            if file:
                wanted += [(address, file) for address in old_site.of_file(attachment.url)]
            if page and attachment.position >= 0:
                wanted += [(address, page) for address in _attachment_pages(attachment, old_site)]
        with transaction.atomic():
            add_redirects(wanted, site)


def _attachment_pages(attachment: Attachment, old_site: OldSite) -> list[str]:
    addresses = [normal(attachment.link)] if attachment.link and attachment.link != attachment.url else []
    if attachment.key.isdigit():
        addresses += [old_site.query(name, attachment.key) for name in ("attachment_id", "p")]
    return old_site.usable(addresses)


def _pages_of(numbers: set[str], site: str) -> dict[str, int]:
    rows = ImportedObject.objects.filter(site=site, kind__in=["post", "page"], old_id__in=numbers).exclude(object_pk="")
    return {old_id: int(pk) for old_id, pk in rows.values_list("old_id", "object_pk")}


def _file_addresses(attachments: list[Attachment], library: Library) -> dict[str, str]:
    found: dict[str, MediaFile] = {}
    for attachment in attachments:
        media = library.files.get(attachment.key[:190])
        if media:
            found[attachment.key] = media
    pictures = Picture.objects.in_bulk([media.pk for media in found.values() if media.kind == "picture"])
    documents = get_document_model().objects.in_bulk([media.pk for media in found.values() if media.kind == "document"])
    addresses: dict[str, str] = {}
    for key, media in found.items():
        if media.kind == "picture" and media.pk in pictures:
            addresses[key] = pictures[media.pk].nearest_url()
        elif media.pk in documents:
            addresses[key] = documents[media.pk].url
    return addresses
