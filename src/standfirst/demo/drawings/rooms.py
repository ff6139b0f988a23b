"""Scenes indoors: lecterns, courtrooms, halls, tables."""

from __future__ import annotations

import math
import random

from standfirst.demo.drawings import built
from standfirst.demo.drawings.canvas import Canvas
from standfirst.demo.drawings.palette import Colour, Palette, ink, mix

Chance = random.Random
AZERBAIJAN = [ink("3fa3d8"), ink("d8323c"), ink("4b9a4f")]
IRAN = [ink("3a9a55"), ink("f3efe4"), ink("cf3038")]


def two_lecterns(c: Canvas, chance: Chance, p: Palette) -> None:
    """Two men at lecterns between the flags of Iran and Azerbaijan, before a window on the sea."""
    c.gradient((0, 0, c.width, c.height), [(0, mix(p.near, p.ink, 0.2)), (0.7, mix(p.mid, p.near, 0.6)), (1, p.ink)])
    for left in (90, 610, 1130):
        c.gradient((left, 90, left + 380, 640), [(0, p.sky_top), (0.75, p.sky_low), (1, p.sun)])
    for left in (90, 610, 1130):
        c.rect(left, 470, left + 380, 640, mix(p.mid, p.sky_low, 0.3))
        for _ in range(34):
            y = chance.uniform(476, 634)
            x = chance.uniform(left, left + 300)
            c.rect(x, y, min(left + 380, x + chance.uniform(20, 90)), y + 3, p.paper, 70)
        for bar in range(9):
            x = left + bar * 42
            tall = 30 + 60 * abs(math.sin(left + bar * 1.7))
            c.rect(x, 472 - tall, x + 38, 472, mix(p.far, p.mid, 0.5))
        c.rect(left - 12, 78, left, 652, p.ink)
        c.rect(left + 380, 78, left + 392, 652, p.ink)
        c.rect(left + 186, 90, left + 194, 640, p.ink)
    c.gradient((0, 652, c.width, 1067), [(0, mix(p.near, p.accent, 0.2)), (1, p.ink)])
    for x, stripes in ((110, IRAN), (560, AZERBAIJAN), (930, IRAN), (1400, AZERBAIJAN)):
        built.flag(c, x, 830, 660, stripes, mix(p.sun, p.accent, 0.4))
    for x, cloth in ((420, ink("20242e")), (1170, ink("1a2740"))):
        _speaker(c, x, cloth, p)
    for x in range(0, 1600, 100):
        c.polygon([(x + 10, 1067), (x + 50, 1010), (x + 90, 1067)], p.ink, 210)


def _speaker(c: Canvas, x: float, cloth: Colour, p: Palette) -> None:
    skin = mix(ink("c99a76"), p.sun, 0.15)
    tied = cloth == ink("1a2740")
    c.rect(x - 26, 450, x + 26, 530, mix(skin, p.ink, 0.2))
    c.ellipse(x, 412, 54, 70, skin)
    c.polygon([(x, 344), (x + 52, 380), (x + 46, 450), (x + 6, 482)], p.ink, 26)
    hair = mix(ink("3a3634"), p.paper, 0.12 if tied else 0.45)
    c.polygon(
        [
            (x - 56, 408),
            (x - 54, 350),
            (x - 26, 326),
            (x + 26, 326),
            (x + 54, 350),
            (x + 56, 408),
            (x + 44, 372),
            (x - 44, 372),
        ],
        hair,
    )
    if not tied:
        c.polygon(
            [(x - 52, 420), (x - 30, 442), (x + 30, 442), (x + 52, 420), (x + 40, 470), (x, 492), (x - 40, 470)],
            mix(hair, p.paper, 0.25),
        )
    c.capsule(x - 22, 440, x + 22, 449, hair)
    for side in (-1, 1):
        c.line([(x + side * 32, 396), (x + side * 12, 396)], p.ink, 5, 190)
        c.ellipse(x + side * 21, 408, 5, 4.5, p.ink)
    c.polygon([(x - 46, 506), (x + 46, 506), (x + 150, 556), (x + 178, 800), (x - 178, 800), (x - 150, 556)], cloth)
    c.polygon([(x - 30, 508), (x + 30, 508), (x, 640)], p.paper)
    c.polygon([(x - 9, 520), (x + 9, 520), (x + 13, 620), (x, 644), (x - 13, 620)], p.accent if tied else p.paper)
    c.line([(x - 34, 508), (x - 4, 646)], mix(cloth, p.paper, 0.2), 5)
    c.line([(x + 34, 508), (x + 4, 646)], mix(cloth, p.paper, 0.2), 5)
    wood = mix(p.accent, p.ink, 0.5)
    c.polygon([(x - 200, 740), (x + 200, 740), (x + 180, 775), (x - 180, 775)], mix(wood, p.sun, 0.35))
    c.shade([(x - 170, 775), (x + 170, 775), (x + 140, 1067), (x - 140, 1067)], wood, p.ink)
    for side in (-1, 1):
        c.line([(x + side * 60, 742), (x + side * 34, 640)], p.ink, 5)
        c.capsule(x + side * 34 - 12, 600, x + side * 34 + 12, 652, p.ink)
    c.ellipse(x, 900, 54, 54, mix(p.sun, p.accent, 0.25), 200)
    c.ellipse(x, 900, 40, 40, wood)


def court(c: Canvas, chance: Chance, p: Palette) -> None:
    """An empty courtroom: bench, glass dock, rows of seats."""
    c.gradient(
        (0, 0, c.width, c.height), [(0, mix(p.paper, p.mid, 0.35)), (0.6, mix(p.paper, p.mid, 0.5)), (1, p.near)]
    )
    wood = mix(p.accent, p.near, 0.55)
    for x in range(0, 1600, 100):
        c.rect(x, 0, x + 96, 560, mix(wood, p.paper, 0.34 + 0.05 * (x // 100 % 2)))
    c.polygon([(1120, 0), (1500, 0), (900, 1067), (300, 1067)], p.sun, 42)
    c.rect(420, 380, 1180, 600, wood)
    c.rect(400, 360, 1200, 392, mix(wood, p.ink, 0.4))
    for x in (530, 740, 950):
        c.capsule(x, 190, x + 120, 420, mix(p.ink, wood, 0.3))
        c.rect(x + 14, 210, x + 106, 360, mix(p.accent, p.ink, 0.4))
    c.ellipse(800, 110, 62, 62, mix(p.sun, wood, 0.35))
    c.ellipse(800, 110, 48, 48, wood)
    c.line([(800, 78), (800, 138)], p.sun, 5)
    c.line([(768, 92), (832, 92)], p.sun, 5)
    c.rect(40, 380, 330, 800, p.sky_top, 110)
    for x in range(40, 331, 58):
        c.rect(x - 4, 370, x + 4, 806, p.ink)
    c.rect(32, 362, 338, 380, p.ink)
    c.rect(120, 700, 250, 716, p.ink)
    c.polygon([(60, 400), (150, 400), (90, 780), (50, 780)], p.paper, 60)
    c.gradient((0, 800, c.width, c.height), [(0, mix(p.near, wood, 0.4)), (1, p.ink)])
    for row in range(3):
        y = 830 + row * 90
        for seat in range(9):
            x = -70 + seat * 196 - row * 26
            c.capsule(x, y, x + 168 + row * 10, y + 160, mix(p.ink, wood, 0.5 - row * 0.14))
            c.capsule(x + 12, y + 12, x + 156 + row * 10, y + 36, mix(p.ink, wood, 0.7 - row * 0.14))
    built.person(c, 1360, 820, 330, p.ink, mix(p.paper, p.mid, 0.5))


def ballot(c: Canvas, chance: Chance, p: Palette) -> None:
    """A hand puts a paper into a scanner on top of a ballot box."""
    c.sky(mix(p.sky_top, p.paper, 0.35), p.sky_low, 0.8)
    for step in range(9):
        a = math.radians(200 + step * 17.5)
        c.polygon(
            [
                (800, 700),
                (800 + 1400 * math.cos(a), 700 + 1400 * math.sin(a)),
                (800 + 1400 * math.cos(a + 0.13), 700 + 1400 * math.sin(a + 0.13)),
            ],
            p.paper,
            70,
        )
    c.rect(0, 900, 1600, 1067, p.near)
    c.rect(0, 900, 1600, 912, mix(p.near, p.ink, 0.4))
    c.shade([(500, 560), (1100, 560), (1140, 980), (460, 980)], mix(p.paper, p.far, 0.3), mix(p.mid, p.paper, 0.25))
    for _ in range(46):
        x, y, a = chance.uniform(520, 1040), chance.uniform(740, 940), chance.uniform(-0.6, 0.6)
        c.polygon(
            [
                (x, y),
                (x + 84 * math.cos(a), y + 84 * math.sin(a)),
                (x + 84 * math.cos(a) - 40 * math.sin(a), y + 84 * math.sin(a) + 40 * math.cos(a)),
                (x - 40 * math.sin(a), y + 40 * math.cos(a)),
            ],
            mix(p.paper, p.mid, chance.uniform(0, 0.25)),
            190,
        )
    c.polygon([(1020, 560), (1100, 560), (1140, 980), (1060, 980)], p.ink, 40)
    c.shade([(470, 470), (1130, 470), (1150, 570), (450, 570)], p.mid, p.near)
    c.rect(610, 486, 990, 504, p.ink)
    c.rect(1010, 500, 1090, 540, mix(p.ink, p.sun, 0.5))
    c.ellipse(530, 520, 13, 13, (96, 170, 98))
    c.polygon([(640, 240), (920, 210), (960, 494), (660, 494)], p.paper)
    for row in range(6):
        y = 268 + row * 36
        c.rect(690, y, 704, y + 14, p.accent if row == 3 else mix(p.mid, p.paper, 0.4))
        c.rect(722, y, 860 + chance.uniform(-40, 20), y + 12, mix(p.mid, p.paper, 0.3))
    sleeve = mix(p.accent, p.ink, 0.15)
    c.shade([(1080, -20), (1420, -20), (1090, 210), (960, 140)], sleeve, mix(sleeve, p.ink, 0.4))
    skin = mix(ink("d9aa86"), p.paper, 0.15)
    c.polygon([(960, 130), (1080, 220), (1010, 300), (900, 330), (850, 300), (870, 210)], skin)
    for x, y in ((862, 318), (894, 344), (926, 348)):
        c.capsule(x - 16, y - 90, x + 16, y + 16, mix(skin, p.accent, 0.12))


def treaty(c: Canvas, chance: Chance, p: Palette) -> None:
    """Two folders with an unsigned paper each, two pens, an empty line."""
    c.gradient((0, 0, c.width, c.height), [(0, mix(p.near, p.accent, 0.35)), (1, mix(p.ink, p.accent, 0.2))])
    for _ in range(70):
        y = chance.uniform(0, 1067)
        c.line([(chance.uniform(-200, 800), y), (chance.uniform(900, 1900), y + chance.uniform(-12, 12))], p.ink, 2, 60)
    c.glow(800, 300, 900, p.sun, 0.3)
    for left, tone, seal in ((150, mix(p.accent, p.ink, 0.2), p.sun), (850, ink("234a78"), p.sun)):
        c.polygon([(left - 26, 176), (left + 622, 176), (left + 640, 950), (left - 44, 950)], p.ink, 110)
        c.polygon([(left - 30, 160), (left + 630, 160), (left + 640, 930), (left - 40, 930)], tone)
        c.polygon([(left, 196), (left + 600, 196), (left + 606, 892), (left - 8, 892)], p.paper)
        c.rect(left + 190, 236, left + 410, 254, p.ink)
        for row in range(13):
            y = 290 + row * 33
            c.rect(left + 52, y, left + chance.uniform(470, 552), y + 9, mix(p.mid, p.paper, 0.35))
        c.line([(left + 70, 802), (left + 270, 802)], p.ink, 3)
        c.line([(left + 340, 802), (left + 540, 802)], p.ink, 3)
        for dot in range(24):
            a = math.radians(dot * 15)
            c.ellipse(left + 305 + 36 * math.cos(a), 850 + 36 * math.sin(a), 9, 9, seal)
        c.ellipse(left + 305, 850, 36, 36, seal)
        c.ellipse(left + 305, 850, 24, 24, mix(seal, tone, 0.4))
        pen = [(left + 420, 700), (left + 436, 692), (left + 650, 470), (left + 634, 456)]
        c.polygon([(x + 16, y + 20) for x, y in pen], p.ink, 70)
        c.polygon(pen, p.ink)
        c.polygon([(left + 420, 700), (left + 436, 692), (left + 408, 720)], p.sun)


def microphones(c: Canvas, chance: Chance, p: Palette) -> None:
    """A lectern with microphones and nobody behind it."""
    c.gradient((0, 0, c.width, c.height), [(0, p.ink), (0.6, p.near), (1, p.ink)])
    c.glow(800, 330, 800, p.mid, 0.85)
    c.polygon([(560, -20), (1040, -20), (1420, 1067), (180, 1067)], p.sun, 30)
    for x in range(0, 1600, 64):
        c.rect(x, 0, x + 26, 1067, p.ink, 34)
    wood = mix(p.accent, p.ink, 0.35)
    c.polygon([(440, 700), (1160, 700), (1110, 780), (490, 780)], mix(wood, p.sun, 0.35))
    c.shade([(500, 780), (1100, 780), (1050, 1067), (550, 1067)], wood, p.ink)
    for index in range(7):
        x = 520 + index * 92
        tip_x, tip_y = 800 + (x - 800) * 0.62, 470 + abs(index - 3) * 26
        c.line([(x, 720), (x + (tip_x - x) * 0.3, 610), (tip_x, tip_y)], p.ink, 9)
        tone = [p.accent, p.paper, mix(p.mid, p.paper, 0.3), p.sun][index % 4]
        c.capsule(tip_x - 25, tip_y - 92, tip_x + 25, tip_y + 14, p.ink)
        c.rect(tip_x - 29, tip_y - 12, tip_x + 29, tip_y + 22, tone)
    for row in range(3):
        c.rect(620, 850 + row * 34, 980 - row * 60, 864 + row * 34, mix(wood, p.sun, 0.4))


def conference(c: Canvas, chance: Chance, p: Palette) -> None:
    """A plenary hall late at night: a globe on the screen, half the seats empty."""
    c.gradient((0, 0, c.width, c.height), [(0, p.ink), (0.5, p.near), (1, p.ink)])
    c.gradient((300, 90, 1300, 520), [(0, p.sky_top), (1, mix(p.mid, p.sky_low, 0.2))])
    c.ellipse(800, 305, 170, 170, mix(p.mid, p.sun, 0.3))
    for share in (0.35, 0.75):
        c.arc(800, 305, 170 * share, 170, 0, 360, p.paper, 3)
    for y in (-90, 0, 90):
        half = math.sqrt(170**2 - y**2)
        c.line([(800 - half, 305 + y), (800 + half, 305 + y)], p.paper, 3)
    c.line([(800, 135), (800, 475)], p.paper, 3)
    c.glow(800, 330, 700, p.sun, 0.25)
    c.rect(380, 560, 1220, 640, mix(p.accent, p.ink, 0.45))
    for seat in range(420, 1200, 110):
        built.person(c, seat + 20, 690, 190, p.ink, mix(p.paper, p.mid, 0.5))
    c.rect(360, 600, 1240, 680, mix(p.accent, p.ink, 0.3))
    for row in range(6):
        y, size = 700 + row * 66, 40 + row * 11
        x = -40.0
        while x < 1640:
            c.capsule(x, y, x + size, y + size * 1.7, mix(p.ink, p.mid, 0.3 - row * 0.045))
            if chance.random() < 0.42:
                c.ellipse(x + size / 2, y - size * 0.35, size * 0.3, size * 0.36, p.ink)
                c.capsule(x + size * 0.05, y - size * 0.05, x + size * 0.95, y + size, p.ink)
            x += size * 1.24


def round_table(c: Canvas, chance: Chance, p: Palette) -> None:
    """Two tables in two rooms and a door between them."""
    c.gradient((0, 0, c.width, c.height), [(0, mix(p.paper, p.mid, 0.25)), (1, mix(p.mid, p.near, 0.4))])
    for left in (0, 900):
        for arch in range(3):
            x = left + 130 + arch * 220
            c.gradient((x - 70, 230, x + 70, 640), [(0, p.sky_top), (1, p.sky_low)])
            c.ellipse(x, 236, 70, 76, p.sky_top)
            c.arc(x, 236, 76, 82, 180, 360, p.near, 9)
            for lattice in range(1, 5):
                c.line([(x - 70 + lattice * 28, 190), (x - 70 + lattice * 28, 640)], p.near, 3)
            for bar in range(4):
                c.line([(x - 70, 300 + bar * 90), (x + 70, 300 + bar * 90)], p.near, 3)
    c.rect(700, 0, 900, 1067, mix(p.near, p.mid, 0.4))
    c.rect(744, 330, 856, 820, p.ink)
    c.gradient((752, 340, 848, 820), [(0, p.sun), (1, mix(p.sun, p.accent, 0.4))])
    c.polygon([(752, 820), (848, 820), (960, 1067), (640, 1067)], p.sun, 130)
    for x, tone in ((340, p.accent), (1260, mix(p.near, p.mid, 0.2))):
        c.ellipse(x, 905, 300, 84, p.ink, 90)
        c.ellipse(x, 870, 300, 84, mix(p.paper, p.mid, 0.06))
        c.ellipse(x, 862, 284, 74, p.paper)
        for side in (-1, 1):
            c.capsule(x + side * 250 - 46, 690, x + side * 250 + 46, 900, mix(tone, p.ink, 0.2))
        c.capsule(x - 50, 650, x + 50, 800, mix(tone, p.ink, 0.35))
        c.ellipse(x, 862, 284, 74, p.paper)
        c.rect(x - 60, 838, x - 6, 874, mix(p.mid, p.paper, 0.5))
        c.line([(x + 60, 866), (x + 60, 780)], p.ink, 4)
        c.polygon([(x + 60, 780), (x + 118, 786), (x + 116, 822), (x + 60, 818)], tone)
