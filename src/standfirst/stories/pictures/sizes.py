"""Which sizes of a picture are made: small enough for a phone, large enough for a wide screen, never enlarged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

# The widths in CSS pixels times device pixels that `srcset` offers. A step of about 1.4 keeps waste under a third.
NATURAL_WIDTHS = (320, 480, 640, 960, 1280, 1920)
CROP_WIDTHS = {"3x2": (320, 480, 640, 960), "16x9": (320, 640, 960, 1280), "1x1": (160, 320)}
# The one size in JPEG (PNG when transparent) for `<img src>`, cards on other sites and feeds.
FALLBACK_WIDTH = {"": 960, "3x2": 640, "16x9": 1280, "1x1": 320}
# In the order they are made: a front page shows crops first, an article the natural ratio.
RATIOS = ("3x2", "16x9", "", "1x1")
# WebP ends at 16,383 pixels a side.
TALLEST = 16_000
# A crop that would cut away less than this share is not worth a file: the natural ratio stands in.
SAME_RATIO = 0.02


@dataclass(frozen=True)
class Size:
    """One size to be made. `ratio` is "" (natural), "16x9", "3x2" or "1x1"; lengths in pixels."""

    ratio: str
    width: int
    height: int
    formats: tuple[str, ...]

    def spec(self, file_format: str) -> str:
        """Return Wagtail's filter specification for this size in `file_format`."""
        shape = f"fill-{self.width}x{self.height}" if self.ratio else f"width-{self.width}"
        return f"{shape}|format-{file_format}"


def plan(width: int, height: int, *, transparent: bool) -> list[Size]:
    """Return the sizes of a picture of `width` × `height` upright pixels, those that are needed first in front."""
    return [size for ratio in RATIOS for size in sizes_of(ratio, width, height, transparent=transparent)]


def stand_in(width: int, height: int, *, transparent: bool) -> Size:
    """Return the single size, in a single format, that is made at once at upload."""
    plain = fallback_format(transparent)
    size = next(size for size in sizes_of("", width, height, transparent=transparent) if plain in size.formats)
    return replace(size, formats=(plain,))


def share_needed(sizes: Iterable[Size], width: int, height: int) -> float:
    """Return the part (0 to 1) of a picture's full width that making `sizes` needs."""
    return max(min(1.0, size.width / _largest_width(size.ratio, width, height)) for size in sizes)


def fallback_format(transparent: bool) -> str:
    """Return the format that every program can show."""
    return "png" if transparent else "jpeg"


def sizes_of(ratio: str, width: int, height: int, *, transparent: bool) -> list[Size]:
    """Return the sizes of one ratio, the narrowest first; none when the natural ratio does as well."""
    if ratio and is_natural(ratio, width, height):
        return []
    available = _largest_width(ratio, width, height)
    steps = CROP_WIDTHS[ratio] if ratio else NATURAL_WIDTHS
    widths = sorted({min(step, available) for step in steps})
    fallback = min(FALLBACK_WIDTH[ratio], available)
    if fallback not in widths:
        fallback = min(widths, key=lambda candidate: abs(candidate - fallback))
    return [
        Size(
            ratio,
            step,
            _height(ratio, step, width, height),
            ("avif", "webp", fallback_format(transparent)) if step == fallback else ("avif", "webp"),
        )
        for step in widths
    ]


def is_natural(ratio: str, width: int, height: int) -> bool:
    """Whether the picture has (nearly) the ratio already."""
    across, down = map(int, ratio.split("x"))
    return abs(width * down / (height * across) - 1) < SAME_RATIO


def _largest_width(ratio: str, width: int, height: int) -> int:
    """Return the greatest width that needs no enlarging and stays within `TALLEST`."""
    if not ratio:
        return max(1, min(width, width * TALLEST // height))
    across, down = map(int, ratio.split("x"))
    return max(1, min(width, height * across // down))


def _height(ratio: str, step: int, width: int, height: int) -> int:
    if not ratio:
        # As Wagtail's WidthHeightOperation rounds.
        return max(1, int(height * step / width))
    across, down = map(int, ratio.split("x"))
    return max(1, step * down // across)
