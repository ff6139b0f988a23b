"""Buildings, vehicles, people and things."""

from __future__ import annotations

import math
import random

from standfirst.demo.drawings.canvas import Canvas
from standfirst.demo.drawings.palette import Colour, Palette, mix

Chance = random.Random


def person(c: Canvas, x: float, foot: float, height: float, colour: Colour, skin: Colour | None = None) -> None:
    """A standing figure seen from the front, without features."""
    head = height * 0.075
    c.ellipse(x, foot - height + head, head * 0.82, head, skin or colour)
    c.rect(x - head * 0.35, foot - height * 0.87, x + head * 0.35, foot - height * 0.8, skin or colour)
    half = height * 0.145
    c.polygon(
        [
            (x - head * 0.5, foot - height * 0.84),
            (x + head * 0.5, foot - height * 0.84),
            (x + half, foot - height * 0.78),
            (x + half * 1.12, foot - height * 0.42),
            (x + half * 0.72, foot - height * 0.4),
            (x + half * 0.62, foot),
            (x + half * 0.08, foot),
            (x, foot - height * 0.4),
            (x - half * 0.08, foot),
            (x - half * 0.62, foot),
            (x - half * 0.72, foot - height * 0.4),
            (x - half * 1.12, foot - height * 0.42),
            (x - half, foot - height * 0.78),
        ],
        colour,
    )


def umbrella(c: Canvas, x: float, y: float, radius: float, colour: Colour, shade: Colour) -> None:
    """An open umbrella whose top stands at `(x, y)`."""
    steps = [(x + radius * math.cos(a), y + radius * 0.62 - radius * 0.62 * math.sin(a)) for a in _half_turn(24)]
    c.polygon(steps, colour)
    c.polygon(
        [(x, y), *[step for step in steps if step[0] <= x - radius * 0.25], (x - radius * 0.2, y + radius * 0.6)],
        shade,
        120,
    )
    for part in (-0.66, 0.0, 0.66):
        c.ellipse(x + radius * part, y + radius * 0.64, radius * 0.33, radius * 0.09, shade, 150)
    c.line([(x, y - radius * 0.1), (x, y + radius * 1.1)], shade, max(1.5, radius * 0.035))


def _half_turn(steps: int) -> list[float]:
    return [math.pi * step / steps for step in range(steps + 1)]


def windows(
    c: Canvas,
    chance: Chance,
    box: tuple[float, float, float, float],
    grid: tuple[int, int],
    lit: Colour,
    dark: Colour,
    share: float,
) -> None:
    """A grid (columns, rows) of windows inside the box; `share` of them are lit."""
    left, top, right, bottom = box
    columns, rows = grid
    wide, high = (right - left) / columns, (bottom - top) / rows
    for column in range(columns):
        for row in range(rows):
            x, y = left + column * wide, top + row * high
            glowing = chance.random() < share
            c.rect(x + wide * 0.24, y + high * 0.24, x + wide * 0.76, y + high * 0.76, lit if glowing else dark)


def block(
    c: Canvas, chance: Chance, box: tuple[float, float, float, float], colour: Colour, p: Palette, share: float = 0.35
) -> None:
    """A block of flats with windows of about 16 units."""
    left, top, right, bottom = box
    c.rect(left, top, right, bottom, colour)
    c.rect(right - (right - left) * 0.18, top, right, bottom, mix(colour, p.ink, 0.25))
    grid = max(2, round((right - left) / 21)), max(2, round((bottom - top) / 27))
    windows(c, chance, (left + 4, top + 8, right - 4, bottom), grid, p.sun, mix(colour, p.ink, 0.4), share)


def skyline(
    c: Canvas, chance: Chance, foot: float, low: float, high: float, colour: Colour, p: Palette, share: float = 0.3
) -> None:
    """Blocks side by side across the sheet."""
    x = -20.0
    while x < c.width:
        wide, tall = chance.uniform(55, 130), chance.uniform(low, high)
        block(c, chance, (x, foot - tall, x + wide, foot + 4), mix(colour, p.ink, chance.uniform(0, 0.25)), p, share)
        x += wide + chance.uniform(-6, 14)


def church(c: Canvas, x: float, foot: float, height: float, wall: Colour, roof: Colour) -> None:
    """A domed church with a cone roof, as both Georgia and Armenia build them."""
    half = height * 0.26
    c.rect(x - half, foot - height * 0.38, x + half, foot, wall)
    c.polygon(
        [(x - half * 1.1, foot - height * 0.38), (x, foot - height * 0.55), (x + half * 1.1, foot - height * 0.38)],
        roof,
    )
    drum = half * 0.5
    c.rect(x - drum, foot - height * 0.7, x + drum, foot - height * 0.45, wall)
    c.polygon(
        [(x - drum * 1.2, foot - height * 0.7), (x, foot - height * 0.96), (x + drum * 1.2, foot - height * 0.7)], roof
    )
    for part in (-0.5, 0.0, 0.5):
        c.rect(
            x + drum * part - drum * 0.12,
            foot - height * 0.66,
            x + drum * part + drum * 0.12,
            foot - height * 0.52,
            roof,
        )
    c.rect(x - half * 0.16, foot - height * 0.24, x + half * 0.16, foot, roof)
    c.line([(x, foot - height), (x, foot - height * 0.95)], roof, 2.5)


def tower(c: Canvas, x: float, foot: float, height: float, wall: Colour, shade: Colour) -> None:
    """A defensive tower of the high Caucasus."""
    half = height * 0.13
    c.polygon(
        [
            (x - half * 1.15, foot),
            (x - half * 0.9, foot - height * 0.82),
            (x + half * 0.9, foot - height * 0.82),
            (x + half * 1.15, foot),
        ],
        wall,
    )
    c.polygon(
        [
            (x + half * 0.25, foot),
            (x + half * 0.25, foot - height * 0.82),
            (x + half * 0.9, foot - height * 0.82),
            (x + half * 1.15, foot),
        ],
        shade,
    )
    c.rect(x - half * 1.08, foot - height * 0.95, x + half * 1.08, foot - height * 0.8, wall)
    c.polygon(
        [(x - half * 1.2, foot - height * 0.95), (x, foot - height * 1.06), (x + half * 1.2, foot - height * 0.95)],
        shade,
    )
    for part in (-0.5, 0.1, 0.6):
        c.rect(x + half * part, foot - height * 0.9, x + half * part + half * 0.2, foot - height * 0.85, shade)
    c.rect(x - half * 0.2, foot - height * 0.55, x + half * 0.08, foot - height * 0.48, shade)


def flag(
    c: Canvas, x: float, foot: float, height: float, stripes: list[Colour], pole: Colour, upright: bool = False
) -> None:
    """A pole with a flag of stripes, hanging in folds; `upright` draws them as columns."""
    c.line([(x, foot), (x, foot - height)], pole, 5)
    c.ellipse(x, foot - height, 7, 7, pole)
    wide, high = height * 0.2, height * 0.66
    top = foot - height * 0.96
    for index, colour in enumerate(stripes):
        share, following = index / len(stripes), (index + 1) / len(stripes)
        if upright:
            c.rect(x + wide * share, top, x + wide * following, top + high * (1 - 0.06 * index), colour)
            continue
        left, right = x + wide * share * 1.0, x + wide * following * 1.0
        c.polygon(
            [
                (left, top + share * 18),
                (right, top + following * 18),
                (right * 0.995 + 2, top + high - following * 50),
                (left, top + high - share * 50),
            ],
            colour,
        )
    for fold in (0.22, 0.5, 0.8):
        c.polygon(
            [
                (x + wide * fold, top + 8),
                (x + wide * (fold + 0.07), top + 12),
                (x + wide * (fold + 0.04), top + high - 40),
            ],
            (0, 0, 0),
            46,
        )


def lorry(c: Canvas, x: float, foot: float, size: float, body: Colour, cab: Colour, dark: Colour, lamp: Colour) -> None:
    """A lorry seen from the side that drives to the right; `size` is its length."""
    c.rect(x, foot - size * 0.36, x + size * 0.7, foot - size * 0.09, body)
    for rib in range(1, 7):
        c.line(
            [(x + size * 0.1 * rib, foot - size * 0.36), (x + size * 0.1 * rib, foot - size * 0.09)],
            mix(body, dark, 0.25),
            1.2,
        )
    c.polygon(
        [
            (x + size * 0.73, foot - size * 0.09),
            (x + size * 0.73, foot - size * 0.33),
            (x + size * 0.88, foot - size * 0.33),
            (x + size, foot - size * 0.2),
            (x + size, foot - size * 0.07),
        ],
        cab,
    )
    c.polygon(
        [
            (x + size * 0.83, foot - size * 0.2),
            (x + size * 0.83, foot - size * 0.3),
            (x + size * 0.88, foot - size * 0.3),
            (x + size * 0.96, foot - size * 0.2),
        ],
        mix(lamp, cab, 0.35),
    )
    c.rect(x, foot - size * 0.1, x + size, foot - size * 0.06, dark)
    for wheel in (0.1, 0.22, 0.34, 0.8, 0.92):
        c.ellipse(x + size * wheel, foot - size * 0.04, size * 0.045, size * 0.045, dark)
        c.ellipse(x + size * wheel, foot - size * 0.04, size * 0.018, size * 0.018, mix(dark, lamp, 0.4))
    c.glow(x + size * 1.06, foot - size * 0.1, size * 0.3, lamp, 0.6)


def turbine(c: Canvas, x: float, foot: float, height: float, colour: Colour, turn: float) -> None:
    """A wind turbine; `turn` is the angle of its first blade in degrees."""
    hub = foot - height
    c.polygon(
        [(x - height * 0.014, foot), (x - height * 0.006, hub), (x + height * 0.006, hub), (x + height * 0.014, foot)],
        colour,
    )
    for blade in range(3):
        angle = math.radians(turn + 120 * blade)
        tip = (x + math.sin(angle) * height * 0.55, hub - math.cos(angle) * height * 0.55)
        side = (math.cos(angle) * height * 0.02, math.sin(angle) * height * 0.02)
        near = (x + math.sin(angle) * height * 0.12, hub - math.cos(angle) * height * 0.12)
        c.polygon(
            [(x, hub), (near[0] + side[0], near[1] + side[1]), tip, (near[0] - side[0] * 0.3, near[1] - side[1] * 0.3)],
            colour,
        )
    c.ellipse(x, hub, height * 0.02, height * 0.02, colour)


def pylon(c: Canvas, x: float, foot: float, height: float, colour: Colour) -> list[tuple[float, float]]:
    """A lattice pylon; returns the six points where wires hang."""
    half, top = height * 0.13, foot - height
    for side in (-1, 1):
        c.line(
            [(x + side * half, foot), (x + side * half * 0.28, foot - height * 0.62), (x + side * half * 0.2, top)],
            colour,
            max(2, height * 0.011),
        )
    for step in range(6):
        lower, upper = foot - height * 0.1 * step, foot - height * 0.1 * (step + 1)
        wide = half * (1 - 0.118 * step)
        c.line([(x - wide, lower), (x + wide * 0.88, upper)], colour, max(1.2, height * 0.006))
        c.line([(x + wide, lower), (x - wide * 0.88, upper)], colour, max(1.2, height * 0.006))
    ends = []
    for level, long in ((0.66, 0.24), (0.8, 0.2), (0.94, 0.14)):
        y = foot - height * level
        c.polygon(
            [(x - height * long, y), (x, y - height * 0.04), (x + height * long, y), (x, y + height * 0.012)], colour
        )
        ends += [(x - height * long, y + height * 0.04), (x + height * long, y + height * 0.04)]
    return ends


def wires(
    c: Canvas, one: list[tuple[float, float]], other: list[tuple[float, float]], colour: Colour, sag: float
) -> None:
    for (x0, y0), (x1, y1) in zip(one, other, strict=True):
        c.line(
            [(x0 + (x1 - x0) * t / 16, y0 + (y1 - y0) * t / 16 + sag * 4 * (t / 16) * (1 - t / 16)) for t in range(17)],
            colour,
            1.6,
        )


def crane(c: Canvas, x: float, foot: float, height: float, colour: Colour) -> None:
    """A container crane of a sea port with its arm to the left."""
    for leg in (0, height * 0.3):
        c.rect(x + leg, foot - height * 0.7, x + leg + height * 0.03, foot, colour)
    c.rect(x - height * 0.02, foot - height * 0.42, x + height * 0.35, foot - height * 0.38, colour)
    c.rect(x - height * 0.62, foot - height * 0.72, x + height * 0.5, foot - height * 0.67, colour)
    c.polygon(
        [
            (x + height * 0.1, foot - height),
            (x + height * 0.14, foot - height),
            (x + height * 0.2, foot - height * 0.7),
            (x + height * 0.04, foot - height * 0.7),
        ],
        colour,
    )
    c.line([(x + height * 0.12, foot - height), (x - height * 0.58, foot - height * 0.7)], colour, 3)
    c.line([(x + height * 0.12, foot - height), (x + height * 0.48, foot - height * 0.7)], colour, 3)
    c.rect(x - height * 0.36, foot - height * 0.67, x - height * 0.28, foot - height * 0.62, colour)
    c.line([(x - height * 0.32, foot - height * 0.62), (x - height * 0.32, foot - height * 0.4)], colour, 1.5)


def containers(
    c: Canvas, chance: Chance, left: float, foot: float, columns: int, rows: int, size: float, tones: list[Colour]
) -> None:
    for column in range(columns):
        for row in range(chance.randint(1, rows)):
            x, y = left + column * size * 1.02, foot - (row + 1) * size * 0.42
            tone = chance.choice(tones)
            c.rect(x, y, x + size, y + size * 0.4, tone)
            for rib in range(1, 8):
                c.line([(x + size * rib / 8, y), (x + size * rib / 8, y + size * 0.4)], mix(tone, (0, 0, 0), 0.18), 1.2)
