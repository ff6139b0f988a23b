"""Which file of a picture machines are given."""

from __future__ import annotations

from dataclasses import dataclass

from standfirst.stories.models import Picture
from standfirst.syndication.addresses import SiteAddress
from standfirst.theme.templatetags.pictures import address

WIDTH = 1200
"""Wide enough for a card in a social network (Open Graph asks for 1200) and for a feed reader."""


@dataclass(frozen=True)
class PictureFile:
    """One file of a picture, with its address and size in pixels."""

    url: str
    width: int
    height: int
    media_type: str


def picture_file(picture: Picture, site: SiteAddress, width: int = WIDTH) -> PictureFile | None:
    """Return the existing file of `picture` that comes closest to `width` pixels; `None` if there is none.

    Nothing is encoded here, and the file as uploaded is never handed out. JPEG and PNG only: many programs that read
    feeds and make cards know neither WebP nor AVIF.
    """
    entry = picture.nearest(width=width)
    if entry is None:
        return None
    return PictureFile(
        url=site.absolute(address(entry["file"])),
        width=entry["w"],
        height=entry["h"],
        media_type=f"image/{entry['format']}",
    )
