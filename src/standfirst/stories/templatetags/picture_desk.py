"""What the desk's picture pages show besides Wagtail's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from standfirst.stories.models import Picture
from standfirst.stories.pictures.sizes import plan
from standfirst.stories.pictures.usage import Usage, usage_of

register = template.Library()


@register.simple_tag
def with_usage(pictures: Iterable[Any]) -> list[Any]:
    """Return `pictures` as a list, each with its `usage`: how often it was used, and where last."""
    listed = list(pictures)
    usages = usage_of(listed)
    for picture in listed:
        picture.usage = usages[picture.pk]
    return listed


@register.simple_tag
def usage(picture: Picture, latest: int = 5) -> Usage:
    """Return where `picture` was used, with its `latest` pages."""
    return usage_of([picture], latest=latest)[picture.pk]


@register.simple_tag
def renditions_lacking(picture: Picture) -> int:
    """Return how many of the planned files of `picture` are not ready yet."""
    transparent = any(entry["format"] == "png" for entry in picture.ready)
    planned = sum(len(size.formats) for size in plan(picture.width, picture.height, transparent=transparent))
    return max(0, planned - len(picture.ready))
