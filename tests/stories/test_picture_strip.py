"""Whatever a file carries besides its picture is gone from what is stored, and the picture is the same."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms
from PIL.PngImagePlugin import PngInfo
from tests.stories import picture_files as files

from standfirst.stories.pictures.errors import PictureError
from standfirst.stories.pictures.files import examine
from standfirst.stories.pictures.intake import clean_file
from standfirst.stories.pictures.metadata import read_words
from standfirst.stories.pictures.strip import strip

SECRETS = (files.GPS_BYTES, b"GPSLatitude", b"Anna Petrova", b"40,24.5N", b"Exif\x00\x00", b"8BIM", b"xpacket")
PACKET = files.xmp(exif__GPSLatitude="40,24.5N", photoshop__Credit="Anna Petrova")
PLACE = files.exif(artist="Anna Petrova")


def rich(kind: str) -> bytes:
    """A file with a place and a name in every container the format has."""
    image = files.drawing((120, 80), "P" if kind == "GIF" else "RGB")
    if kind == "JPEG":
        data = files.encoded(image, exif=PLACE, xmp=PACKET, comment="Anna Petrova", progressive=True)
        data = files.with_segment(data, files.iptc({(2, 80): b"Anna Petrova"}, utf8=True))
        return data + b"preview" + PLACE
    if kind == "PNG":
        info = PngInfo()
        info.add_text("Author", "Anna Petrova", zip=True)
        info.add_itxt("XML:com.adobe.xmp", PACKET.decode())
        return files.encoded(image, kind, pnginfo=info, exif=PLACE) + PLACE
    if kind == "WEBP":
        return files.encoded(image, kind, exif=PLACE, xmp=PACKET, lossless=True)
    packet = b"\x21\xff\x0bXMP DataXMP" + PACKET + b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
    data = files.encoded(image, kind, comment=b"Anna Petrova", save_all=True, append_images=[image.rotate(180)], loop=0)
    return data[:-1] + packet + b"\x3b"


def same_pixels(first: bytes, second: bytes) -> bool:
    with Image.open(BytesIO(first)) as one, Image.open(BytesIO(second)) as other:
        return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_nothing_but_the_picture_is_left(kind: str) -> None:
    data = rich(kind)
    assert any(secret in data for secret in SECRETS)
    clean = strip(data, 1)
    assert [secret for secret in SECRETS if secret in clean] == []
    assert same_pixels(data, clean)
    assert strip(clean, 1) == clean


def test_animation_keeps_moving() -> None:
    with Image.open(BytesIO(strip(rich("GIF"), 1))) as clean:
        assert clean.n_frames == 2
        assert clean.info["loop"] == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_orientation_stays_alone(kind: str) -> None:
    data = files.encoded(files.drawing((120, 80)), kind, exif=files.exif(orientation=6, artist="Anna Petrova"))
    clean = strip(data, 6)
    with Image.open(BytesIO(clean)) as image:
        assert dict(image.getexif()) == {0x0112: 6}
    assert files.GPS_BYTES not in clean
    facts = examine(clean)
    assert (facts.width, facts.height) == (80, 120)


def test_orientation_of_webp_stays_alone() -> None:
    data = files.encoded(files.drawing((120, 80)), "WEBP", exif=files.exif(orientation=6, artist="Anna Petrova"))
    clean = strip(data, 6)
    with Image.open(BytesIO(clean)) as image:
        assert dict(image.getexif()) == {0x0112: 6}
    assert b"Anna" not in clean


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colour_profile_stays(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = files.encoded(files.drawing((40, 30)), kind, icc_profile=profile, exif=PLACE)
    with Image.open(BytesIO(strip(data, 1))) as image:
        assert image.info["icc_profile"] == profile


def test_profile_bomb_goes() -> None:
    data = files.encoded(files.drawing((40, 30)), "PNG")
    content = b"icc\x00\x00" + zlib.compress(b"\x00" * 20_000_000)
    bomb = struct.pack(">I", len(content)) + b"iCCP" + content + struct.pack(">I", zlib.crc32(b"iCCP" + content))
    assert strip(data[:33] + bomb + data[33:], 1) == data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_cut_file_is_an_error_or_a_cut_picture_but_no_crash(kind: str) -> None:
    data = rich(kind)
    for length in range(2, len(data), 37):
        try:
            assert isinstance(strip(data[:length], 1), bytes)
        except PictureError as error:
            assert "damaged" in error.message  # noqa: PT017 - either outcome is right


STARTS = (
    b"\xff\xd8",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"RIFF\x00\x00\x00\x00WEBPVP8X",
    b"",
    *map(rich, ("JPEG", "PNG", "GIF")),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(start=st.sampled_from(STARTS), place=st.integers(0, 4000), noise=st.binary(max_size=300))
def test_noise_never_breaks_the_readers(start: bytes, place: int, noise: bytes) -> None:
    data = start[:place] + noise + start[place + len(noise) :]
    try:
        assert isinstance(strip(data, 1), bytes)
    except PictureError as error:
        assert "damaged" in error.message  # noqa: PT017 - either outcome is right
    words = read_words(data)
    assert "\x00" not in words.caption + words.credit
    try:
        assert clean_file(data, words).content
    except PictureError as error:
        assert error.message  # noqa: PT017 - either outcome is right
