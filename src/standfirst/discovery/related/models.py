"""What is known of each public story's text, what is near it, what stands beside it, and what staff say about that."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, PageChooserPanel
from wagtail.models import Orderable


class StoryProfile(models.Model):
    """A public story's text in numbers (`reckoning.profiles.Profile.pack`), with what else relates it to others.

    `changed_at` is when the text's numbers were written last; an index on disk holds those before its own moment.
    """

    article = models.OneToOneField("stories.Article", primary_key=True, on_delete=models.CASCADE, related_name="+")
    edition_id = models.IntegerField()
    section_id = models.IntegerField(null=True)
    thread_id = models.IntegerField(null=True)
    topics = models.JSONField(default=list)
    people = models.JSONField(default=list)
    published_at = models.DateTimeField()
    translation_key = models.UUIDField()
    digest = models.CharField(max_length=32)
    sketch = models.BinaryField()
    packed = models.BinaryField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["edition_id", "changed_at"], name="profile_by_change"),
            models.Index(fields=["thread_id", "-published_at"], name="profile_by_thread"),
            models.Index(fields=["translation_key"], name="profile_by_translation"),
        ]

    def __str__(self) -> str:
        return f"profile of {self.article_id}"


class NearStories(models.Model):
    """The stories whose texts are nearest: pairs of a story's key and a likeness from 0 to 1, the nearest first."""

    story_id = models.BigIntegerField(primary_key=True)
    edition_id = models.IntegerField(db_index=True)
    near = models.JSONField(default=list)
    digest = models.CharField(max_length=32)
    """The profile's digest when this was worked out: another one there, and it is due again."""
    index = models.CharField(max_length=40, blank=True)
    """Name of the index on disk that a rebuild looked in; empty after a change of one story."""

    def __str__(self) -> str:
        return f"near {self.story_id}"


class RelatedList(models.Model):
    """What stands beside a story, the best first, with some to spare for those that stop being public."""

    article = models.OneToOneField("stories.Article", primary_key=True, on_delete=models.CASCADE, related_name="+")
    stories = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"related to {self.article_id}"


class WaitingStory(models.Model):
    """A story that changed and is to be related anew; `noted_at` tells one change from the next."""

    story_id = models.BigIntegerField(primary_key=True)
    noted_at = models.DateTimeField()
    not_before = models.DateTimeField(db_index=True)
    is_forced = models.BooleanField(default=False)
    """Whether it is related anew although nothing of its own changed: a translation of it got neighbours."""

    def __str__(self) -> str:
        return f"waiting {self.story_id}"


class RelatedChoice(Orderable):
    """What an editor decided about one story beside another: it stands first, or it never stands there."""

    class Kind(models.TextChoices):
        PIN = "pin", _("Show it first, in this order")
        BAN = "ban", _("Never show it here")

    article = ParentalKey("stories.Article", on_delete=models.CASCADE, related_name="related_choices")
    story = models.ForeignKey(
        "stories.Article", verbose_name=_("story"), on_delete=models.CASCADE, related_name="related_elsewhere"
    )
    kind = models.CharField(_("what to do"), max_length=3, choices=Kind.choices, default=Kind.PIN)
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("For colleagues. Needed where a story is never shown.")
    )

    panels: ClassVar[list[Any]] = [
        PageChooserPanel("story", "stories.Article"),
        FieldPanel("kind"),
        FieldPanel("reason"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("related article")
        verbose_name_plural = _("related articles")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.story_id}"

    def clean(self) -> None:
        """Refuse a ban without a reason.

        Raises:
            ValidationError: with the field and what to do.
        """
        super().clean()
        if self.kind == self.Kind.BAN and not self.reason.strip():
            raise ValidationError({"reason": _("Say why this story is never to stand here.")})
