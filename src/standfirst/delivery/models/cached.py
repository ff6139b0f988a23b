"""The table of Django's cache beside PostgreSQL."""

from __future__ import annotations

from django.db import models


class CachedValue(models.Model):
    """One value of the cache, with the columns that Django's database cache expects (`createcachetable`).

    It is a model so that the table exists wherever the migrations have run; nothing but the cache reads or writes it.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
