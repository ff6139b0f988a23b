"""What cameras and desks write into a picture file: EXIF, XMP and IPTC, so that an upload can read it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from html import escape

from PIL import Image

_ARTIST, _COPYRIGHT, _DESCRIPTION = 0x013B, 0x8298, 0x010E


@dataclass(frozen=True)
class Words:
    """The words inside a picture file."""

    headline: str
    caption: str
    creator: str
    credit: str
    rights: str
    alt: str


def exif(words: Words) -> Image.Exif:
    data = Image.Exif()
    data[_ARTIST], data[_COPYRIGHT], data[_DESCRIPTION] = words.creator, words.rights, words.caption
    return data


def xmp(words: Words) -> bytes:
    """Return an XMP packet with the IPTC Core properties (IPTC Photo Metadata Standard)."""
    alternative = '<rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        ' xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">'
        f"<dc:creator><rdf:Seq><rdf:li>{escape(words.creator)}</rdf:li></rdf:Seq></dc:creator>"
        f"<dc:description>{alternative.format(escape(words.caption))}</dc:description>"
        f"<dc:rights>{alternative.format(escape(words.rights))}</dc:rights>"
        f"<photoshop:Headline>{escape(words.headline)}</photoshop:Headline>"
        f"<photoshop:Credit>{escape(words.credit)}</photoshop:Credit>"
        f"<Iptc4xmpCore:AltTextAccessibility>{alternative.format(escape(words.alt))}</Iptc4xmpCore:AltTextAccessibility>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def iptc(words: Words) -> bytes:
    """Return the JPEG segment (APP13) with the IPTC-IIM records 2:80, 2:105, 2:110, 2:116 and 2:120 in UTF-8."""
    records = b"\x1c\x01\x5a\x00\x03\x1b%G"  # 1:90, the text is UTF-8
    for number, text, limit in (
        (80, words.creator, 32),
        (105, words.headline, 256),
        (110, words.credit, 32),
        (116, words.rights, 128),
        (120, words.caption, 2000),
    ):
        value = text.encode()[:limit].decode(errors="ignore").encode()
        records += struct.pack(">BBBH", 0x1C, 2, number, len(value)) + value
    block = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(records)) + records + (b"\x00" if len(records) % 2 else b"")
    body = b"Photoshop 3.0\x00" + block
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body
