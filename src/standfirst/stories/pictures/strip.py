"""Take everything out of a picture's file that is not the picture: places, cameras, names, thumbnails.

JPEG, PNG, WebP and GIF lose their metadata without a pixel being touched; only the orientation stays, because the
pixels mean nothing without it, and the colour profile. AVIF and HEIC keep metadata in nested boxes that point at each
other, so those are saved anew: AVIF as AVIF, HEIC as JPEG, which every browser and every program can show.

Sources: ITU T.81 annex B (JPEG), W3C PNG 3rd edition, RFC 9649 (WebP), GIF89a, EXIF 2.32.
"""

from __future__ import annotations

import re
import struct
import zlib
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image

from standfirst.stories.pictures.errors import PictureError

# A profile is a few kilobytes; beyond this it is something else in disguise.
LARGEST_PROFILE = 1_000_000
NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD", b"sBIT"),
    *(b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"pHYs"),
    *(b"acTL", b"fcTL", b"fdAT"),
}
GIF_KEPT = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}


def strip(data: bytes, orientation: int) -> bytes:
    """Return `data`, a picture's file, without metadata but for `orientation` (EXIF's 1 to 8).

    Raises:
        PictureError: the file's structure is broken.
    """
    try:
        if data.startswith(b"\xff\xd8"):
            return _strip_jpeg(data, orientation)
        if data.startswith(PNG_START):
            return _strip_png(data, orientation)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _strip_webp(data, orientation)
        if data.startswith((b"GIF87a", b"GIF89a")):
            return _strip_gif(data)
    except (IndexError, struct.error) as error:
        raise PictureError(_("The file is damaged or cut off. Export it again.")) from error
    return data


def save_anew(image: Image.Image, file_format: str) -> tuple[bytes, str]:
    """Return `image` (without metadata, see `files.decode`) as a new file and its extension.

    `file_format` is what it came as: AVIF stays AVIF, everything else becomes JPEG.
    """
    target = BytesIO()
    if file_format == "AVIF":
        image.save(target, "AVIF", quality=90, speed=8)
        return target.getvalue(), ".avif"
    image.convert("RGB").save(target, "JPEG", quality=95, subsampling=0)
    return target.getvalue(), ".jpg"


def _exif(orientation: int) -> bytes:
    """Return a TIFF structure that holds the orientation and nothing else."""
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)


def _strip_jpeg(data: bytes, orientation: int) -> bytes:
    """Copy segment by segment up to the end marker; what comes after it (previews, film) goes."""
    kept = [data[:2]]
    exif = _segment(0xE1, b"Exif\x00\x00" + _exif(orientation)) if orientation != 1 else b""
    place = 2
    while found := NEXT_MARKER.search(data, place):
        marker = data[found.start() + 1]
        if marker == 0xD9:
            kept.append(data[found.start() : found.end()])
            break
        end = found.end() + struct.unpack_from(">H", data, found.end())[0]
        if marker == 0xDA:
            # The scan's coded data lasts until the next marker that is none of its own restarts.
            following = NEXT_MARKER.search(data, end)
            end = following.start() if following else len(data)
        if _keeps_segment(marker, data[found.end() + 2 : end]):
            if exif and marker != 0xE0:
                kept.append(exif)
                exif = b""
            kept.append(data[found.start() : end])
        place = end
    return b"".join(kept)


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _keeps_segment(marker: int, content: bytes) -> bool:
    if marker == 0xE0:
        return content.startswith(b"JFIF\x00")
    if marker == 0xE2:
        return content.startswith(b"ICC_PROFILE\x00")
    if marker == 0xEE:
        return content.startswith(b"Adobe")
    return not 0xE0 <= marker <= 0xEF and marker != 0xFE


def _strip_png(data: bytes, orientation: int) -> bytes:
    kept = [PNG_START]
    place = len(PNG_START)
    while place + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind = data[place + 4 : place + 8]
        chunk = data[place : place + 12 + length]
        if kind in PNG_KEPT and not (kind == b"iCCP" and _is_bloated(chunk[8:-4])):
            kept.append(chunk)
        if kind == b"IHDR" and orientation != 1:
            kept.append(_chunk(b"eXIf", _exif(orientation)))
        if kind == b"IEND":
            break
        place += 12 + length
    return b"".join(kept)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _is_bloated(profile: bytes) -> bool:
    """Whether a PNG's compressed colour profile is broken or unfolds beyond all sense."""
    _name, _zero, packed = profile.partition(b"\x00")
    unfolding = zlib.decompressobj()
    try:
        return len(unfolding.decompress(packed[1:], LARGEST_PROFILE + 1)) > LARGEST_PROFILE
    except zlib.error:
        return True


def _strip_webp(data: bytes, orientation: int) -> bytes:
    chunks: list[bytes] = []
    place = 12
    while place + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, place)
        content = data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2
        if kind == b"VP8X":
            # Bits 3 and 2 announce EXIF and XMP.
            flags = (content[0] & ~0x0C) | (0x08 if orientation != 1 else 0)
            content = bytes([flags]) + content[1:]
        if kind in {b"EXIF", b"XMP "} or kind not in {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}:
            continue
        chunks.append(_riff(kind, content))
    if orientation != 1 and chunks and chunks[0].startswith(b"VP8X"):
        chunks.append(_riff(b"EXIF", _exif(orientation)))
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _riff(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\x00" * (len(content) % 2)


def _strip_gif(data: bytes) -> bytes:
    place = 13 + _colours(data[10])
    kept = [data[:place]]
    while place < len(data):
        start, introducer = place, data[place]
        if introducer == 0x2C:
            place = _after_blocks(data, place + 11 + _colours(data[place + 9]))
        elif introducer == 0x21:
            place = _after_blocks(data, place + 2)
            if not _keeps_extension(data[start + 1], data[start + 3 : start + 14]):
                continue
        else:
            kept.append(b"\x3b")
            break
        kept.append(data[start:place])
    return b"".join(kept)


def _colours(flags: int) -> int:
    """Return the length in bytes of the colour table that `flags` announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, place: int) -> int:
    while data[place]:
        place += data[place] + 1
    return place + 1


def _keeps_extension(label: int, name: bytes) -> bool:
    """Graphic control stays, and what makes an animation repeat; comments and foreign data go."""
    return label == 0xF9 or (label == 0xFF and name in GIF_KEPT)
