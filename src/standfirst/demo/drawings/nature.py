"""Mountains, water, weather and plants."""

from __future__ import annotations

import itertools
import math
import random

from standfirst.demo.drawings.canvas import Canvas, Point
from standfirst.demo.drawings.palette import Colour, Palette, mix

Chance = random.Random


def ridge_line(chance: Chance, width: float, base: float, height: float, peaks: int = 6) -> list[Point]:
    """Return a jagged line from left to right: peaks up to `height` above `base`, then broken up finely."""
    xs = [width * (index + chance.uniform(-0.25, 0.25)) / (peaks * 2) for index in range(peaks * 2 + 1)]
    xs[0], xs[-1] = -20.0, width + 20.0
    line: list[Point] = [
        (x, base - (height * chance.uniform(0.55, 1.0) if index % 2 else height * chance.uniform(0.0, 0.35)))
        for index, x in enumerate(xs)
    ]
    for step in range(3):
        finer = [line[0]]
        for (x0, y0), (x1, y1) in itertools.pairwise(line):
            shift = chance.uniform(-1, 1) * height * 0.11 / (step + 1)
            finer += [((x0 + x1) / 2, (y0 + y1) / 2 + shift), (x1, y1)]
        line = finer
    return line


def ridge(
    c: Canvas, chance: Chance, base: float, height: float, top: Colour, bottom: Colour, peaks: int = 6
) -> list[Point]:
    """Draw one chain of mountains down to the lower edge and return its line."""
    line = ridge_line(chance, c.width, base, height, peaks)
    c.shade([*line, (c.width + 20, c.height), (-20, c.height)], top, bottom)
    return line


def snow(c: Canvas, chance: Chance, line: list[Point], colour: Colour, depth: float, alpha: int = 215) -> None:
    """Put snow and light on the sunny side of every summit of `line`."""
    for index in range(4, len(line) - 4):
        x, y = line[index]
        if y > min(line[index - 4 : index + 5], key=lambda point: point[1])[1]:
            continue
        drop = depth * chance.uniform(0.7, 1.2)
        right = [point for point in line[index : index + 9] if point[1] - y < drop]
        tail = right[-1]
        jags: list[Point] = []
        for step in range(1, 6):
            share = step / 6
            jags.append(
                (
                    tail[0] + (x - tail[0]) * share - chance.uniform(0, 16),
                    tail[1] + (y - tail[1]) * share + drop * (0.55 if step % 2 else 0.16) * (1 - share * 0.4),
                )
            )
        c.polygon([*right, *jags], colour, alpha)


def ranges(c: Canvas, chance: Chance, p: Palette, top: float = 0.42, count: int = 4, lit: bool = True) -> None:
    """Draw `count` chains, paler the further away; the first stands at `top`, a share of the height."""
    tones = [mix(p.sky_low, p.far, 0.75), p.far, p.mid, p.near, mix(p.near, p.ink, 0.5)]
    for index in range(count):
        tone = tones[min(index, len(tones) - 1)]
        base = c.height * (top + (1.02 - top) * index / count)
        height = c.height * (0.27 - 0.035 * index)
        line = ridge(c, chance, base, height, tone, mix(tone, p.sky_low, 0.38), peaks=4 + index)
        if lit and index < 2:
            snow(c, chance, line, mix(p.sun, p.sky_low, 0.25), height * 0.42)
        if index < count - 1:
            c.mist(base - height * 0.1, base + c.height * 0.12, mix(p.sky_low, tone, 0.25), 0.5)


def sun(c: Canvas, x: float, y: float, radius: float, p: Palette, strength: float = 0.75) -> None:
    c.glow(x, y, radius * 5, p.sun, strength * 0.55)
    c.ellipse(x, y, radius, radius, p.sun)


def moon(c: Canvas, x: float, y: float, radius: float, p: Palette) -> None:
    c.glow(x, y, radius * 5, p.sun, 0.3)
    c.ellipse(x, y, radius, radius, mix(p.sun, p.paper, 0.5))


def stars(c: Canvas, chance: Chance, p: Palette, low: float, count: int = 90) -> None:
    """Scatter stars above the height `low`."""
    for _ in range(count):
        size = chance.choice([0.9, 1.1, 1.5, 2.1])
        c.ellipse(
            chance.uniform(0, c.width), chance.uniform(0, low) ** 1.0, size, size, p.paper, chance.randint(90, 220)
        )


def clouds(c: Canvas, chance: Chance, colour: Colour, top: float, low: float, count: int = 5, alpha: int = 120) -> None:
    """Flat clouds as a woodcut has them: bundles of round bars."""
    for _ in range(count):
        x, y, long = chance.uniform(-100, c.width), chance.uniform(top, low), chance.uniform(220, 520)
        for bar in range(chance.randint(2, 4)):
            inset, thick = chance.uniform(-0.2, 0.35) * long, chance.uniform(9, 20)
            level = y + bar * thick * 0.9
            c.capsule(x + inset, level, x + inset + long * chance.uniform(0.45, 1), level + thick, colour, alpha)


def water(
    c: Canvas, chance: Chance, horizon: float, p: Palette, light_x: float, low: float | None = None, deep: float = 0.75
) -> None:
    """A surface from `horizon` down to `low` with the light's road on it under `light_x`."""
    low = c.height if low is None else low
    c.gradient((0, horizon, c.width, low), [(0, mix(p.sky_low, p.mid, 0.35)), (1, mix(p.mid, p.near, deep))])
    for _ in range(170):
        depth = chance.random() ** 1.7
        y = horizon + depth * (low - horizon)
        long = 12 + depth * 130 * chance.random()
        x = chance.uniform(-60, c.width)
        c.capsule(x, y, x + long, y + 1.6 + depth * 3, mix(p.sky_low, p.paper, 0.2), chance.randint(25, 75))
    for _ in range(95):
        depth = chance.random() ** 1.5
        y = horizon + depth * (low - horizon)
        long = 8 + depth * 95
        x = light_x + chance.gauss(0, 18 + depth * 85) - long / 2
        c.capsule(x, y, x + long, y + 2 + depth * 4, p.sun, chance.randint(70, 170))


def conifer(c: Canvas, x: float, foot: float, height: float, colour: Colour) -> None:
    for tier in range(4):
        top = foot - height * (1 - tier * 0.2)
        half = height * (0.1 + tier * 0.055)
        c.polygon([(x, top), (x + half, top + height * 0.36), (x - half, top + height * 0.36)], colour)
    c.rect(x - height * 0.02, foot - height * 0.1, x + height * 0.02, foot, colour)


def poplar(c: Canvas, x: float, foot: float, height: float, colour: Colour) -> None:
    c.ellipse(x, foot - height * 0.55, height * 0.1, height * 0.45, colour)
    c.rect(x - height * 0.013, foot - height * 0.2, x + height * 0.013, foot, colour)


def forest(c: Canvas, chance: Chance, foot: float, height: float, colour: Colour, count: int = 40) -> None:
    for _ in range(count):
        tall = height * chance.uniform(0.55, 1.1)
        conifer(c, chance.uniform(0, c.width), foot + chance.uniform(0, height * 0.25), tall, colour)


def hill(c: Canvas, left: float, right: float, top: float, colour: Colour, low: Colour) -> None:
    """A rounded hill reaching down to the lower edge."""
    points = [
        (left + (right - left) * step / 40, c.height - (c.height - top) * math.sin(math.pi * step / 40) ** 0.8)
        for step in range(41)
    ]
    c.shade([*points, (right, c.height + 5), (left, c.height + 5)], colour, low)


def ground(c: Canvas, chance: Chance, top: float, near: Colour, far: Colour, bumps: float = 14) -> None:
    """Open land from `top` down."""
    line = [(x, top + chance.uniform(-bumps, bumps)) for x in range(-40, c.width + 81, 80)]
    c.shade([*line, (c.width + 40, c.height), (-40, c.height)], far, near)


def smoke(c: Canvas, chance: Chance, x: float, y: float, size: float, colour: Colour, drift: float = 1.2) -> None:
    """Smoke or steam that rises from `(x, y)` and drifts to the right."""
    for step in range(26):
        share = step / 26
        radius = size * (0.25 + share * 1.1)
        c.ellipse(
            x + drift * share * size * 4 + chance.uniform(-1, 1) * size * 0.3,
            y - share * size * 5.4 + chance.uniform(-1, 1) * size * 0.3,
            radius,
            radius * 0.8,
            colour,
            round(120 * (1 - share) + 18),
        )
