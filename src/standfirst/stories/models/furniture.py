"""Which version of the furniture (what stands around every page) is in force."""

from __future__ import annotations

import secrets

from django.db import connection, models


class FurnitureVersion(models.Model):
    """One row whose token changes, in the same transaction, whenever something changes that stands on every page."""

    token = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.token

    @classmethod
    def renew(cls) -> None:
        """Let every process read the furniture anew."""
        cls.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(8)})

    @classmethod
    def current(cls) -> str | None:
        """The token in force, or `None` before anything was made. Asked by every page, hence without the ORM."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT token FROM stories_furnitureversion WHERE id = 1")
            row = cursor.fetchone()
        return row[0] if row else None
