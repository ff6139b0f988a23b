"""Portraits of invented people: flat, friendly, without likeness to anybody."""

from __future__ import annotations

import random

from standfirst.demo.drawings.canvas import Canvas
from standfirst.demo.drawings.palette import Palette, ink, mix

Chance = random.Random
SKINS = [ink("e0b08c"), ink("cf9c78"), ink("b98460"), ink("e7bd9b"), ink("c48d68")]
HAIRS = [ink("2a2422"), ink("4a3328"), ink("6b4a34"), ink("8d8a86"), ink("39302e")]


def portrait(c: Canvas, chance: Chance, p: Palette, look: str = "short") -> None:
    """A head and shoulders; `look` is short, long, bun, beard, scarf, cap, curly or grey."""
    c.sky(mix(p.sky_top, p.paper, 0.15), p.sky_low, 0.9)
    c.ellipse(400, 380, 300, 300, mix(p.sun, p.accent, 0.2), 150)
    skin, hair = chance.choice(SKINS), HAIRS[3] if look == "grey" else chance.choice(HAIRS[:3] + HAIRS[4:])
    cloth = chance.choice([p.accent, p.near, mix(p.mid, p.ink, 0.3), p.ink])
    if look in ("long", "scarf"):
        tone = hair if look == "long" else mix(p.accent, p.paper, 0.3)
        c.polygon([(252, 360), (270, 220), (400, 150), (530, 220), (548, 360), (580, 640), (220, 640)], tone)
    if look == "bun":
        c.ellipse(400, 146, 70, 62, hair)
    if look == "curly":
        for angle_x, angle_y in (
            (270, 300),
            (290, 220),
            (350, 170),
            (420, 160),
            (490, 190),
            (530, 260),
            (540, 340),
            (262, 380),
        ):
            c.ellipse(angle_x, angle_y, 66, 62, hair)
    c.shade(
        [(330, 540), (470, 540), (480, 640), (660, 700), (720, 800), (80, 800), (140, 700), (320, 640)],
        cloth,
        mix(cloth, p.ink, 0.35),
    )
    c.polygon([(342, 500), (458, 500), (464, 640), (400, 700), (336, 640)], mix(skin, p.ink, 0.16))
    c.polygon([(320, 640), (400, 724), (336, 760), (280, 664)], mix(cloth, p.paper, 0.75))
    c.polygon([(480, 640), (400, 724), (464, 760), (520, 664)], mix(cloth, p.paper, 0.75))
    c.ellipse(400, 390, 128, 160, skin)
    for ear in (274, 526):
        c.ellipse(ear, 400, 18, 32, skin)
    c.polygon([(400, 232), (528, 330), (520, 440), (470, 530), (410, 550)], mix(skin, p.ink, 0.4), 34)
    _features(c, p, skin, hair, look)
    _hair(c, p, hair, look)


def _features(c: Canvas, p: Palette, skin: tuple[int, int, int], hair: tuple[int, int, int], look: str) -> None:
    dark = mix(skin, p.ink, 0.75)
    if look == "beard":
        c.polygon(
            [
                (272, 400),
                (300, 440),
                (350, 456),
                (450, 456),
                (500, 440),
                (528, 400),
                (512, 500),
                (460, 560),
                (400, 580),
                (340, 560),
                (288, 500),
            ],
            hair,
        )
    for x in (346, 454):
        c.arc(x, 366, 30, 18, 200, 340, hair, 8)
        c.ellipse(x, 390, 9, 8, dark)
    c.line([(402, 384), (412, 440), (392, 446)], mix(skin, p.ink, 0.35), 5)
    c.arc(400, 474, 40, 22, 20, 160, mix(skin, p.accent, 0.6), 8)
    if look in ("grey", "short", "bun"):
        for x in (346, 454):
            c.arc(x, 392, 42, 36, 0, 360, p.ink, 5)
        c.line([(388, 386), (412, 386)], p.ink, 5)


def _hair(c: Canvas, p: Palette, hair: tuple[int, int, int], look: str) -> None:
    if look == "cap":
        c.polygon([(264, 320), (280, 220), (400, 176), (520, 220), (536, 320)], p.near)
        c.capsule(250, 304, 550, 344, mix(p.near, p.ink, 0.4))
        return
    if look == "scarf":
        tone = mix(p.accent, p.paper, 0.3)
        c.polygon(
            [(262, 400), (270, 260), (400, 186), (530, 260), (538, 400), (500, 300), (400, 264), (300, 300)], tone
        )
        return
    fringe = {"long": 300, "bun": 280, "curly": 290, "beard": 286, "grey": 270}.get(look, 292)
    c.polygon(
        [
            (262, 380),
            (262, 270),
            (330, 200),
            (400, 186),
            (480, 202),
            (540, 280),
            (538, 380),
            (510, fringe + 10),
            (440, fringe - 24),
            (360, fringe - 6),
            (292, fringe + 20),
        ],
        hair,
    )
