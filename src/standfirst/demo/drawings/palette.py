"""Colours of the drawings: one palette for each section and hour."""

from __future__ import annotations

from typing import NamedTuple

Colour = tuple[int, int, int]


class Palette(NamedTuple):
    """Nine inks, from the sky down to the paper. All are `(red, green, blue)`, 0 to 255."""

    sky_top: Colour
    sky_low: Colour
    sun: Colour
    far: Colour
    mid: Colour
    near: Colour
    ink: Colour
    accent: Colour
    paper: Colour


def ink(text: str) -> Colour:
    """Turn `"8c1c2f"` into `(140, 28, 47)`."""
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with `share` (0 to 1) of `other` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _palette(text: str) -> Palette:
    return Palette(*(ink(part) for part in text.split()))


# sky_top sky_low sun far mid near ink accent paper
PALETTES: dict[str, Palette] = {
    "georgia-day": _palette("9db8bd f1e3c6 fff4d6 b9a79a 8d6a63 5d3a3f 2c1c22 a3243b f7efe0"),
    "georgia-dusk": _palette("5b3450 f0a778 ffe0a8 a8657a 7b3f5c 4c2444 23122b d9483b f8e6d0"),
    "georgia-night": _palette("141329 4b2f55 f6d58b 38284f 281d40 1a1430 0d0a1c e2664f f3dfc0"),
    "armenia-day": _palette("a9c3cf f6e2bd fff3cf c4ab9d a67a5c 714a3a 33221f d9722a f8efdd"),
    "armenia-dusk": _palette("6f5a86 f7b98a ffe7b3 b58297 8c5a70 5a374f 291a2e e58a35 fae8cf"),
    "armenia-night": _palette("171b38 56507c ffd995 3d3f68 2c2d50 1d1e3a 0e0f22 ec9a45 f4e3c4"),
    "azerbaijan-day": _palette("7fb2b5 f3e7c9 fff5d8 93b3ad 4f8886 2a5d62 12333a e0992d f6f0de"),
    "azerbaijan-dusk": _palette("2e5a70 f6bf7f ffe9b5 78889a 48657d 27435c 10243a e8752f f9ead0"),
    "azerbaijan-night": _palette("0b1c30 1f5063 ffd890 1d4257 153246 0e2436 07131f f0a23c ecdfc2"),
    "north-day": _palette("8fb0c9 eaf0ee ffffff a9bccb 7891a8 48617c 1d2c40 c4513a f5f4ee"),
    "north-dusk": _palette("3f5680 f2c3a0 ffe8c4 8c97b4 5f6d92 39476d 161d38 d65c43 f6ecdf"),
    "north-night": _palette("0d1730 35507c f8e6b0 2c4067 20304f 15213a 090f1f e5744f e9e6da"),
    "neighbours-day": _palette("a7bfae f4e6c2 fff2cc b7b48f 84895c 55603f 262d20 b5492b f6efda"),
    "neighbours-dusk": _palette("50506f f5b26b ffe3a3 a08a6f 75664f 4a4338 221f22 cf4e2c f9e8c8"),
    "neighbours-night": _palette("11172b 3f4a63 f9dc93 343d52 262d3f 181d2c 0b0e18 e0763f eee1c3"),
    "opinion-day": _palette("c9c2cf f3ead9 fff6e3 b4a7ba 85748f 57476a 2a2036 8c1c2f f8f2e6"),
    "opinion-dusk": _palette("4d3c66 e9a98f ffe2bd 957a9c 6a5379 443457 1f172e c43d4b f6e7d8"),
}
