"""The nodes that serve one newsroom, as they see themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

PRESENT = timedelta(minutes=2)
"""A node that was not seen for longer is not there."""


class Node(models.Model):
    """One node: written by its background worker every half minute, read by `standfirst doctor`.

    `secret` is a fingerprint that tells equal keys from different ones and nothing else; `media` says where its
    uploads are.
    """

    name = models.CharField(max_length=100, primary_key=True)
    release = models.CharField(max_length=64)
    secret = models.CharField(max_length=32)
    media = models.CharField(max_length=300)
    seen_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Node]]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def present(cls) -> list[Node]:
        """Return the nodes that were seen within the last two minutes, by name."""
        return list(cls.objects.filter(seen_at__gte=timezone.now() - PRESENT).order_by("name"))
