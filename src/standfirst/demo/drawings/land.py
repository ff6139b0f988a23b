"""Scenes outdoors: passes, lakes, fields, shores."""

from __future__ import annotations

import itertools
import math
import random

from standfirst.demo.drawings import built, nature
from standfirst.demo.drawings.canvas import Canvas
from standfirst.demo.drawings.palette import Palette, ink, mix

Chance = random.Random
SAND = ink("d9bd8c")


def pass_road(c: Canvas, chance: Chance, p: Palette) -> None:
    """Lorries queue at night on a road that winds up to a pass."""
    c.sky(p.sky_top, p.sky_low, 0.62)
    nature.stars(c, chance, p, 380)
    nature.moon(c, 1240, 190, 40, p)
    nature.ranges(c, chance, p, top=0.44, count=3)
    nature.hill(c, 500, 2100, 560, mix(p.near, p.mid, 0.3), p.ink)
    bends = [(1080, 622), (1500, 690), (930, 742), (1560, 812)]
    for (x0, y0), (x1, y1) in itertools.pairwise(bends):
        c.line([(x0, y0), ((x0 + x1) / 2, (y0 + y1) / 2 + 8), (x1, y1)], mix(p.mid, p.sun, 0.22), 7)
        for step in range(12):
            t = (step + chance.uniform(0.1, 0.9)) / 12
            x, y = x0 + (x1 - x0) * t, y0 + (y1 - y0) * t
            c.glow(x, y - 4, 20, p.sun, 0.8)
            c.ellipse(x, y - 4, 3.4, 3.4, p.paper)
    nature.forest(c, chance, 850, 120, mix(p.ink, p.near, 0.35), 46)
    c.gradient((0, 872, c.width, c.height), [(0, mix(p.near, p.mid, 0.35)), (1, p.ink)])
    for x in range(-20, 1700, 190):
        c.rect(x, 1020, x + 90, 1026, p.paper, 110)
    tones = [p.accent, mix(p.paper, p.mid, 0.45), mix(p.mid, p.sun, 0.3)]
    for index, x in enumerate((-150, 300, 750, 1200)):
        built.lorry(c, x, 985, 400, tones[index % 3], mix(tones[(index + 1) % 3], p.ink, 0.15), p.ink, p.sun)


def high_towers(c: Canvas, chance: Chance, p: Palette) -> None:
    """Towers of a mountain village under the main ridge."""
    c.sky(p.sky_top, p.sky_low)
    nature.clouds(c, chance, mix(p.sky_low, p.paper, 0.5), 90, 260, 4, 130)
    nature.ranges(c, chance, p, top=0.5, count=3)
    nature.hill(c, -300, 1500, 700, mix(p.near, p.mid, 0.35), p.ink)
    for x, foot, tall in ((250, 850, 250), (420, 800, 330), (610, 770, 420), (800, 800, 300), (940, 850, 240)):
        built.tower(c, x, foot, tall, mix(p.paper, p.mid, 0.5), mix(p.near, p.mid, 0.3))
        c.rect(x + 30, foot - 70, x + 120, foot, mix(p.paper, p.mid, 0.65))
        c.polygon([(x + 22, foot - 70), (x + 75, foot - 96), (x + 128, foot - 70)], mix(p.near, p.ink, 0.2))
    nature.ground(c, chance, 880, p.ink, mix(p.near, p.ink, 0.2))
    nature.forest(c, chance, 1010, 170, p.ink, 26)


def three_passes(c: Canvas, chance: Chance, p: Palette) -> None:
    """A footpath with a sign towards a saddle between summits."""
    c.sky(p.sky_top, p.sky_low, 0.6)
    nature.clouds(c, chance, p.paper, 60, 200, 5, 150)
    for base, tall, tone in ((620, 380, p.far), (760, 260, p.mid)):
        line = nature.ridge(c, chance, base, tall, tone, mix(tone, p.sky_low, 0.4), peaks=3)
        nature.snow(c, chance, line, p.paper, tall * 0.4, 235)
        c.mist(base - 60, base + 90, p.sky_low, 0.5)
    nature.hill(c, -600, 1100, 690, mix(p.mid, p.near, 0.5), p.near)
    nature.hill(c, 600, 2300, 720, mix(p.mid, p.near, 0.7), p.near)
    path = [(820, 760), (870, 800), (800, 850), (900, 920), (760, 1000), (820, 1080)]
    for (x0, y0), (x1, y1) in itertools.pairwise(path):
        wide = (y0 - 740) * 0.09
        c.polygon(
            [(x0 - wide, y0), (x0 + wide, y0), (x1 + wide * 1.5, y1), (x1 - wide * 1.5, y1)], mix(p.paper, p.mid, 0.25)
        )
    c.rect(1180, 640, 1194, 960, p.ink)
    for y, left, right in ((660, 1040, 1330), (730, 1080, 1300), (800, 1060, 1320)):
        c.polygon(
            [(left, y + 22), (left + 34, y), (right, y), (right, y + 46), (left + 34, y + 46)],
            p.accent if y == 660 else mix(p.paper, p.mid, 0.2),
        )
        c.rect(left + 60, y + 18, right - 30, y + 26, p.ink, 150)
    nature.forest(c, chance, 1040, 110, p.ink, 18)


def aul(c: Canvas, chance: Chance, p: Palette) -> None:
    """A village whose flat roofs are the yards of the houses above."""
    c.sky(p.sky_top, p.sky_low, 0.5)
    nature.sun(c, 330, 240, 54, p)
    nature.ranges(c, chance, p, top=0.4, count=2)
    c.shade([(300, c.height), (560, 640), (980, 330), (1260, 420), (1620, 700), (1620, c.height)], p.mid, p.near)
    for row in range(8):
        y = 470 + row * 72
        half = 120 + row * 92
        x = 1000.0 - half
        while x < 1000 + half + 160:
            wide, tall = chance.uniform(70, 125), chance.uniform(56, 80)
            tone = mix(mix(p.paper, p.mid, chance.uniform(0.25, 0.6)), p.near, 0.12)
            c.rect(x, y - tall, x + wide, y + 6, tone)
            c.rect(x - 4, y - tall - 8, x + wide + 4, y - tall, mix(p.near, p.ink, 0.25))
            c.rect(x + wide * 0.72, y - tall, x + wide, y + 6, p.ink, 50)
            built.windows(
                c, chance, (x + 6, y - tall + 10, x + wide * 0.7, y - 8), (2, 1), p.sun, mix(p.near, p.ink, 0.4), 0.4
            )
            x += wide + chance.uniform(-4, 18)
    c.rect(1010, 300, 1040, 420, mix(p.paper, p.mid, 0.2))
    c.polygon([(1004, 300), (1025, 246), (1046, 300)], p.accent)
    nature.ground(c, chance, 1020, p.ink, mix(p.near, p.ink, 0.5))
    for x in (80, 150, 230):
        nature.poplar(c, x, 1050, 420 - x * 0.4, mix(p.ink, p.near, 0.2))


def sevan(c: Canvas, chance: Chance, p: Palette) -> None:
    """A lake with two churches on its peninsula."""
    c.sky(p.sky_top, p.sky_low, 0.55)
    nature.clouds(c, chance, mix(p.paper, p.sky_low, 0.3), 70, 280, 6, 150)
    nature.sun(c, 420, 400, 46, p)
    for base, tall, tone in ((600, 150, p.far), (620, 90, mix(p.far, p.mid, 0.6))):
        nature.ridge(c, chance, base, tall, tone, mix(tone, p.sky_low, 0.4), peaks=6)
    nature.water(c, chance, 610, p, 420)
    c.shade([(800, 1067), (960, 800), (1100, 690), (1260, 600), (1420, 580), (1620, 640), (1620, 1067)], p.mid, p.near)
    c.polygon([(800, 1067), (960, 806), (1050, 760), (1180, 1067)], mix(p.paper, p.mid, 0.55), 130)
    built.church(c, 1240, 640, 250, mix(p.near, p.mid, 0.35), p.ink)
    built.church(c, 1440, 610, 190, mix(p.near, p.mid, 0.25), p.ink)
    for level in range(5):
        c.line(
            [(960 - level * 34, 830 + level * 44), (1110 - level * 16, 826 + level * 48)],
            mix(p.paper, p.mid, 0.2),
            3,
            150,
        )


def vineyard(c: Canvas, chance: Chance, p: Palette) -> None:
    """Rows of vines run towards a monastery; clay vessels stand in front."""
    c.sky(p.sky_top, p.sky_low, 0.5)
    nature.sun(c, 1180, 300, 62, p)
    nature.ranges(c, chance, p, top=0.36, count=2)
    built.church(c, 360, 548, 170, mix(p.paper, p.mid, 0.35), p.near)
    nature.ground(c, chance, 545, mix(p.near, p.accent, 0.12), mix(p.mid, p.sun, 0.3), 5)
    green = mix((92, 110, 52), p.near, 0.3)
    for row in range(-16, 17):
        far_x, near_x = 800 + row * 34, 800 + row * 240
        for step in range(26):
            t = (step / 25) ** 2.1
            size = 3 + t * 62
            x, y = far_x + (near_x - far_x) * t, 556 + t * 520
            if -80 < x < 1680:
                c.ellipse(
                    x + chance.uniform(-1, 1) * size * 0.2,
                    y - size * 0.5,
                    size * 0.62,
                    size * 0.5,
                    mix(green, p.sun if step % 2 else p.ink, 0.16 + 0.1 * chance.random()),
                )
    for x, foot, size in ((1190, 1050, 240), (1400, 1064, 290)):
        clay = mix(p.accent, p.paper, 0.22)
        c.polygon(
            [
                (x - size * 0.12, foot - size),
                (x + size * 0.12, foot - size),
                (x + size * 0.34, foot - size * 0.62),
                (x + size * 0.3, foot - size * 0.3),
                (x + size * 0.06, foot + 20),
                (x - size * 0.06, foot + 20),
                (x - size * 0.3, foot - size * 0.3),
                (x - size * 0.34, foot - size * 0.62),
            ],
            clay,
        )
        c.polygon(
            [
                (x + size * 0.04, foot - size),
                (x + size * 0.12, foot - size),
                (x + size * 0.34, foot - size * 0.62),
                (x + size * 0.3, foot - size * 0.3),
                (x + size * 0.06, foot + 20),
            ],
            p.ink,
            60,
        )
        c.ellipse(x, foot - size, size * 0.15, size * 0.04, p.ink)
        c.line([(x - size * 0.31, foot - size * 0.5), (x + size * 0.31, foot - size * 0.5)], mix(clay, p.ink, 0.4), 4)


def dam(c: Canvas, chance: Chance, p: Palette) -> None:
    """A high arch dam between two cliffs."""
    c.sky(p.sky_top, p.sky_low, 0.45)
    nature.ranges(c, chance, p, top=0.36, count=2)
    nature.water(c, chance, 430, p, 800, 560, 0.4)
    wall = mix(p.paper, p.mid, 0.28)
    curve = [(300 + 1000 * t / 30, 440 + 90 * math.sin(math.pi * t / 30)) for t in range(31)]
    c.shade([*curve, (1080, 1067), (520, 1067)], wall, mix(wall, p.ink, 0.45))
    for step in range(1, 9):
        lift = step * 62
        c.line(
            [(300 + 1000 * t / 30 + (15 - t) * step * 1.8, y + lift) for t, (_x, y) in enumerate(curve)],
            mix(wall, p.ink, 0.25),
            2,
        )
    for t in range(3, 28, 2):
        x, y = curve[t]
        c.line([(x, y), (x + (800 - x) * 0.52, 1067)], mix(wall, p.ink, 0.2), 1.6)
    c.line([(x, y - 5) for x, y in curve], p.ink, 9)
    c.shade([(-20, 300), (180, 360), (320, 450), (360, 620), (470, 800), (560, 1067), (-20, 1067)], p.near, p.ink)
    c.shade(
        [(1620, 260), (1440, 380), (1290, 450), (1250, 640), (1140, 830), (1050, 1067), (1620, 1067)],
        mix(p.near, p.mid, 0.15),
        p.ink,
    )
    for side in (0, 1):
        for _ in range(20):
            x = chance.uniform(0, 300) if side == 0 else chance.uniform(1320, 1600)
            nature.conifer(c, x, 520 + chance.uniform(0, 500), chance.uniform(60, 120), p.ink)
    for x in (720, 800, 880):
        c.polygon([(x - 6, 880), (x + 6, 880), (x + 34, 1067), (x - 34, 1067)], p.paper, 190)
    c.mist(930, 1067, p.paper, 0.6)


def turbines(c: Canvas, chance: Chance, p: Palette) -> None:
    """Wind turbines on dry hills above a sea."""
    c.sky(p.sky_top, p.sky_low, 0.6)
    nature.sun(c, 430, 420, 66, p)
    nature.clouds(c, chance, mix(p.paper, p.sky_low, 0.35), 90, 330, 5, 120)
    nature.water(c, chance, 560, p, 430, 760, 0.3)
    for left, right, top, tone in (
        (-500, 1300, 660, p.far),
        (400, 2400, 640, p.mid),
        (-900, 1500, 800, mix(p.mid, p.near, 0.6)),
    ):
        nature.hill(c, left, right, top, tone, mix(tone, p.ink, 0.3))
    for x, foot, tall in (
        (250, 720, 230),
        (560, 690, 250),
        (880, 740, 330),
        (1180, 700, 430),
        (1420, 760, 610),
        (660, 860, 520),
    ):
        built.turbine(c, x, foot, tall, mix(p.paper, p.far, 0.06 if tall > 300 else 0.3), chance.uniform(0, 120))
    c.line([(0, 960), (420, 930), (800, 965), (1200, 1010), (1600, 1000)], mix(p.sun, p.mid, 0.45), 9)
    for x in range(0, 1600, 40):
        c.line([(x, 1067), (x + chance.uniform(-14, 14), 1067 - chance.uniform(20, 64))], mix(p.ink, p.sun, 0.3), 3)


def receding_sea(c: Canvas, chance: Chance, p: Palette) -> None:
    """A jetty stands on dry land; the water begins far behind it."""
    c.sky(p.sky_top, p.sky_low, 0.5)
    nature.sun(c, 1130, 330, 58, p)
    nature.clouds(c, chance, mix(p.paper, p.sky_low, 0.4), 80, 260, 4, 130)
    nature.water(c, chance, 470, p, 1130, 600, 0.2)
    c.gradient((0, 590, c.width, c.height), [(0, mix(p.sky_low, SAND, 0.5)), (0.4, SAND), (1, mix(SAND, p.ink, 0.45))])
    for step in range(9):
        y = 600 + step**1.75 * 10
        c.line(
            [(x, y + 8 * math.sin(x / 130 + step)) for x in range(0, 1641, 40)],
            mix(p.paper, SAND, 0.3),
            2 + step * 0.5,
            150,
        )
    c.polygon([(60, 700), (1010, 610), (1010, 626), (60, 738)], p.near)
    for step in range(12):
        t = step / 11
        x, top = 90 + 900 * t, 728 - 104 * t
        c.rect(x - 7 + 4 * t, top, x + 7 - 4 * t, top + 170 - 118 * t, mix(p.near, p.ink, 0.4))
    hull = [(1010, 800), (1430, 770), (1390, 890), (1090, 900)]
    c.shade(hull, p.accent, mix(p.accent, p.ink, 0.5))
    c.polygon([(1130, 800), (1160, 700), (1280, 694), (1300, 786)], mix(p.paper, p.mid, 0.2))
    c.line([(1220, 694), (1230, 560)], p.ink, 5)
    c.ellipse(1240, 905, 190, 16, p.ink, 90)
    for _ in range(38):
        x, y = chance.uniform(0, 1600), chance.uniform(900, 1060)
        c.line(
            [(x, y), (x + chance.uniform(-50, 50), y + chance.uniform(8, 26)), (x + chance.uniform(-80, 80), y + 40)],
            mix(p.near, p.ink, 0.3),
            2,
            120,
        )


def closed_road(c: Canvas, chance: Chance, p: Palette) -> None:
    """A road that ends at a closed barrier."""
    c.sky(p.sky_top, p.sky_low, 0.55)
    nature.clouds(c, chance, mix(p.paper, p.sky_low, 0.4), 70, 280, 5, 140)
    nature.ranges(c, chance, p, top=0.46, count=2)
    nature.ground(c, chance, 600, p.near, mix(p.mid, p.sun, 0.2), 6)
    c.polygon([(742, 600), (838, 600), (1250, 1080), (320, 1080)], mix(p.ink, p.mid, 0.4))
    for step in range(6):
        t, u = (step / 6) ** 1.6, ((step + 0.45) / 6) ** 1.6
        c.polygon(
            [
                (788 - 8 * t, 600 + 480 * t),
                (794 + 8 * t, 600 + 480 * t),
                (795 + 10 * u, 600 + 480 * u),
                (787 - 10 * u, 600 + 480 * u),
            ],
            p.paper,
        )
    for x in (330, 1270):
        c.rect(x - 22, 690, x + 22, 930, mix(p.paper, p.near, 0.4))
        c.rect(x + 6, 690, x + 22, 930, p.ink, 60)
    for step in range(12):
        tone = p.accent if step % 2 == 0 else p.paper
        c.polygon(
            [(300 + step * 85, 772), (385 + step * 85, 772), (375 + step * 85, 806), (290 + step * 85, 806)], tone
        )
    c.ellipse(800, 730, 78, 78, p.paper)
    c.ellipse(800, 730, 70, 70, p.accent)
    c.rect(752, 717, 848, 743, p.paper)
    for x in range(0, 1600, 66):
        if not 260 < x < 1340:
            c.line([(x, 720), (x, 900)], p.ink, 4)
    for y in (742, 786, 830):
        c.line([(0, y), (300, y)], p.ink, 2)
        c.line([(1300, y), (1600, y)], p.ink, 2)
    for x, tall in ((90, 300), (180, 250), (1480, 330)):
        nature.poplar(c, x, 700, tall, mix(p.near, p.ink, 0.3))


def river_bridge(c: Canvas, chance: Chance, p: Palette) -> None:
    """A border bridge over a river with a gate in its middle."""
    c.sky(p.sky_top, p.sky_low, 0.5)
    nature.sun(c, 270, 280, 50, p)
    nature.ranges(c, chance, p, top=0.42, count=3)
    nature.water(c, chance, 760, p, 270, None, 0.6)
    c.shade([(-20, 690), (260, 700), (430, 790), (380, 1067), (-20, 1067)], p.near, p.ink)
    c.shade([(1620, 680), (1330, 700), (1180, 800), (1260, 1067), (1620, 1067)], p.near, p.ink)
    stone = mix(p.paper, p.mid, 0.38)
    c.rect(200, 640, 1420, 690, stone)
    c.rect(200, 680, 1420, 694, mix(stone, p.ink, 0.4))
    for index in range(5):
        x = 300 + index * 250
        c.rect(x - 20, 690, x + 20, 900, mix(stone, p.ink, 0.18))
        c.ellipse(x, 905, 46, 9, p.ink, 90)
        c.arc(x + 125, 800, 105, 108, 180, 360, mix(stone, p.ink, 0.25), 16)
    for x in range(210, 1420, 32):
        c.line([(x, 600), (x, 640)], p.ink, 3)
    c.line([(205, 602), (1420, 602)], p.ink, 4)
    c.rect(790, 520, 808, 640, p.ink)
    c.rect(830, 520, 848, 640, p.ink)
    c.rect(740, 520, 900, 540, p.accent)
    built.flag(c, 640, 640, 230, [mix(p.accent, p.paper, 0.1), mix(p.mid, p.paper, 0.1), p.sun], p.ink)
    built.flag(c, 950, 640, 230, [mix(p.near, p.paper, 0.1), p.paper, mix(p.accent, p.ink, 0.2)], p.ink)
    for _ in range(60):
        reed = chance.choice([chance.uniform(0, 330), chance.uniform(1260, 1600)])
        c.line(
            [(reed, 1067), (reed + chance.uniform(-26, 26), 1067 - chance.uniform(60, 190))], mix(p.ink, p.mid, 0.35), 3
        )
