"""Still lifes of the trade: desks, letters, newspapers, maps and charts."""

from __future__ import annotations

import itertools
import math
import random

from standfirst.demo.drawings import nature
from standfirst.demo.drawings.canvas import Canvas, Point
from standfirst.demo.drawings.palette import Colour, Palette, ink, mix

Chance = random.Random


def desk(c: Canvas, chance: Chance, p: Palette) -> None:
    """A night desk: lamp, typewriter, proofs with red marks."""
    c.gradient((0, 0, c.width, c.height), [(0, mix(p.ink, p.near, 0.6)), (0.7, p.near), (1, p.ink)])
    c.rect(960, 90, 1480, 560, p.ink)
    c.gradient((976, 106, 1464, 544), [(0, p.sky_top), (1, p.sky_low)])
    for base, tone in ((470, p.far), (520, p.mid)):
        line = nature.ridge_line(chance, 488, base - 20, 150, 4)
        c.polygon([(max(976, min(1464, 976 + x)), min(544, y)) for x, y in line] + [(1464, 544), (976, 544)], tone)
    c.rect(1212, 106, 1226, 544, p.ink)
    c.rect(0, 800, 1600, 1067, mix(p.accent, p.ink, 0.5))
    c.rect(0, 800, 1600, 814, mix(p.accent, p.sun, 0.25))
    c.glow(470, 700, 620, p.sun, 0.6)
    c.line([(250, 820), (250, 520), (420, 390)], p.ink, 14)
    c.polygon([(360, 330), (500, 400), (540, 540), (300, 430)], p.accent)
    c.ellipse(250, 830, 100, 22, p.ink)
    body = mix(p.near, p.mid, 0.35)
    c.polygon([(700, 690), (1180, 690), (1250, 880), (630, 880)], body)
    c.rect(660, 640, 1220, 700, mix(body, p.ink, 0.4))
    c.polygon([(790, 360), (1100, 360), (1104, 650), (786, 650)], p.paper)
    for row in range(7):
        c.rect(826, 400 + row * 34, 826 + chance.uniform(170, 240), 409 + row * 34, p.mid)
    for row in range(4):
        for key in range(11):
            x, y = 690 + key * 48 + row * 6 - 6, 728 + row * 38
            c.ellipse(x, y, 16, 12, p.ink)
            c.ellipse(x, y - 3, 13, 9, mix(p.paper, p.mid, 0.15))
    for left, top, lean in ((330, 880, -30), (1280, 850, 40)):
        c.polygon(
            [(left, top), (left + 240, top + lean), (left + 290, top + 170 + lean), (left + 30, top + 200)], p.paper
        )
        for row in range(5):
            c.line([(left + 40, top + 30 + row * 28), (left + 210, top + 24 + row * 28 + lean * 0.7)], p.mid, 4)
        c.arc(left + 150, top + 90, 70, 34, 0, 340, p.accent, 5)


def newspapers(c: Canvas, chance: Chance, p: Palette) -> None:
    """A stack of newspapers tied with a string, fresh from the press."""
    c.sky(mix(p.sky_top, p.paper, 0.2), p.sky_low, 0.7)
    c.rect(0, 820, 1600, 1067, mix(p.near, p.ink, 0.2))
    c.glow(800, 500, 800, p.sun, 0.45)
    for layer in range(24):
        y, shift = 890 - layer * 21, chance.uniform(-16, 16)
        c.capsule(400 + shift, y, 1200 + shift, y + 22, mix(p.paper, p.mid, 0.1 + 0.25 * chance.random()))
        c.line([(410 + shift, y + 21), (1190 + shift, y + 21)], p.near, 1.5)
    top = [(400, 410), (1200, 410), (1110, 210), (520, 210)]
    c.polygon(top, p.paper)
    for column in range(3):
        for row in range(5):
            x, y = 556 + column * 176 - row * 10, 318 + row * 18
            c.polygon([(x, y), (x + 150, y), (x + 150, y + 6), (x, y + 6)], mix(p.mid, p.paper, 0.3))
    c.polygon([(574, 232), (1056, 232), (1074, 270), (556, 270)], p.ink)
    c.polygon([(556, 286), (780, 286), (780, 300), (552, 300)], p.accent)
    c.polygon([(770, 210), (800, 210), (812, 410), (776, 410)], p.accent)
    c.rect(776, 410, 812, 905, p.accent)
    c.polygon([(430, 330), (1176, 330), (1182, 346), (424, 346)], p.accent)
    c.rect(400, 905, 1200, 926, p.ink, 110)


def camera(c: Canvas, chance: Chance, p: Palette) -> None:
    """A camera on a tripod looks at us; a blank label hangs from it."""
    c.sky(p.sky_top, p.sky_low, 0.8)
    nature.ranges(c, chance, p, top=0.62, count=2)
    for x in (520, 800, 1080):
        c.line([(800, 640), (x, 1080)], p.ink, 20)
    c.capsule(470, 290, 1130, 660, p.ink)
    c.polygon([(660, 300), (710, 226), (890, 226), (940, 300)], p.ink)
    c.rect(470, 380, 1130, 560, mix(p.ink, p.mid, 0.25))
    for radius, tone in (
        (172, p.ink),
        (150, mix(p.mid, p.paper, 0.3)),
        (134, p.ink),
        (104, mix(p.near, p.sky_top, 0.4)),
        (70, p.near),
        (34, p.ink),
    ):
        c.ellipse(800, 476, radius, radius, tone)
    c.ellipse(756, 430, 26, 18, p.paper, 210)
    c.ellipse(836, 520, 11, 9, p.sun, 200)
    c.ellipse(1046, 342, 22, 22, p.accent)
    c.line([(560, 650), (470, 780)], p.paper, 4)
    c.polygon([(330, 770), (560, 800), (540, 950), (310, 920)], p.paper)
    c.ellipse(476, 812, 10, 10, p.near)
    for row in range(3):
        c.line([(352, 836 + row * 30), (510 - row * 30, 856 + row * 30)], mix(p.mid, p.paper, 0.35), 6)


def envelope(c: Canvas, chance: Chance, p: Palette) -> None:
    """A letter with a stamp that shows mountains, and coins beside it."""
    c.gradient((0, 0, c.width, c.height), [(0, mix(p.accent, p.paper, 0.1)), (1, mix(p.accent, p.ink, 0.4))])
    c.polygon([(264, 270), (1380, 210), (1424, 830), (300, 900)], p.ink, 80)
    c.polygon([(240, 240), (1360, 190), (1400, 810), (280, 870)], p.paper)
    c.polygon([(240, 240), (1360, 190), (830, 590)], mix(p.paper, p.mid, 0.14))
    c.line([(240, 240), (830, 590), (1360, 190)], mix(p.mid, p.paper, 0.3), 4)
    c.polygon([(1120, 236), (1320, 226), (1334, 456), (1132, 466)], p.sky_low)
    c.polygon([(1132, 410), (1180, 330), (1210, 376), (1262, 290), (1330, 400), (1334, 456), (1132, 466)], p.near)
    c.polygon([(1240, 326), (1262, 290), (1288, 336), (1262, 326)], p.paper)
    c.ellipse(1164, 286, 18, 18, p.accent)
    for ring in (92, 80):
        c.arc(1080, 400, ring, ring, 0, 360, mix(p.near, p.mid, 0.3), 4)
    for row in range(4):
        c.line([(940 - row * 6, 372 + row * 20), (1010, 368 + row * 20)], mix(p.near, p.mid, 0.3), 4)
        c.line([(420, 640 + row * 46), (880 - row * 70, 620 + row * 44)], p.ink, 7)
    for x, y in ((1180, 900), (1290, 950), (1110, 980), (1400, 900)):
        c.ellipse(x + 8, y + 10, 62, 54, p.ink, 90)
        c.ellipse(x, y, 62, 54, mix(p.sun, p.accent, 0.2))
        c.ellipse(x, y - 4, 48, 41, mix(p.sun, p.paper, 0.25))


def route_map(c: Canvas, chance: Chance, p: Palette) -> None:
    """A newspaper map without words: a sea, a river, borders, five routes."""
    c.gradient((0, 0, c.width, c.height), [(0, mix(p.paper, p.sky_low, 0.5)), (1, mix(p.paper, p.mid, 0.15))])
    for _ in range(90):
        x, y = chance.uniform(0, 1250), chance.uniform(60, 1020)
        size = chance.uniform(10, 26)
        c.polygon([(x - size, y), (x, y - size * 1.2), (x + size, y)], mix(p.paper, p.mid, 0.35))
        c.polygon([(x, y - size * 1.2), (x + size, y), (x + size * 0.1, y)], mix(p.mid, p.near, 0.2), 150)
    coast = [
        (1290, -10),
        (1240, 150),
        (1330, 300),
        (1300, 420),
        (1420, 470),
        (1330, 560),
        (1290, 700),
        (1230, 860),
        (1270, 1080),
    ]
    c.polygon([*coast, (1620, 1080), (1620, -10)], mix(p.sky_top, p.mid, 0.35))
    for shift in (14, 32, 54):
        c.line([(x + shift, y) for x, y in coast], p.paper, 3, 150 - shift)
    river = [(-20, 560), (200, 600), (360, 690), (560, 730), (760, 840), (960, 800), (1120, 700), (1290, 690)]
    c.line(river, mix(p.sky_top, p.near, 0.35), 11)
    for border in (
        [(480, -10), (520, 200), (700, 330), (640, 520), (700, 690), (760, 840)],
        [(360, 690), (420, 520), (560, 470), (640, 520)],
        [(200, 600), (300, 380), (520, 200)],
    ):
        for (x0, y0), (x1, y1) in itertools.pairwise(border):
            for step in range(8):
                t, u = step / 8, (step + 0.55) / 8
                c.line([(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t), (x0 + (x1 - x0) * u, y0 + (y1 - y0) * u)], p.near, 4)
    _routes(c, p)


def _routes(c: Canvas, p: Palette) -> None:
    routes: list[tuple[list[Point], Colour]] = [
        ([(160, 640), (360, 740), (560, 790), (760, 890), (960, 850), (1130, 740), (1400, 460)], ink("a3243b")),
        (
            [(160, 640), (360, 670), (560, 700), (740, 800), (940, 770), (1110, 660), (1400, 460)],
            mix(p.sun, p.accent, 0.5),
        ),
        ([(60, 260), (340, 180), (620, 240), (900, 380), (1180, 420), (1400, 460)], p.ink),
        ([(1150, 60), (1130, 260), (1180, 420), (1160, 640), (1200, 860), (1180, 1060)], mix(p.near, p.accent, 0.35)),
        ([(470, 60), (460, 260), (400, 460), (420, 620), (520, 860), (560, 1060)], mix(p.mid, p.near, 0.6)),
    ]
    for points, tone in routes:
        c.line(points, p.paper, 19, 220)
        c.line(points, tone, 11)
        for x, y in (points[0], points[-1]):
            c.ellipse(x, y, 20, 20, p.paper)
            c.ellipse(x, y, 14, 14, tone)
    for x, y in ((360, 700), (740, 830), (1180, 420), (1130, 700), (460, 260)):
        c.ellipse(x, y, 13, 13, p.ink)
        c.ellipse(x, y, 6, 6, p.paper)


def fallen_grid(c: Canvas, chance: Chance, p: Palette) -> None:
    """A chart as a newspaper prints it: columns that fall at night."""
    c.gradient((0, 0, c.width, c.height), [(0, p.paper), (1, mix(p.paper, p.far, 0.25))])
    for level in range(6):
        y = 230 + level * 130
        c.line([(150, y), (1490, y)], mix(p.mid, p.paper, 0.5), 2.5)
        c.rect(96, y - 7, 130, y + 5, mix(p.mid, p.paper, 0.4))
    c.rect(150, 110, 700, 136, p.ink)
    c.rect(150, 154, 520, 168, mix(p.mid, p.paper, 0.3))
    for index in range(16):
        x = 172 + index * 83
        tall = 420 + 190 * math.sin(index / 2.3) + chance.uniform(-24, 24)
        gone = 9 <= index <= 12
        if gone:
            tall *= 0.28
        c.rect(x, 880 - tall, x + 58, 880, p.accent if gone else mix(p.mid, p.near, 0.4))
        c.rect(x + 44, 880 - tall, x + 58, 880, p.ink, 50)
        c.rect(x + 10, 902, x + 48, 914, mix(p.mid, p.paper, 0.3))
    c.line([(150, 880), (1490, 880)], p.ink, 5)
    c.line([(935, 600), (935, 300), (1250, 300)], p.accent, 4)
    c.rect(1010, 320, 1240, 334, mix(p.mid, p.near, 0.4))
    c.rect(1010, 348, 1190, 360, mix(p.mid, p.paper, 0.3))
    c.ellipse(935, 606, 11, 11, p.accent)
