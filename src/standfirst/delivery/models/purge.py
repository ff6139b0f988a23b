"""The ordered log of what changed."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

KEPT_FOR = timedelta(days=7)
"""A node that was away for longer begins with an empty page store."""


class Purge(models.Model):
    """The dependency keys that one transaction changed.

    The row is written by the transaction itself, right before its commit. Ids grow in the order of commits: SQLite has
    one writer at a time, and PostgreSQL gives them out under a lock held until the commit.
    """

    created = models.DateTimeField(db_index=True)
    keys = models.JSONField()
    """A list of keys, sorted."""

    objects: ClassVar[models.Manager[Purge]]

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.pk}: {len(self.keys)}"

    @classmethod
    def prune(cls) -> int:
        """Delete rows older than `KEPT_FOR`, the newest row always left. Returns how many."""
        newest = cls.objects.order_by("-pk").values_list("pk", flat=True)[:1]
        return cls.objects.filter(created__lt=timezone.now() - KEPT_FOR).exclude(pk__in=list(newest)).delete()[0]
