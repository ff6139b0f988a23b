"""Which file of a picture machines are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from standfirst.stories.models import Picture
from standfirst.syndication.addresses import SiteAddress

WIDTH = 1200
"""Wide enough for a card in a social network (Open Graph asks for 1200) and for a feed reader."""
MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif", "avif": "image/avif"}
# What most programs read comes first: many of them know no AVIF.
_PREFERENCE = ("jpeg", "png", "gif", "webp", "avif")


@dataclass(frozen=True)
class PictureFile:
    """One file of a picture, with its address and size in pixels."""

    url: str
    width: int
    height: int
    media_type: str


def picture_file(picture: Picture, site: SiteAddress) -> PictureFile | None:
    """Return the file of `picture` that suits machines best, of those that exist already; `None` if there is none.

    Nothing is encoded here, and the file as uploaded is never handed out: it may carry the place it was taken.
    """
    best = min(picture.ready, key=_rank, default=None)
    if best is None:
        return None
    return PictureFile(
        url=site.absolute(best["address"]),
        width=int(best["width"]),
        height=int(best["height"]),
        media_type=MEDIA_TYPES[best["format"]],
    )


def _rank(rendition: dict[str, Any]) -> tuple[bool, int, int]:
    """Sort key: formats by preference, then uncropped ones, then the nearest to `WIDTH`."""
    cropped = "fill" in rendition.get("spec", "")
    return cropped, _PREFERENCE.index(rendition["format"]), abs(int(rendition["width"]) - WIDTH)
