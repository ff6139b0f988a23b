"""A picture whose sizes are ready."""

from __future__ import annotations

from typing import Any

from standfirst.stories.models import Picture
from tests import factories

READY = [
    {"ratio": "", "format": "avif", "w": 1200, "h": 800, "file": "images/p.avif"},
    {"ratio": "", "format": "jpeg", "w": 1200, "h": 800, "file": "images/p.jpg"},
    {"ratio": "", "format": "jpeg", "w": 320, "h": 213, "file": "images/p320.jpg"},
    {"ratio": "16x9", "format": "jpeg", "w": 1200, "h": 675, "file": "images/p169.jpg"},
]


def ready_picture(title: str = "The palace", **fields: Any) -> Picture:
    picture = factories.picture(title, **fields)
    Picture.objects.filter(pk=picture.pk).update(ready=READY)
    picture.refresh_from_db()
    return picture
