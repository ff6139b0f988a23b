"""Scenes of work and movement: railways, ports, power, ferries."""

from __future__ import annotations

import itertools
import math
import random

from standfirst.demo.drawings import built, nature
from standfirst.demo.drawings.canvas import Canvas
from standfirst.demo.drawings.palette import Palette, mix

Chance = random.Random


def railway(c: Canvas, chance: Chance, p: Palette, train: bool = True) -> None:
    """Tracks run to the horizon; with `train`, an engine comes towards us."""
    c.sky(p.sky_top, p.sky_low, 0.55)
    nature.sun(c, 1060, 380, 70, p)
    nature.ranges(c, chance, p, top=0.44, count=2)
    nature.ground(c, chance, 560, p.near, mix(p.mid, p.sun, 0.25), 5)
    for x in range(8):
        top = 300 + x * 20
        built_x = 60 + x * 74
        c.line([(built_x, top), (built_x, 600 + (8 - x) * 10)], p.ink, 7 - x * 0.6)
        c.line([(built_x, top + 20), (built_x + 70 - x * 5, top + 26)], p.ink, 4 - x * 0.3)
    c.line([(0, 316), (640, 470)], p.ink, 2)
    c.polygon([(770, 562), (810, 562), (1420, 1080), (260, 1080)], mix(p.mid, p.paper, 0.25))
    for step in range(24):
        t = (step / 23) ** 2.3
        y, half = 566 + t * 510, 14 + t * 470
        c.polygon(
            [
                (790 - half, y),
                (790 + half * 1.06, y),
                (790 + half * 1.08, y + 2 + t * 24),
                (790 - half * 1.02, y + 2 + t * 24),
            ],
            mix(p.ink, p.near, 0.35),
        )
    for side in (-1, 1):
        c.polygon(
            [(790 + side * 10, 562), (790 + side * 13, 562), (790 + side * 345, 1080), (790 + side * 315, 1080)],
            mix(p.sun, p.far, 0.3),
        )
    if train:
        _engine(c, p)
    else:
        for _ in range(150):
            t = chance.random() ** 0.6
            x = 790 + chance.uniform(-1, 1) * 430 * t
            y = 600 + t * 480
            c.line(
                [(x, y), (x + chance.uniform(-14, 14) * t, y - 70 * t * chance.random())],
                mix(p.mid, p.sun, 0.4),
                2 + t * 2,
            )


def _engine(c: Canvas, p: Palette) -> None:
    c.ellipse(790, 842, 250, 26, p.ink, 150)
    c.shade(
        [(600, 500), (640, 460), (940, 460), (980, 500), (990, 800), (590, 800)], p.accent, mix(p.accent, p.ink, 0.45)
    )
    c.polygon([(622, 516), (770, 510), (770, 600), (618, 600)], mix(p.ink, p.sky_low, 0.3))
    c.polygon([(958, 516), (810, 510), (810, 600), (962, 600)], mix(p.ink, p.sky_low, 0.2))
    c.rect(596, 650, 984, 676, p.paper)
    c.rect(580, 792, 1000, 836, p.ink)
    for x in (650, 930):
        c.glow(x, 730, 150, p.sun, 0.9)
        c.ellipse(x, 730, 22, 22, p.paper)
    c.ellipse(790, 482, 14, 14, p.paper)


def freight(c: Canvas, chance: Chance, p: Palette) -> None:
    """A goods train crosses a bridge in front of mountains."""
    c.sky(p.sky_top, p.sky_low, 0.55)
    nature.clouds(c, chance, mix(p.paper, p.sky_low, 0.4), 70, 250, 4, 140)
    nature.ranges(c, chance, p, top=0.42, count=3)
    nature.water(c, chance, 850, p, 500, None, 0.6)
    for x in range(60, 1600, 230):
        c.shade([(x - 20, 640), (x + 20, 640), (x + 32, 960), (x - 32, 960)], mix(p.paper, p.mid, 0.5), p.near)
    c.rect(0, 620, 1600, 646, p.ink)
    for x in range(0, 1600, 46):
        c.line([(x, 646), (x + 46, 690)], p.ink, 4)
        c.line([(x + 46, 646), (x, 690)], p.ink, 4)
    c.rect(0, 688, 1600, 700, p.ink)
    tones = [p.accent, mix(p.paper, p.mid, 0.3), p.near, mix(p.mid, p.sun, 0.3)]
    for index in range(7):
        x = 20 + index * 196
        c.rect(x, 520, x + 180, 600, tones[index % 4])
        for rib in range(1, 9):
            c.line([(x + rib * 20, 520), (x + rib * 20, 600)], p.ink, 1.5, 90)
        for wheel in (30, 60, 120, 150):
            c.ellipse(x + wheel, 610, 11, 11, p.ink)
    c.polygon([(1400, 600), (1400, 500), (1560, 500), (1596, 560), (1596, 600)], mix(p.accent, p.ink, 0.25))
    c.polygon([(1500, 520), (1556, 520), (1576, 556), (1500, 556)], p.paper)


def ferry(c: Canvas, chance: Chance, p: Palette) -> None:
    """A rail ferry with lit decks on open water."""
    c.sky(p.sky_top, p.sky_low, 0.6)
    nature.stars(c, chance, p, 300, 60)
    nature.sun(c, 380, 520, 64, p)
    nature.clouds(c, chance, mix(p.sky_low, p.accent, 0.2), 180, 430, 6, 120)
    nature.water(c, chance, 590, p, 380)
    c.shade([(640, 640), (1440, 640), (1390, 770), (700, 770)], mix(p.ink, p.accent, 0.28), p.ink)
    c.polygon([(648, 664), (1434, 664), (1430, 676), (652, 676)], p.paper, 220)
    c.rect(720, 560, 1360, 640, p.paper)
    c.rect(760, 500, 1220, 562, mix(p.paper, p.far, 0.15))
    c.rect(800, 440, 960, 502, p.paper)
    c.polygon([(1080, 400), (1170, 400), (1160, 502), (1070, 502)], p.accent)
    c.rect(1078, 424, 1168, 446, p.paper)
    nature.smoke(c, chance, 1125, 390, 34, mix(p.ink, p.sky_low, 0.5), 1.4)
    built.windows(c, chance, (730, 572, 1350, 628), (26, 1), p.sun, p.mid, 0.8)
    built.windows(c, chance, (770, 510, 1210, 556), (20, 1), p.sun, p.mid, 0.7)
    built.windows(c, chance, (806, 452, 954, 486), (6, 1), p.mid, p.mid, 0)
    c.line([(880, 440), (880, 340)], p.ink, 4)
    for foam in range(660, 1440, 14):
        c.capsule(foam - 8, 772 + chance.uniform(0, 8), foam + 26, 780 + chance.uniform(0, 10), p.paper, 130)
    for _ in range(7):
        x, y = chance.uniform(100, 640), chance.uniform(200, 420)
        c.line([(x - 16, y - 7), (x, y), (x + 16, y - 7)], p.ink, 3)


def port(c: Canvas, chance: Chance, p: Palette, burning: bool = False) -> None:
    """Cranes and containers of a sea port; with `burning`, smoke stands over it."""
    c.sky(p.sky_top, p.sky_low, 0.6)
    nature.sun(c, 260, 360, 60, p)
    if burning:
        for x, y, size in ((1000, 620, 78), (1100, 610, 96), (930, 640, 54)):
            nature.smoke(c, chance, x, y, size, mix(p.ink, p.mid, 0.25), 1.1)
        c.glow(1030, 650, 240, p.accent, 0.8)
    else:
        nature.clouds(c, chance, mix(p.paper, p.sky_low, 0.4), 70, 300, 5, 140)
    nature.ridge(c, chance, 640, 90, p.far, mix(p.far, p.sky_low, 0.5), 7)
    c.rect(0, 690, 1600, 760, mix(p.near, p.mid, 0.3))
    for x, tall in ((360, 420), (700, 470), (1240, 440)):
        built.crane(c, x, 700, tall, mix(p.ink, p.accent, 0.25) if x == 700 else p.ink)
    tones = [p.accent, mix(p.mid, p.paper, 0.2), p.near, mix(p.sun, p.mid, 0.35), mix(p.accent, p.paper, 0.35)]
    built.containers(c, chance, 60, 700, 5, 3, 92, tones)
    built.containers(c, chance, 860, 700, 7, 4, 96, tones)
    nature.water(c, chance, 756, p, 260, None, 0.7)
    c.rect(0, 744, 1600, 762, p.ink)
    c.shade([(150, 800), (980, 800), (930, 900), (210, 900)], mix(p.near, p.accent, 0.2), p.ink)
    built.containers(c, chance, 260, 800, 7, 3, 78, tones)
    c.rect(840, 690, 930, 800, p.paper)
    built.windows(c, chance, (846, 700, 924, 790), (4, 3), p.sun, p.mid, 0.5)


def building_site(c: Canvas, chance: Chance, p: Palette) -> None:
    """A dredger and a breakwater on an empty coast where a port is planned."""
    c.sky(p.sky_top, p.sky_low, 0.55)
    nature.clouds(c, chance, mix(p.paper, p.sky_low, 0.3), 80, 330, 7, 130)
    line = nature.ridge(c, chance, 600, 200, p.far, mix(p.far, p.sky_low, 0.5), 6)
    nature.snow(c, chance, line, p.paper, 80)
    nature.water(c, chance, 600, p, 1180, None, 0.5)
    c.shade([(980, 676), (1320, 676), (1300, 740), (1010, 740)], p.accent, mix(p.accent, p.ink, 0.5))
    c.rect(1060, 600, 1150, 676, p.paper)
    built.windows(c, chance, (1064, 608, 1146, 666), (4, 2), p.sun, p.mid, 0.3)
    c.line([(1200, 676), (1260, 480), (1420, 700)], p.ink, 7)
    c.line([(1260, 480), (1170, 676)], p.ink, 4)
    c.shade(
        [(-20, 700), (360, 740), (760, 830), (1040, 960), (1200, 1080), (-20, 1080)],
        mix(p.paper, p.mid, 0.35),
        mix(p.mid, p.near, 0.5),
    )
    for _ in range(150):
        t = chance.random()
        x, y, size = 240 + 860 * t + chance.uniform(-60, 40), 730 + 300 * t**1.5, 9 + 24 * t
        grey = mix(p.near, p.paper, chance.uniform(0.1, 0.5))
        c.polygon(
            [
                (x - size, y),
                (x - size * 0.3, y - size * 0.8),
                (x + size * 0.8, y - size * 0.6),
                (x + size, y + size * 0.3),
                (x, y + size * 0.6),
            ],
            grey,
        )
    c.rect(150, 520, 164, 800, p.ink)
    c.rect(60, 500, 400, 640, p.paper)
    c.polygon([(60, 640), (60, 590), (150, 560), (250, 600), (400, 540), (400, 640)], p.mid)
    c.rect(90, 524, 290, 540, p.ink)
    c.rect(90, 552, 220, 562, p.ink, 140)


def cooling_towers(c: Canvas, chance: Chance, p: Palette) -> None:
    """Four cooling towers before a double-peaked mountain."""
    c.sky(p.sky_top, p.sky_low, 0.6)
    nature.sun(c, 1340, 330, 54, p)
    c.shade(
        [(120, 640), (430, 330), (560, 260), (650, 300), (900, 520), (960, 490), (1020, 520), (1240, 640)],
        p.far,
        mix(p.far, p.sky_low, 0.55),
    )
    c.polygon(
        [(430, 330), (560, 260), (650, 300), (730, 372), (640, 350), (590, 410), (540, 360), (480, 400)], p.paper, 225
    )
    c.polygon([(930, 505), (960, 490), (1000, 510), (980, 540), (955, 525)], p.paper, 200)
    c.mist(560, 660, p.sky_low, 0.8)
    nature.ground(c, chance, 640, p.near, mix(p.mid, p.sun, 0.25), 6)
    for x, foot, tall in ((760, 800, 330), (1010, 810, 360), (1260, 830, 400), (480, 790, 300)):
        nature.smoke(c, chance, x, foot - tall, tall * 0.16, p.paper, 1.0)
        _cooling_tower(c, x, foot, tall, mix(p.paper, p.mid, 0.22), mix(p.mid, p.near, 0.5))
    c.rect(120, 700, 360, 800, mix(p.paper, p.mid, 0.4))
    c.capsule(190, 610, 300, 760, mix(p.paper, p.mid, 0.3))
    c.rect(330, 560, 346, 800, p.accent)
    nature.ground(c, chance, 830, p.ink, mix(p.near, p.sun, 0.15), 8)
    for x in range(20, 1600, 120):
        nature.poplar(c, x + chance.uniform(-20, 20), 960, chance.uniform(90, 170), mix(p.ink, p.near, 0.3))


def _cooling_tower(
    c: Canvas, x: float, foot: float, height: float, light: tuple[int, int, int], dark: tuple[int, int, int]
) -> None:
    half = height * 0.36
    left, right = [], []
    for step in range(21):
        t = step / 20
        wide = half * (
            0.58 + 0.42 * abs((t - 0.32) / 0.68) ** 1.7 if t > 0.32 else 0.58 + 0.1 * ((0.32 - t) / 0.32) ** 1.5
        )
        y = foot - height + height * t
        left.append((x - wide, y))
        right.append((x + wide, y))
    c.shade([*left, *reversed(right)], light, mix(light, dark, 0.3))
    c.polygon([*[(x + (px - x) * 0.3, y) for px, y in right], *reversed(right)], dark, 120)
    c.ellipse(x, foot - height, half * 0.68, height * 0.03, dark)


def power_lines(c: Canvas, chance: Chance, p: Palette) -> None:
    """Pylons march towards the mountains, a dark town below."""
    c.sky(p.sky_top, p.sky_low, 0.6)
    nature.stars(c, chance, p, 330, 70)
    nature.ranges(c, chance, p, top=0.5, count=2)
    nature.ground(c, chance, 720, p.ink, p.near, 8)
    built.skyline(c, chance, 850, 50, 130, mix(p.near, p.ink, 0.45), p, 0.06)
    c.gradient((0, 846, c.width, c.height), [(0, mix(p.ink, p.near, 0.5)), (1, p.ink)])
    places = [(1500, 690, 170), (1250, 740, 270), (900, 830, 430), (330, 1030, 780)]
    ends = [built.pylon(c, x, foot, tall, mix(p.ink, p.mid, 0.12)) for x, foot, tall in places]
    for one, other in itertools.pairwise(ends):
        built.wires(c, one, other, mix(p.ink, p.sky_low, 0.25), 26)
    built.wires(c, ends[-1], [(-400 + x * 0.2, y - 80) for x, y in ends[-1]], p.ink, 30)


def runway(c: Canvas, chance: Chance, p: Palette) -> None:
    """The lights of a runway lead into fog."""
    c.sky(p.sky_top, p.sky_low, 0.55)
    c.gradient((0, 560, c.width, c.height), [(0, mix(p.sky_low, p.mid, 0.3)), (1, p.ink)])
    c.polygon([(770, 566), (830, 566), (1380, 1080), (220, 1080)], mix(p.ink, p.mid, 0.25))
    for step in range(15):
        t = (step / 14) ** 2
        y = 572 + t * 500
        for side in (-1, 1):
            x = 800 + side * (34 + t * 560)
            c.glow(x, y, 24 + t * 80, p.sun, 0.75)
            c.ellipse(x, y, 2.5 + t * 8, 2.5 + t * 6, p.paper)
        if step % 2:
            c.polygon(
                [(796 - 6 * t, y), (804 + 6 * t, y), (805 + 9 * t, y + 6 + 60 * t), (795 - 9 * t, y + 6 + 60 * t)],
                p.paper,
                210,
            )
    c.mist(330, 640, mix(p.sky_low, p.paper, 0.35), 0.75)
    c.gradient((0, 636, c.width, 640), [(0, mix(p.sky_low, p.paper, 0.2)), (1, mix(p.sky_low, p.mid, 0.2))])
    c.rect(1240, 380, 1262, 600, mix(p.mid, p.sky_low, 0.35))
    c.polygon([(1204, 380), (1298, 380), (1282, 330), (1220, 330)], mix(p.mid, p.sky_low, 0.3))
    c.rect(1220, 346, 1284, 362, p.sun, 180)


def sea_platform(c: Canvas, chance: Chance, p: Palette) -> None:
    """A grid of lights: an undersea cable comes ashore below a substation."""
    c.sky(p.sky_top, p.sky_low, 0.5)
    nature.sun(c, 800, 410, 56, p)
    nature.water(c, chance, 480, p, 800, 760, 0.3)
    c.shade(
        [(-20, 700), (500, 740), (1100, 720), (1620, 690), (1620, 1080), (-20, 1080)], mix(p.mid, p.sun, 0.2), p.near
    )
    c.line([(800, 500), (770, 600), (830, 720), (760, 850), (800, 1080)], p.accent, 12)
    for x in (240, 420, 1180, 1360):
        ends = built.pylon(c, x, 940, 430, p.ink)
        c.glow(ends[0][0], ends[0][1], 60, p.sun, 0.5)
    for x in range(520, 1120, 110):
        c.rect(x, 830, x + 70, 940, mix(p.paper, p.mid, 0.35))
        for coil in range(4):
            c.rect(x + 10 + coil * 14, 780, x + 17 + coil * 14, 830, p.ink)
            c.ellipse(x + 13 + coil * 14, 776, 7, 9, p.accent)
    nature.ground(c, chance, 950, p.ink, p.near, 6)
    for angle in range(0, 360, 30):
        a = math.radians(angle)
        c.line(
            [(800 + math.cos(a) * 74, 410 + math.sin(a) * 74), (800 + math.cos(a) * 100, 410 + math.sin(a) * 100)],
            p.sun,
            4,
        )
