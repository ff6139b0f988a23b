"""What an old site's things became here, and what of them has no place on pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportedObject(models.Model):
    """One thing of an old site: what it became here, from which state of it, and what was archived with it.

    `model` and `object_pk` are empty when it became nothing of its own (a menu entry, a reusable block). `fields` holds
    custom fields of a story, or the whole source of something that has no place here.
    """

    site = models.CharField(max_length=250)
    kind = models.CharField(max_length=60)
    old_id = models.CharField(max_length=190)
    old_url = models.TextField(blank=True)
    model = models.CharField(max_length=20, blank=True)
    object_pk = models.CharField(max_length=40, blank=True, db_index=True)
    revision_pk = models.BigIntegerField(null=True)
    """The revision the import made last; a later one here is the newsroom's own work and stays."""
    was_live = models.BooleanField(default=False)
    parent_pk = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    links_pending = models.BooleanField(default=False, db_index=True)
    needs_index = models.BooleanField(default=False, db_index=True)
    fields = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("imported object")
        verbose_name_plural = _("imported objects")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["site", "kind", "old_id"], name="importers_one_object_an_old_id")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.old_id}"


class ArchivedComment(models.Model):
    """A reader's comment of the old site: kept, exportable, shown nowhere. IP addresses are not kept."""

    story = models.ForeignKey(ImportedObject, on_delete=models.CASCADE, related_name="comments")
    old_id = models.CharField(max_length=60)
    parent_old_id = models.CharField(max_length=60, blank=True)
    author = models.CharField(_("name"), max_length=250, blank=True)
    email = models.CharField(_("e-mail"), max_length=250, blank=True)
    url = models.CharField(_("address"), max_length=500, blank=True)
    written_at = models.DateTimeField(_("written at"), null=True)
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=20)
    kind = models.CharField(_("kind"), max_length=20)
    fields = models.JSONField(default=list)

    class Meta:
        verbose_name = _("archived comment")
        verbose_name_plural = _("archived comments")
        ordering = ("story", "written_at", "pk")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["story", "old_id"], name="importers_one_comment_an_old_id")
        ]

    def __str__(self) -> str:
        return self.text[:80]
