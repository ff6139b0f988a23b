"""A sheet to draw on, in logical units, four times as fine as the finished picture."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageChops, ImageDraw

from standfirst.demo.drawings.palette import Colour

Point = tuple[float, float]
SCALE = 2
GRAIN_TILE = 512


@cache
def _radial() -> Image.Image:
    """A round light on 256 by 256 points, white in the middle, black at the rim."""
    return ImageChops.invert(Image.radial_gradient("L")).point(lambda value: max(0, value * 2 - 255) // 1)


def _column(stops: Sequence[tuple[float, Colour]], height: int = 256) -> Image.Image:
    """A one-pixel-wide gradient through `stops`, pairs of a place (0 top, 1 bottom) and a colour."""
    column = Image.new("RGB", (1, height))
    for row in range(height):
        place = row / (height - 1)
        before = max((stop for stop in stops if stop[0] <= place), default=stops[0], key=lambda stop: stop[0])
        after = min((stop for stop in stops if stop[0] >= place), default=stops[-1], key=lambda stop: stop[0])
        span = after[0] - before[0]
        share = (place - before[0]) / span if span else 0.0
        red, green, blue = (round(a + (b - a) * share) for a, b in zip(before[1], after[1], strict=True))
        column.putpixel((0, row), (red, green, blue))
    return column


class Canvas:
    """A picture being drawn. All coordinates and lengths are logical units of the finished picture's pixels."""

    def __init__(self, width: int = 1600, height: int = 1067) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * SCALE, height * SCALE))
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def _fine(self, points: Sequence[Point]) -> list[Point]:
        return [(x * SCALE, y * SCALE) for x, y in points]

    def gradient(self, box: tuple[float, float, float, float], stops: Sequence[tuple[float, Colour]]) -> None:
        """Fill the box (left, top, right, bottom) from top to bottom through `stops`."""
        left, top, right, bottom = (round(value * SCALE) for value in box)
        filled = _column(stops).resize((max(1, right - left), max(1, bottom - top)), Image.Resampling.BICUBIC)
        self.image.paste(filled, (left, top))

    def sky(self, top: Colour, low: Colour, horizon: float = 0.7) -> None:
        """Fill the whole sheet; `low` is reached at `horizon`, a share of the height."""
        self.gradient((0, 0, self.width, self.height), [(0.0, top), (horizon, low), (1.0, low)])

    def shade(self, points: Sequence[Point], top: Colour, bottom: Colour) -> None:
        """Fill a polygon with a gradient from its highest to its lowest point."""
        fine = self._fine(points)
        left, upper = max(0, int(min(x for x, _y in fine))), max(0, int(min(y for _x, y in fine)))
        right = min(self.image.width, int(max(x for x, _y in fine)) + 1)
        lower = min(self.image.height, int(max(y for _x, y in fine)) + 1)
        if right <= left or lower <= upper:
            return
        mask = Image.new("1", (right - left, lower - upper))
        ImageDraw.Draw(mask).polygon([(x - left, y - upper) for x, y in fine], fill=1)
        filled = _column([(0.0, top), (1.0, bottom)], 64).resize(mask.size, Image.Resampling.BILINEAR)
        self.image.paste(filled, (left, upper), mask)

    def polygon(self, points: Sequence[Point], colour: Colour, alpha: int = 255) -> None:
        self.draw.polygon(self._fine(points), fill=(*colour, alpha))

    def rect(self, left: float, top: float, right: float, bottom: float, colour: Colour, alpha: int = 255) -> None:
        self.draw.rectangle(self._fine([(left, top), (right, bottom)]), fill=(*colour, alpha))

    def capsule(self, left: float, top: float, right: float, bottom: float, colour: Colour, alpha: int = 255) -> None:
        """A rectangle with round ends."""
        radius = min(right - left, bottom - top) / 2 * SCALE
        self.draw.rounded_rectangle(self._fine([(left, top), (right, bottom)]), radius, fill=(*colour, alpha))

    def ellipse(self, x: float, y: float, across: float, high: float, colour: Colour, alpha: int = 255) -> None:
        """An ellipse around `(x, y)` with the half axes `across` and `high`."""
        self.draw.ellipse(self._fine([(x - across, y - high), (x + across, y + high)]), fill=(*colour, alpha))

    def arc(
        self,
        x: float,
        y: float,
        across: float,
        high: float,
        begin: float,
        end: float,
        colour: Colour,
        thick: float,
    ) -> None:
        box = self._fine([(x - across, y - high), (x + across, y + high)])
        self.draw.arc(box, begin, end, fill=(*colour, 255), width=round(thick * SCALE))

    def line(self, points: Sequence[Point], colour: Colour, thick: float = 2, alpha: int = 255) -> None:
        self.draw.line(self._fine(points), fill=(*colour, alpha), width=max(1, round(thick * SCALE)), joint="curve")

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 0.6) -> None:
        """A soft round light; `strength` from 0 to 1 is its share in the middle."""
        size = round(radius * 2 * SCALE)
        mask = _radial().point(lambda value: round(value * strength)).resize((size, size), Image.Resampling.BICUBIC)
        self.image.paste(
            Image.new("RGB", (size, size), colour), (round(x * SCALE) - size // 2, round(y * SCALE) - size // 2), mask
        )

    def mist(self, top: float, bottom: float, colour: Colour, strength: float = 0.7) -> None:
        """A band of haze across the sheet, thickest at its lower edge."""
        height = round((bottom - top) * SCALE)
        column = Image.new("L", (1, 128))
        column.putdata([round(255 * strength * (row / 127) ** 1.6) for row in range(128)])
        mask = column.resize((self.image.width, height), Image.Resampling.BILINEAR)
        self.image.paste(Image.new("RGB", mask.size, colour), (0, round(top * SCALE)), mask)

    def finish(self, seed: int) -> Image.Image:
        """Return the finished picture: reduced, with the grain of a print and slightly darker corners."""
        finished = self.image.reduce(SCALE)
        finished = ImageChops.soft_light(finished, _grain(seed, finished.size))
        return ImageChops.multiply(finished, _corners(finished.size))


def _grain(seed: int, size: tuple[int, int]) -> Image.Image:
    noise = Image.frombytes("L", (GRAIN_TILE, GRAIN_TILE), random.Random(seed).randbytes(GRAIN_TILE**2))  # noqa: S311
    tile = noise.point(lambda value: 128 + (value - 128) * 26 // 128)
    sheet = Image.new("L", size)
    for left in range(0, size[0], GRAIN_TILE):
        for top in range(0, size[1], GRAIN_TILE):
            sheet.paste(tile, (left, top))
    return sheet.convert("RGB")


@cache
def _corners(size: tuple[int, int]) -> Image.Image:
    light = Image.radial_gradient("L").point(lambda value: 255 - max(0, value - 150) * 40 // 105)
    return light.resize(size, Image.Resampling.BICUBIC).convert("RGB")
