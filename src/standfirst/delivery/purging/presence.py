"""Says that this node is there, for `standfirst doctor` on any of them."""

from __future__ import annotations

import threading
from hashlib import scrypt
from typing import Any, cast

from django.conf import settings
from django.db import Error, close_old_connections, connection, connections
from django.utils import timezone

from standfirst.delivery.models import Node

EVERY = 30.0


class Presence:
    """Reports the node `name` twice a minute."""

    def __init__(self, name: str) -> None:
        self.name = name

    def run(self, stopping: threading.Event) -> None:
        """Report until `stopping` is set. A database that is away is the follower's news, not ours."""
        while True:
            close_old_connections()
            try:
                report_presence(self.name)
            except Error:
                connection.close()
            if stopping.wait(EVERY):
                break
        connections.close_all()


def report_presence(name: str) -> None:
    """Write this node's row under `name`."""
    values = {
        "release": settings.RELEASE[:64],
        "secret": secret_fingerprint(settings.SECRET_KEY),
        "media": media_place(name)[:300],
        "seen_at": timezone.now(),
    }
    Node.objects.update_or_create(name=name[:100], defaults=values)


def secret_fingerprint(secret: str) -> str:
    """Return 32 hexadecimal digits that are equal for equal secrets, and too dear to guess the secret from."""
    return scrypt(secret.encode(), salt=b"standfirst node", n=2**12, r=8, p=1, dklen=16).hex()


def media_place(name: str) -> str:
    """Return where uploads are: the bucket, or a folder of the node `name` alone."""
    options = cast(dict[str, Any], settings.STORAGES["default"]).get("OPTIONS", {})
    if bucket := options.get("bucket_name"):
        return f"{options.get('endpoint_url') or 's3'}/{bucket}"
    return f"{name}:{settings.MEDIA_ROOT}"
