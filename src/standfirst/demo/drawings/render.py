"""From a scene's name to a finished picture file."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from standfirst.demo.drawings import city, land, metadata, papers, portraits, rooms, works
from standfirst.demo.drawings.canvas import Canvas
from standfirst.demo.drawings.palette import PALETTES

LOOKS = ("short", "long", "bun", "beard", "scarf", "cap", "curly", "grey")
SCENES: dict[str, Callable[..., Any]] = {
    scene.__name__.replace("_", "-"): scene
    for scene in (
        city.baku,
        city.bosphorus,
        city.checkpoint,
        city.flats,
        city.market,
        city.ministry,
        city.tbilisi,
        city.umbrellas,
        city.yerevan,
        land.aul,
        land.closed_road,
        land.dam,
        land.high_towers,
        land.pass_road,
        land.receding_sea,
        land.river_bridge,
        land.sevan,
        land.three_passes,
        land.turbines,
        land.vineyard,
        rooms.ballot,
        papers.camera,
        rooms.conference,
        rooms.court,
        papers.desk,
        papers.envelope,
        papers.fallen_grid,
        rooms.microphones,
        papers.newspapers,
        rooms.round_table,
        papers.route_map,
        rooms.treaty,
        rooms.two_lecterns,
        works.building_site,
        works.cooling_towers,
        works.ferry,
        works.freight,
        works.port,
        works.power_lines,
        works.railway,
        works.runway,
        works.sea_platform,
    )
}
SCENES["port-on-fire"] = partial(works.port, burning=True)
SCENES["empty-tracks"] = partial(works.railway, train=False)
SCENES |= {f"portrait-{look}": partial(portraits.portrait, look=look) for look in LOOKS}
QUALITY = 86


def draw(scene: str, palette: str, name: str) -> Canvas:
    """Draw `scene` in `palette`; `name` seeds what is left to chance, so that each picture is the same every time.

    Raises:
        KeyError: no scene or palette has that name.
    """
    canvas = Canvas(800, 800) if scene.startswith("portrait-") else Canvas()
    SCENES[scene](canvas, random.Random(_seed(name)), PALETTES[palette])  # noqa: S311 - a drawing, not a secret
    return canvas


def picture_file(scene: str, palette: str, name: str, words: metadata.Words) -> bytes:
    """Return the drawing as a JPEG file with `words` in its EXIF, XMP and IPTC metadata."""
    image = draw(scene, palette, name).finish(_seed(name))
    file = BytesIO()
    image.save(
        file,
        "JPEG",
        quality=QUALITY,
        optimize=True,
        progressive=True,
        exif=metadata.exif(words),
        xmp=metadata.xmp(words),
        extra=metadata.iptc(words),
    )
    return file.getvalue()


def _seed(name: str) -> int:
    return zlib.crc32(name.encode())
