"""Scenes in towns: skylines, squares, façades, streets."""

from __future__ import annotations

import math
import random

from standfirst.demo.drawings import built, nature
from standfirst.demo.drawings.canvas import Canvas
from standfirst.demo.drawings.palette import Colour, Palette, mix

Chance = random.Random


def tbilisi(c: Canvas, chance: Chance, p: Palette) -> None:
    """The old town of Tbilisi under its fortress, with the river."""
    c.sky(p.sky_top, p.sky_low, 0.6)
    nature.sun(c, 1230, 300, 56, p)
    nature.ranges(c, chance, p, top=0.44, count=2, lit=False)
    c.shade(
        [(-20, 700), (140, 560), (380, 470), (640, 430), (840, 500), (1040, 640), (1200, 760), (-20, 780)],
        p.near,
        mix(p.near, p.ink, 0.4),
    )
    wall = mix(p.paper, p.mid, 0.5)
    c.polygon([(250, 500), (250, 440), (640, 384), (800, 430), (800, 486), (640, 440)], wall)
    for left in (250, 360, 470, 580, 690, 790):
        c.rect(left, 400 + abs(left - 600) * 0.1 - 30, left + 44, 500, mix(wall, p.near, 0.2))
    c.line([(1080, 120), (1080, 420)], p.ink, 5)
    c.polygon([(1060, 430), (1080, 180), (1100, 430)], p.ink, 200)
    for row in range(5):
        x, foot = -40.0, 690 + row * 50
        while x < 1640:
            wide, tall = chance.uniform(70, 130), chance.uniform(70, 130)
            tone = mix(chance.choice([p.paper, p.accent, p.sun, p.mid]), p.near, 0.28 + 0.08 * chance.random())
            c.rect(x, foot - tall, x + wide, foot + 20, tone)
            c.polygon(
                [(x - 6, foot - tall), (x + wide / 2, foot - tall - 30), (x + wide + 6, foot - tall)],
                mix(p.accent, p.ink, 0.35),
            )
            c.rect(x + 6, foot - tall * 0.52, x + wide - 6, foot - tall * 0.44, p.ink, 130)
            built.windows(
                c, chance, (x + 8, foot - tall + 8, x + wide - 8, foot), (3, 2), p.sun, mix(p.ink, p.near, 0.4), 0.35
            )
            x += wide + chance.uniform(0, 10)
    built.church(c, 1300, 720, 320, mix(p.paper, p.sun, 0.3), p.near)
    nature.water(c, chance, 905, p, 1230, None, 0.6)
    c.rect(0, 890, 1600, 910, p.ink)


def baku(c: Canvas, chance: Chance, p: Palette) -> None:
    """The bay of Baku with three flame-shaped towers."""
    c.sky(p.sky_top, p.sky_low, 0.6)
    nature.sun(c, 400, 420, 60, p)
    nature.clouds(c, chance, mix(p.paper, p.sky_low, 0.4), 80, 260, 4, 110)
    nature.hill(c, 300, 2000, 500, mix(p.far, p.mid, 0.4), p.mid)
    for x, foot, tall, lean in ((930, 620, 400, -1), (1060, 610, 350, 1), (1010, 650, 470, 1)):
        _flame(c, x, foot, tall, lean, p)
    built.skyline(c, chance, 720, 50, 170, mix(p.mid, p.near, 0.3), p, 0.35)
    c.rect(330, 560, 430, 720, mix(p.paper, p.mid, 0.4))
    c.ellipse(330, 640, 34, 80, mix(p.paper, p.mid, 0.45))
    for y in range(574, 720, 16):
        c.line([(330, y), (430, y)], p.near, 2)
    nature.water(c, chance, 716, p, 400, None, 0.7)
    c.rect(0, 706, 1600, 722, p.ink)
    for x in range(30, 1600, 84):
        c.line([(x, 706), (x, 660)], p.ink, 3)
        c.glow(x, 656, 26, p.sun, 0.7)
        c.ellipse(x, 656, 5, 5, p.paper)


def _flame(c: Canvas, x: float, foot: float, height: float, lean: int, p: Palette) -> None:
    left = [
        (
            x
            - height * 0.13 * math.sin(math.pi * (0.25 + 0.75 * t / 20)) ** 0.8
            + lean * height * 0.07 * (t / 20) ** 2,
            foot - height * t / 20,
        )
        for t in range(21)
    ]
    right = [
        (
            x
            + height * 0.15 * math.sin(math.pi * (0.25 + 0.75 * t / 20)) ** 0.8
            + lean * height * 0.07 * (t / 20) ** 2,
            foot - height * t / 20,
        )
        for t in range(21)
    ]
    c.shade([*left, *reversed(right)], mix(p.accent, p.sun, 0.35), mix(p.near, p.mid, 0.3))
    for t in range(2, 20):
        c.line([left[t], right[t]], p.ink, 1.5, 70)


ARARAT = [
    (200, 700),
    (520, 420),
    (800, 215),
    (900, 180),
    (990, 220),
    (1200, 430),
    (1270, 400),
    (1340, 360),
    (1420, 410),
    (1640, 590),
    (1640, 720),
]
ARARAT_SNOW = [
    (640, 332),
    (800, 215),
    (900, 180),
    (990, 220),
    (1090, 322),
    (1020, 310),
    (980, 380),
    (920, 300),
    (860, 390),
    (800, 310),
    (740, 372),
    (700, 320),
]


def yerevan(c: Canvas, chance: Chance, p: Palette) -> None:
    """Yerevan's pink blocks before Ararat."""
    c.sky(p.sky_top, p.sky_low, 0.65)
    c.shade(
        ARARAT,
        p.far,
        mix(p.far, p.sky_low, 0.7),
    )
    c.polygon(
        ARARAT_SNOW,
        p.paper,
        235,
    )
    c.polygon([(1300, 384), (1340, 360), (1390, 392), (1360, 420), (1335, 400)], p.paper, 210)
    c.mist(540, 720, p.sky_low, 0.85)
    stone = mix(mix(p.accent, p.paper, 0.55), p.mid, 0.3)
    built.skyline(c, chance, 800, 60, 190, mix(stone, p.mid, 0.4), p, 0.3)
    for x, wide, tall in ((60, 330, 240), (430, 250, 290), (720, 300, 220), (1060, 260, 300), (1350, 300, 240)):
        c.rect(x, 930 - tall, x + wide, 940, stone)
        c.rect(x - 8, 930 - tall, x + wide + 8, 944 - tall, mix(stone, p.ink, 0.35))
        for arch in range(round(wide / 46)):
            ax = x + 24 + arch * 44
            c.rect(ax, 900, ax + 22, 940, mix(p.near, p.ink, 0.4))
            c.ellipse(ax + 11, 900, 11, 13, mix(p.near, p.ink, 0.4))
        built.windows(
            c,
            chance,
            (x + 8, 950 - tall, x + wide - 8, 880),
            (round(wide / 36), round(tall / 56)),
            p.sun,
            mix(p.near, p.ink, 0.3),
            0.3,
        )
    c.gradient((0, 938, c.width, c.height), [(0, mix(p.near, p.mid, 0.4)), (1, p.ink)])
    for x in range(20, 1600, 90):
        nature.poplar(c, x, 1010, chance.uniform(120, 190), mix((64, 84, 52), p.ink, 0.45))


def umbrellas(c: Canvas, chance: Chance, p: Palette) -> None:
    """A crowd under umbrellas before a lit parliament."""
    c.sky(p.sky_top, p.sky_low, 0.7)
    facade(c, chance, p, top=170, foot=640)
    c.glow(800, 560, 620, p.sun, 0.35)
    tones = [p.accent, p.paper, p.sun, mix(p.mid, p.paper, 0.3), mix(p.near, p.paper, 0.2), mix(p.accent, p.ink, 0.35)]
    for row in range(7):
        y, size = 610 + row * 62, 46 + row * 17
        for _ in range(22 - row * 2):
            x = chance.uniform(-60, 1660)
            built.person(c, x, y + size * 3.1, size * 2.8, mix(p.ink, p.near, 0.35 - row * 0.04))
            if chance.random() < 0.62:
                built.umbrella(c, x, y - size * 0.2, size, mix(chance.choice(tones), p.ink, 0.3 - row * 0.03), p.ink)
        c.mist(y, y + 70, p.ink, 0.22)
    for _ in range(340):
        drop_x, drop_y = chance.uniform(0, 1640), chance.uniform(0, 1067)
        c.line([(drop_x, drop_y), (drop_x - 9, drop_y + 44)], p.paper, 1.2, 46)


def facade(c: Canvas, chance: Chance, p: Palette, top: float = 230, foot: float = 860) -> None:
    """A classical façade with columns across the sheet."""
    stone = mix(p.paper, p.mid, 0.34)
    high = foot - top
    c.rect(120, top + high * 0.18, 1480, foot, mix(stone, p.near, 0.25))
    c.rect(90, top + high * 0.1, 1510, top + high * 0.2, stone)
    c.rect(250, top, 1350, top + high * 0.1, mix(stone, p.near, 0.12))
    for index in range(11):
        x = 210 + index * 118
        c.rect(x - 50, top + high * 0.28, x - 22, foot - high * 0.1, mix(p.ink, p.near, 0.5))
        built.windows(
            c,
            chance,
            (x + 14, top + high * 0.24, x + 78, foot - high * 0.1),
            (1, 4),
            p.sun,
            mix(p.near, p.ink, 0.5),
            0.45,
        )
        c.shade(
            [(x - 22, top + high * 0.2), (x + 16, top + high * 0.2), (x + 20, foot), (x - 26, foot)],
            mix(stone, p.paper, 0.35),
            mix(stone, p.near, 0.3),
        )
        c.rect(x + 4, top + high * 0.2, x + 16, foot, p.ink, 40)
        c.rect(x - 30, top + high * 0.2, x + 24, top + high * 0.23, stone)
    c.rect(90, foot - high * 0.05, 1510, foot, mix(stone, p.near, 0.3))


def ministry(c: Canvas, chance: Chance, p: Palette) -> None:
    """Steps, columns and a flag; nobody on the square."""
    c.sky(p.sky_top, p.sky_low, 0.7)
    nature.clouds(c, chance, mix(p.paper, p.sky_low, 0.4), 60, 220, 4, 140)
    facade(c, chance, p, 250, 800)
    for step in range(6):
        tone = mix(mix(p.paper, p.mid, 0.4), p.near, 0.08 * step)
        c.rect(90 - step * 26, 796 + step * 24, 1510 + step * 26, 822 + step * 24, tone)
    c.gradient((0, 940, c.width, c.height), [(0, mix(p.mid, p.near, 0.4)), (1, p.ink)])
    built.flag(c, 800, 250, 200, [p.accent, p.paper, p.accent], p.ink)
    for x in (60, 1540):
        nature.poplar(c, x, 960, 460, mix(p.near, p.ink, 0.4))
    for index in range(13):
        c.polygon(
            [
                (800 + (index - 6) * 60, 940),
                (806 + (index - 6) * 60, 940),
                (820 + (index - 6) * 190, 1067),
                (800 + (index - 6) * 190, 1067),
            ],
            p.paper,
            60,
        )


def flats(c: Canvas, chance: Chance, p: Palette) -> None:
    """Evening in a yard of tower blocks, washing on a line."""
    c.sky(p.sky_top, p.sky_low, 0.7)
    nature.moon(c, 300, 190, 36, p)
    built.skyline(c, chance, 860, 260, 420, mix(p.far, p.mid, 0.5), p, 0.25)
    for x, wide, tall, share in (
        (-30, 330, 640, 0.4),
        (420, 270, 520, 0.5),
        (1120, 250, 560, 0.35),
        (1400, 260, 720, 0.45),
    ):
        built.block(c, chance, (x, 930 - tall, x + wide, 940), mix(p.mid, p.near, 0.45), p, share)
    c.gradient((0, 930, c.width, c.height), [(0, p.near), (1, p.ink)])
    c.line([(300, 640), (520, 690), (760, 700), (1120, 640)], p.paper, 2)
    for index in range(13):
        x = 350 + index * 56
        y = 640 + 62 * math.sin(math.pi * (x - 300) / 820)
        tone = [p.paper, p.accent, p.sun, mix(p.mid, p.paper, 0.4)][index % 4]
        c.polygon([(x, y), (x + 40, y + 2), (x + 38, y + 66 + chance.uniform(-14, 14)), (x + 3, y + 60)], tone)
    for x in (700, 740):
        built.person(c, x, 1010, 150 if x == 700 else 96, p.ink)
    nature.poplar(c, 940, 990, 260, mix(p.ink, p.near, 0.4))


def bosphorus(c: Canvas, chance: Chance, p: Palette) -> None:
    """Domes, a suspension bridge and a crowd on the quay of Istanbul."""
    c.sky(p.sky_top, p.sky_low, 0.6)
    nature.sun(c, 560, 440, 70, p)
    nature.hill(c, 700, 2200, 500, mix(p.far, p.mid, 0.3), p.mid)
    for pier in (360, 960):
        c.rect(pier - 9, 350, pier + 9, 680, p.near)
    cable = [(360 + 600 * t / 30, 356 + 210 * (1 - (2 * t / 30 - 1) ** 2)) for t in range(31)]
    c.line(cable, p.near, 4)
    c.line([(360, 356), (0, 560)], p.near, 4)
    c.line([(960, 356), (1320, 560)], p.near, 4)
    c.rect(0, 588, 1320, 600, p.near)
    for x, y in cable[1:-1]:
        c.line([(x, y), (x, 590)], p.near, 1.4)
    nature.water(c, chance, 670, p, 560, 860, 0.5)
    stone = mix(p.mid, p.near, 0.6)
    c.rect(1080, 520, 1440, 690, stone)
    for x, radius in ((1260, 130), (1130, 60), (1390, 60)):
        c.ellipse(x, 525, radius, radius * 0.85, stone)
        c.line([(x, 525 - radius * 0.85), (x, 500 - radius)], stone, 4)
    for x in (1050, 1470):
        c.rect(x - 9, 330, x + 9, 690, stone)
        c.polygon([(x - 12, 330), (x, 262), (x + 12, 330)], stone)
    c.rect(0, 850, 1600, 1067, p.ink)
    for row in range(4):
        for _ in range(34):
            built.person(
                c, chance.uniform(-20, 1620), 960 + row * 62, 150 + row * 26, mix(p.ink, p.mid, 0.34 - row * 0.1)
            )
    for _ in range(15):
        x, y = chance.uniform(60, 1540), chance.uniform(780, 850)
        c.line([(x, y), (x, y + 110)], p.ink, 3)
        c.polygon([(x, y), (x + 60, y + 12), (x, y + 34)], chance.choice([p.accent, p.paper]))


def market(c: Canvas, chance: Chance, p: Palette) -> None:
    """Stalls with awnings, crates of fruit, people between them."""
    c.sky(p.sky_top, p.sky_low, 0.5)
    built.skyline(c, chance, 520, 120, 260, mix(p.far, p.mid, 0.4), p, 0.15)
    c.gradient((0, 515, c.width, c.height), [(0, mix(p.paper, p.mid, 0.4)), (1, mix(p.mid, p.near, 0.5))])
    for _ in range(14):
        built.person(
            c,
            chance.uniform(40, 1560),
            chance.uniform(690, 760),
            chance.uniform(190, 225),
            mix(p.near, p.ink, chance.random()),
        )
    for index, x in enumerate((-60, 360, 800, 1230)):
        _stall(c, chance, x, p, [p.accent, mix(p.mid, p.paper, 0.2), p.sun, mix(p.accent, p.near, 0.4)][index])
    for x in (330, 1180):
        built.person(c, x, 1040, 400, p.ink, mix(p.near, p.ink, 0.3))


def _stall(c: Canvas, chance: Chance, x: float, p: Palette, tone: Colour) -> None:
    for stripe in range(8):
        c.polygon(
            [
                (x + 30 + stripe * 40, 470),
                (x + 70 + stripe * 40, 470),
                (x + 80 + stripe * 46 - 40, 570),
                (x + 34 + stripe * 46 - 40, 570),
            ],
            tone if stripe % 2 else p.paper,
        )
        c.ellipse(x + 17 + stripe * 46, 570, 23, 17, tone if stripe % 2 else p.paper)
    for leg in (10, 350):
        c.rect(x + leg, 570, x + leg + 8, 960, p.ink)
    for row in range(3):
        c.rect(x + 4, 780 + row * 56, x + 366, 836 + row * 56, mix(p.near, p.sun, 0.24 - row * 0.06))
        fruit = chance.choice([p.accent, p.sun, mix((96, 118, 60), p.sun, 0.2), mix(p.accent, p.sun, 0.5)])
        for dot in range(18):
            c.ellipse(
                x + 20 + dot * 20,
                778 + row * 56 - chance.uniform(0, 12),
                13,
                13,
                mix(fruit, p.ink, chance.uniform(0, 0.2)),
            )
    c.rect(x + 4, 940, x + 366, 1000, p.ink)


def checkpoint(c: Canvas, chance: Chance, p: Palette) -> None:
    """A crossing point with a roof, lanes and one officer."""
    c.sky(p.sky_top, p.sky_low, 0.6)
    nature.ranges(c, chance, p, top=0.42, count=2)
    nature.ground(c, chance, 700, mix(p.near, p.ink, 0.3), mix(p.mid, p.near, 0.3), 4)
    c.polygon([(180, 420), (1420, 420), (1500, 500), (100, 500)], mix(p.paper, p.mid, 0.2))
    c.rect(100, 496, 1500, 530, p.near)
    for x in (170, 560, 960, 1400):
        c.rect(x, 520, x + 26, 820, mix(p.paper, p.mid, 0.4))
    for x in (330, 760, 1180):
        c.rect(x, 640, x + 120, 820, mix(p.paper, p.mid, 0.12))
        c.rect(x + 12, 660, x + 108, 730, mix(p.near, p.sun, 0.55))
        c.glow(x + 60, 560, 120, p.sun, 0.5)
        c.rect(x + 10, 540, x + 110, 560, p.accent if x != 760 else (84, 140, 92))
    for index in range(9):
        c.polygon(
            [(470 + index * 32, 768), (500 + index * 32, 768), (492 + index * 32, 786), (462 + index * 32, 786)],
            p.accent if index % 2 else p.paper,
        )
    c.gradient((0, 820, c.width, c.height), [(0, mix(p.near, p.mid, 0.4)), (1, p.ink)])
    for x0, x1 in ((300, -200), (700, 560), (1100, 1240), (1500, 1900)):
        c.polygon([(x0, 822), (x0 + 10, 822), (x1 + 40, 1067), (x1, 1067)], p.paper, 190)
    built.person(c, 900, 900, 260, p.ink, mix(p.paper, p.mid, 0.5))
    built.flag(c, 1500, 900, 560, [p.accent, (38, 66, 120), mix(p.sun, p.accent, 0.35)], p.ink)
