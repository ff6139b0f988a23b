"""What a file says about its picture reaches the right field, in the right letters; hostile files say nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from tests.stories import picture_files as files

from standfirst.stories.pictures.metadata import FileWords, read_words

PICTURE = files.encoded(files.drawing((40, 30)))


def seq(name: str, *entries: str) -> str:
    return f"<{name}><rdf:Seq>{''.join(f'<rdf:li>{entry}</rdf:li>' for entry in entries)}</rdf:Seq></{name}>"


def alt(name: str, **languages: str) -> str:
    entries = "".join(
        f'<rdf:li xml:lang="{code.replace("_", "-")}">{text}</rdf:li>' for code, text in languages.items()
    )
    return f"<{name}><rdf:Alt>{entries}</rdf:Alt></{name}>"


def test_xmp_fills_every_field() -> None:
    packet = files.xmp(
        alt("dc:description", ru="Набережная", x_default="The quay at dawn")
        + alt("dc:rights", x_default="© 2026 Ridgeline")
        + alt("Iptc4xmpCore:AltTextAccessibility", x_default="Two boats under a grey sky")
        + seq("dc:creator", "Anna Petrova", "Giorgi Lomidze"),
        photoshop__Credit="Ridgeline",
        photoshop__Headline="Dawn",
        photoshop__DateCreated="2026-11-23T06:15:00+04:00",
        xmpRights__WebStatement="https://ridgeline.example/licence",
    )
    words = read_words(files.encoded(files.drawing((40, 30)), xmp=packet))
    raw, words.raw = words.raw, {}
    assert words == FileWords(
        title="Dawn",
        caption="The quay at dawn",
        credit="Anna Petrova, Giorgi Lomidze / Ridgeline",
        description="Two boats under a grey sky",
        copyright_notice="© 2026 Ridgeline",
        licence_url="https://ridgeline.example/licence",
        taken_at=datetime(2026, 11, 23, 6, 15, tzinfo=timezone(timedelta(hours=4))),
    )
    assert raw["xmp"]["creator"] == "Anna Petrova, Giorgi Lomidze"


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "HEIF"])
def test_xmp_is_read_from_every_format_that_carries_it(kind: str) -> None:
    packet = files.xmp(photoshop__Credit="Агентство «Юг»")
    image = files.drawing((64, 64))
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet.decode())
        data = files.encoded(image, kind, pnginfo=info)
    else:
        data = files.encoded(image, kind, xmp=packet)
    assert read_words(data).credit == "Агентство «Юг»"


@pytest.mark.parametrize(
    ("marked", "value", "credit"),
    [
        (True, "Գոռ Պետրոսյան".encode(), "Գոռ Պետրոսյան"),
        (False, "Jørgen Åse".encode("latin-1"), "Jørgen Åse"),
        (False, "„Südost“".encode("cp1252"), "„Südost“"),
        (False, "Нино".encode(), "Нино"),
        (True, b"Cut \xd0", "Cut \ufffd"),
    ],
)
def test_iptc_letters(marked: bool, value: bytes, credit: str) -> None:
    segment = files.iptc({(2, 80): value}, utf8=marked)
    assert read_words(files.with_segment(PICTURE, segment)).credit == credit


def test_iptc_fields() -> None:
    segment = files.iptc(
        {
            (2, 55): b"20261123",
            (2, 60): b"061500+0400",
            (2, 105): b"Dawn",
            (2, 110): b"Anna Petrova/Ridgeline",
            (2, 80): b"Anna Petrova",
            (2, 116): b"(c) Ridgeline",
        },
        utf8=False,
    )
    words = read_words(files.with_segment(PICTURE, segment))
    assert (words.title, words.caption, words.credit, words.copyright_notice) == (
        "Dawn",
        "Dawn",
        "Anna Petrova/Ridgeline",
        "(c) Ridgeline",
    )
    assert words.taken_at == datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


def test_exif_fields() -> None:
    block = files.exif(
        artist="Anna", copyright="Ridgeline", description="A quay", taken="2026:11:23 06:15:00", offset="+04:00"
    )
    words = read_words(files.encoded(files.drawing((40, 30)), exif=block))
    assert (words.credit, words.copyright_notice, words.caption) == ("Anna", "Ridgeline", "A quay")
    assert words.taken_at == datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


def test_exif_in_utf8_is_read_as_what_it_is() -> None:
    block = files.exif(artist="AAAAAAAA").replace(b"AAAAAAAA", "Анна".encode())
    assert read_words(files.encoded(files.drawing((40, 30)), exif=block)).credit == "Анна"


def test_moment_without_a_zone_is_the_newsrooms() -> None:
    block = files.exif(taken="2026:11:23 06:15:00")
    taken = read_words(files.encoded(files.drawing((40, 30)), exif=block)).taken_at
    assert taken == datetime(2026, 11, 23, 2, 15, tzinfo=UTC)  # Asia/Tbilisi in the test settings


@pytest.mark.parametrize(
    "taken", ["0000:00:00 00:00:00", "2026:13:45 99:00:00", "yesterday", "0001:01:01 00:00:00", "9999:12:31 23:59:59"]
)
def test_impossible_moment_is_none(taken: str) -> None:
    words = read_words(files.encoded(files.drawing((40, 30)), exif=files.exif(artist="Anna", taken=taken)))
    assert words.credit == "Anna"
    assert words.taken_at is None


def test_joiners_of_persian_stay() -> None:
    packet = files.xmp(photoshop__Credit="عکس می\u200cشود")
    assert read_words(files.encoded(files.drawing((40, 30)), xmp=packet)).credit == "عکس می\u200cشود"


def test_camera_words_are_no_caption() -> None:
    block = files.exif(description="OLYMPUS DIGITAL CAMERA")
    assert read_words(files.encoded(files.drawing((40, 30)), exif=block)).caption == ""


def test_xmp_goes_before_iptc_before_exif() -> None:
    data = files.encoded(files.drawing((40, 30)), exif=files.exif(artist="Exif", copyright="Exif", description="Exif"))
    data = files.with_segment(data, files.iptc({(2, 80): b"Iptc", (2, 116): b"Iptc"}, utf8=True))
    with_xmp = files.with_segment(data, xmp_segment(files.xmp(seq("dc:creator", "Xmp"))))
    words = read_words(with_xmp)
    assert (words.credit, words.copyright_notice, words.caption) == ("Xmp", "Iptc", "Exif")


def test_places_and_serial_numbers_are_not_kept() -> None:
    packet = files.xmp(exif__GPSLatitude="40,24.5N", photoshop__Credit="GPS Agency", photoshop__City="Baku")
    words = read_words(files.encoded(files.drawing((40, 30)), exif=files.exif(artist="Anna"), xmp=packet))
    assert words.raw == {"xmp": {"city": "Baku"}, "exif": {"creator": "Anna"}}


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://a.example/", "https://[broken", "see website"])
def test_licence_that_is_no_web_address_is_left_out(address: str) -> None:
    packet = files.xmp(xmpRights__WebStatement=address)
    assert read_words(files.encoded(files.drawing((40, 30)), xmp=packet)).licence_url == ""


def xmp_segment(packet: bytes) -> bytes:
    content = b"http://ns.adobe.com/xap/1.0/\x00" + packet
    return b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]>
<x:xmpmeta xmlns:x="adobe:ns:meta/">&z;</x:xmpmeta>""" % b"".join(
    b'<!ENTITY %c "%s">' % (98 + step, b"&%c;" % (97 + step) * 10) for step in range(25)
)
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY z SYSTEM "file:///etc/passwd">]>
<x:xmpmeta xmlns:x="adobe:ns:meta/">&z;</x:xmpmeta>"""


@pytest.mark.parametrize(
    "segment",
    [
        xmp_segment(BOMB),
        xmp_segment(EXTERNAL),
        xmp_segment(b"<x:xmpmeta"),
        xmp_segment(b"<a>" * 9000),
        xmp_segment(b"\x00" * 60_000),
        b"\xff\xe1\x00\x20Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff" + b"\xff" * 16,
        b"\xff\xed\x00\x30Photoshop 3.0\x008BIM\x04\x04\x00\x00\xff\xff\xff\xff\x1c\x02\x50\xff\xff" + b"A" * 11,
        files.iptc({(2, 80): b"A" * 30_000}, utf8=True),
        files.iptc({(2, 80): b"Anna\x00\x01\x02Petrova"}, utf8=True),
    ],
    ids=["bomb", "external", "cut", "deep", "zeros", "exif", "iptc", "huge", "controls"],
)
def test_hostile_metadata_says_nothing_wrong(segment: bytes) -> None:
    words = read_words(files.with_segment(PICTURE, segment))
    assert words.credit in {"", "A" * 250, "Anna Petrova"}
    assert words.caption == words.description == ""
    assert len(str(words.raw)) < 20_000


def test_no_picture_says_nothing() -> None:
    assert read_words(b"GIF89a is no picture") == FileWords()
