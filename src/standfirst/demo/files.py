"""Files that the demo newsroom makes instead of carrying them: a PDF, a sound, a nameplate."""

from __future__ import annotations

import io
import math
import random
import struct
import wave

RATE = 11_025
"""Samples a second: enough for whistles and a drum."""


def pdf(lines: list[str]) -> bytes:
    """Return a PDF of one page (A4) with `lines`, which must be Latin-1, set in Helvetica."""
    rows = "".join(f"({_pdf_text(line)}) Tj T*\n" for line in lines)
    stream = f"BT /F1 12 Tf 18 TL 64 770 Td\n{rows}ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    file = bytearray(b"%PDF-1.4\n")
    places = []
    for number, entry in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, end)
    return bytes(file)


def _pdf_text(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def sound(seconds: int) -> bytes:
    """Return a WAV file (mono, 16 bit) in which whistles answer a drum over the noise of rain."""
    chance = random.Random(8)  # noqa: S311 - a sound, not a secret
    samples = bytearray()
    for index in range(seconds * RATE):
        moment = index / RATE
        beat = moment % 0.5
        drum = math.sin(2 * math.pi * 82 * beat) * math.exp(-beat * 16) * 0.55
        call = 1 if moment % 2 > 1.1 and (moment * 4) % 1 < 0.6 else 0
        whistle = math.sin(2 * math.pi * (2150 + 60 * math.sin(moment * 70)) * moment) * 0.16 * call
        rain = chance.uniform(-0.05, 0.05)
        samples += struct.pack("<h", round(max(-1, min(1, drum + whistle + rain)) * 32_000))
    file = io.BytesIO()
    with wave.open(file, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        target.writeframes(bytes(samples))
    return file.getvalue()


def nameplate(ink: str, accent: str) -> bytes:
    """Return the nameplate as SVG, the outlet's name drawn in strokes; colours are `#rrggbb`."""
    strokes = "".join(f'<path d="{path}"/>' for path in _LETTERS)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 150" width="640" height="150" role="img">'
        "<title>Ridgeline</title>"
        f'<path fill="{accent}" d="M14 62 78 18l22 16 34-30 52 44 30-20 50 34H14z"/>'
        f'<path fill="{ink}" fill-opacity=".28" d="m134 4 52 44 30-20 50 34h-92z"/>'
        f'<g fill="none" stroke="{ink}" stroke-width="11" stroke-linejoin="round" stroke-linecap="butt">{strokes}</g>'
        f'<path fill="{accent}" d="M290 52h334v5H290z"/></svg>'
    ).encode()


_LETTERS = (
    "M24 138V82h30a16 16 0 0 1 0 32H24M50 114l22 26",
    "M108 82v56",
    "M142 138V82h20a28 28 0 0 1 0 56z",
    "M262 92a29 29 0 1 0 2 36v-14h-20",
    "M340 82h-42v56h42m-42-28h34",
    "M372 82v56h36",
    "M436 82v56",
    "M470 138V82l44 56V82",
    "M590 82h-42v56h42m-42-28h34",
)
"""R I D G E L I N E, left to right."""
