"""What several nodes share, by the options: media on S3-compatible storage, Valkey or Redis, tasks, the cache."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from standfirst.config.options import Options

QUEUES = ["default", "pictures", "money"]
A_YEAR = "public, max-age=31536000, immutable"


def media_settings(options: Options) -> dict[str, Any]:
    """Return Django's settings of the default storage: the home folder's `media/`, or the bucket."""
    if not options.media_bucket:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    return {
        "BACKEND": "standfirst.kit.bucket.BucketStorage",
        "OPTIONS": {
            "bucket_name": options.media_bucket,
            "endpoint_url": options.media_endpoint or None,
            "region_name": options.media_region or None,
            "access_key": options.media_access_key or None,
            "secret_key": options.media_secret_key or None,
            "public_url": options.media_url,
            # Names carry a checksum or are never given twice, so what a name stands for does not change.
            "object_parameters": {"CacheControl": A_YEAR},
        },
    }


def media_sources(options: Options) -> list[str]:
    """Return the origins that pages may load pictures from besides their own: none, or that of `media_url`."""
    if not options.media_url:
        return []
    parts = urlsplit(options.media_url)
    return [f"{parts.scheme}://{parts.netloc}"]


def cache_settings(options: Options, home: Path) -> dict[str, Any]:
    """Return Django's cache: sign-in attempts are counted together, and every process knows a changed site root.

    A newsroom on PostgreSQL may have several nodes, which share nothing but the database; its cache is a table there.
    It is not in Redis, because a page could then not be rendered when Redis is away.
    """
    if options.database_url:
        return {
            "BACKEND": "standfirst.delivery.cached.SharedCache",
            "LOCATION": "delivery_cachedvalue",
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    return {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": home / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }


def task_settings(options: Options) -> dict[str, Any]:
    """Return the settings of the task backend."""
    if options.tasks == "rq":
        return {
            "BACKEND": "standfirst.kit.tasks.RQBackend",
            "QUEUES": QUEUES,
            "OPTIONS": {"redis_url": options.redis_url},
        }
    return {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": QUEUES}
