"""One import and what became of every item of the export."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One run over one export file. A run that was killed is taken up again, not started anew."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WORKING = "working", _("at work")
        FINISHED = "finished", _("finished")
        DAMAGED = "damaged", _("finished up to the damage")
        FAILED = "failed", _("failed")

    class Media(models.TextChoices):
        DOWNLOAD = "download", _("fetch them from the old site")
        FOLDER = "folder", _("take them from a folder")
        NONE = "none", _("leave them out")

    file_name = models.CharField(_("file"), max_length=250)
    file_path = models.CharField(max_length=500, editable=False)
    file_digest = models.CharField(max_length=64, db_index=True, editable=False)
    site = models.CharField(_("old site"), max_length=250, blank=True, editable=False)
    edition = models.ForeignKey("stories.Edition", verbose_name=_("edition"), null=True, on_delete=models.SET_NULL)
    media = models.CharField(_("pictures and files"), max_length=10, choices=Media.choices, default=Media.DOWNLOAD)
    media_folder = models.CharField(max_length=500, blank=True, editable=False)
    mapping = models.TextField(_("mapping"), blank=True, editable=False)
    dry_run = models.BooleanField(_("dry run"), default=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="imports", editable=False
    )
    started_at = models.DateTimeField(_("started at"), auto_now_add=True)
    seen_at = models.DateTimeField(_("last sign of life"), auto_now=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    phase = models.CharField(_("phase"), max_length=20, blank=True, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    message = models.TextField(_("message"), blank=True, editable=False)
    expected = models.JSONField(default=dict, editable=False)
    """What the export holds, counted before anything was written: `{"item/post": 58, "comment": 33, …}`."""
    report = models.JSONField(default=dict, editable=False)
    """The finished report; see `standfirst.importers.wordpress.report`."""

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-started_at", "-pk")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("importers:run", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.FINISHED, self.State.DAMAGED, self.State.FAILED)


class ImportItem(models.Model):
    """What became of one item of the export. `element` and `position` say which one."""

    class Outcome(models.TextChoices):
        IN = "in", _("in")
        REMARK = "remark", _("in, with a remark")
        REFUSED = "refused", _("refused")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="items")
    element = models.CharField(max_length=10)
    position = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=60)
    old_id = models.CharField(_("number in WordPress"), max_length=120)
    title = models.CharField(_("title"), max_length=250)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    action = models.CharField(_("what was done"), max_length=12)
    remarks = models.JSONField(default=list)
    model = models.CharField(max_length=20, blank=True)
    object_pk = models.CharField(max_length=40, blank=True)
    comments = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        ordering = ("element", "position")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["run", "element", "position"], name="importers_one_outcome_an_item")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["run", "outcome"], name="importers_item_outcome")]

    def __str__(self) -> str:
        return f"{self.kind} {self.old_id}"
