"""Makes small pictures whose metadata is known, byte by byte."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

GPS_LATITUDE = ((40, 1), (24, 1), (31, 1))
GPS_BYTES = struct.pack(">6I", 40, 1, 24, 1, 31, 1)


def drawing(size: tuple[int, int] = (640, 427), mode: str = "RGB") -> Image.Image:
    """A picture that is not one colour, so that encoders have something to do and turning shows."""
    image = Image.new("RGB", size, (120, 90, 70))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 2, size[1] // 2), fill=(250, 20, 20))
    draw.ellipse((size[0] // 3, size[1] // 3, size[0], size[1]), fill=(20, 40, 200))
    return image if mode == "RGB" else image.convert(mode)


def encoded(image: Image.Image, file_format: str = "JPEG", **options: Any) -> bytes:
    target = BytesIO()
    image.save(target, file_format, **options)
    return target.getvalue()


def exif(*, orientation: int = 1, gps: bool = True, **words: str) -> bytes:
    """EXIF with a place, and words by the names of `TAGS`."""
    tags = {"description": 0x010E, "artist": 0x013B, "copyright": 0x8298}
    data = Image.Exif()
    data[0x0112] = orientation
    for name, text in words.items():
        if name in tags:
            data[tags[name]] = text
    camera = data.get_ifd(0x8769)
    if "taken" in words:
        camera[0x9003] = words["taken"]
    if "offset" in words:
        camera[0x9011] = words["offset"]
    if gps:
        place = data.get_ifd(0x8825)
        place[1], place[2] = "N", (40.0, 24.0, 31.0)
        place[3], place[4] = "E", (49.0, 52.0, 2.0)
        place[29] = "2026:11:23"
    return data.tobytes()


def xmp(inner: str = "", **attributes: str) -> bytes:
    """An XMP packet; `inner` is the content of its one description."""
    words = " ".join(f'{name.replace("__", ":")}="{text}"' for name, text in attributes.items())
    return f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" {words}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()


def iptc(entries: dict[tuple[int, int], bytes], *, utf8: bool) -> bytes:
    """An APP13 segment with IPTC-IIM `entries`."""
    data = b"\x1c\x01\x5a\x00\x03\x1b%G" if utf8 else b""
    for (record, number), value in entries.items():
        data += struct.pack(">BBBH", 0x1C, record, number, len(value)) + value
    resource = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(data)) + data + b"\x00" * (len(data) % 2)
    content = b"Photoshop 3.0\x00" + resource
    return b"\xff\xed" + struct.pack(">H", len(content) + 2) + content


def with_segment(jpeg: bytes, segment: bytes) -> bytes:
    """Put `segment` right after a JPEG's start."""
    return jpeg[:2] + segment + jpeg[2:]
