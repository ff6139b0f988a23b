"""A file becomes a picture with its words, clean, with one size that readers can have at once; or nothing happens."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image, ImageCms
from pytest_django import DjangoCaptureOnCommitCallbacks
from tests import factories as make
from tests.stories import picture_files as files

from standfirst.stories.actions.add_picture import add_picture
from standfirst.stories.models import Picture, Rendition
from standfirst.stories.pictures.errors import PictureError

pytestmark = pytest.mark.django_db

WORDS = files.xmp(photoshop__Credit="Agency", photoshop__Headline="Dawn", exif__GPSLatitude="40,24.5N")


def add(data: bytes, name: str = "quay.jpg", **words: Any) -> Picture:
    return add_picture(file=ContentFile(data, name=name), **words)


def stored(name: str) -> bytes:
    return (Path(settings.MEDIA_ROOT) / name).read_bytes()


def test_empty_fields_are_filled_from_the_file() -> None:
    picture = add(files.encoded(files.drawing(), xmp=WORDS, exif=files.exif(copyright="Ridgeline")))
    picture.refresh_from_db()
    assert (picture.title, picture.caption, picture.credit, picture.copyright_notice, picture.alt_text) == (
        "Dawn",
        "Dawn",
        "Agency",
        "Ridgeline",
        "",
    )
    assert picture.source_metadata["xmp"] == {"headline": "Dawn", "credit": "Agency"}


def test_what_a_person_wrote_stays() -> None:
    picture = add(files.encoded(files.drawing(), xmp=WORDS), title="Quay", caption="Our words", credit="A. Petrova")
    picture.refresh_from_db()
    assert (picture.title, picture.caption, picture.credit) == ("Quay", "Our words", "A. Petrova")
    assert picture.source_metadata["filled"] == {}


def test_title_is_the_file_name_when_nothing_else_is_known() -> None:
    assert add(files.encoded(files.drawing()), name="old quay.jpg").title == "old quay"


def test_new_file_replaces_words_of_the_old_file_but_not_of_a_person() -> None:
    picture = add(files.encoded(files.drawing(), xmp=WORDS), caption="Our words")
    other = files.xmp(photoshop__Credit="Another agency", photoshop__Headline="Dusk")
    picture.file = ContentFile(files.encoded(files.drawing((300, 200)), xmp=other), name="new.jpg")
    picture.save()
    picture.refresh_from_db()
    assert (picture.credit, picture.caption) == ("Another agency", "Our words")
    picture.file = ContentFile(files.encoded(files.drawing((310, 200))), name="plain.jpg")
    picture.save()
    assert picture.credit == "Another agency"


def test_stand_in_is_there_at_once_and_the_rest_is_ordered(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered: list[int] = []
    task = SimpleNamespace(enqueue=lambda picture_id: ordered.append(picture_id))
    monkeypatch.setattr("standfirst.stories.tasks.make_renditions_of", task)
    with django_capture_on_commit_callbacks(execute=True):
        picture = add(files.encoded(files.drawing((1600, 1067))))
        assert ordered == []
    assert ordered == [picture.pk]
    picture.refresh_from_db()
    (entry,) = picture.ready
    assert (entry["ratio"], entry["format"], entry["w"], entry["h"]) == ("", "jpeg", 960, 640)
    assert stored(entry["file"]).startswith(b"\xff\xd8")


def test_saving_words_orders_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = make.picture()
    monkeypatch.setattr("standfirst.stories.pictures.intake.order_renditions", _must_not_be_called)
    picture.credit = "Somebody else"
    picture.save()


def test_moving_the_focal_point_orders_crops(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = make.picture()
    ordered: list[Any] = []
    monkeypatch.setattr("standfirst.stories.pictures.intake.order_renditions", ordered.append)
    picture.focal_point_x = picture.focal_point_y = picture.focal_point_width = picture.focal_point_height = 100
    picture.save()
    assert ordered == [picture]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_no_file_on_disk_holds_a_place(kind: str) -> None:
    extension = {"JPEG": "jpg", "HEIF": "heic"}.get(kind, kind.lower())
    data = files.encoded(files.drawing(), kind, exif=files.exif(artist="Anna Petrova"), xmp=WORDS)
    if kind in {"JPEG", "PNG", "WEBP"}:
        assert files.GPS_BYTES in data or struct.pack("<6I", 40, 1, 24, 1, 31, 1) in data
    picture = add(data, f"quay.{extension}")
    assert "Anna Petrova" in picture.credit
    for content in (stored(picture.file.name), *(stored(entry["file"]) for entry in picture.ready)):
        for secret in (b"GPSLatitude", files.GPS_BYTES, struct.pack("<6I", 40, 1, 24, 1, 31, 1), b"Anna", b"xpacket"):
            assert secret not in content
    assert "40" not in str(picture.source_metadata)


def test_turned_picture_has_upright_measures_and_pixels() -> None:
    upright = files.drawing((400, 600))
    lying = upright.transpose(Image.Transpose.ROTATE_90)
    picture = add(files.encoded(lying, quality=95, exif=files.exif(orientation=6)))
    picture.refresh_from_db()
    assert (picture.width, picture.height) == (400, 600)
    (entry,) = picture.ready
    with Image.open(Path(settings.MEDIA_ROOT) / entry["file"]) as image:
        assert image.size == (400, 600)
        assert _near(image.getpixel((20, 20)), (250, 20, 20))


@pytest.mark.parametrize(
    ("make_image", "kind", "plain"),
    [
        (lambda: files.drawing(mode="CMYK"), "JPEG", "jpeg"),
        (lambda: files.drawing(mode="L"), "JPEG", "jpeg"),
        (lambda: files.drawing(mode="P"), "PNG", "jpeg"),
        (lambda: files.drawing(mode="RGBA"), "PNG", "jpeg"),
        (lambda: _hole("RGBA"), "PNG", "png"),
        (lambda: _hole("LA"), "PNG", "png"),
        (lambda: _hole("RGBA"), "WEBP", "png"),
        (lambda: _hole("RGBA"), "AVIF", "png"),
        (lambda: files.drawing(mode="1"), "PNG", "jpeg"),
        (lambda: Image.new("I;16", (40, 30), 40_000), "PNG", "jpeg"),
        (lambda: files.drawing((1, 1)), "PNG", "jpeg"),
        (lambda: files.drawing(mode="P"), "GIF", "jpeg"),
    ],
)
def test_every_kind_of_pixel(make_image: Callable[[], Image.Image], kind: str, plain: str) -> None:
    image = make_image()
    picture = add(files.encoded(image, kind), f"quay.{'jpg' if kind == 'JPEG' else kind.lower()}")
    (entry,) = picture.ready
    assert (entry["format"], entry["w"], entry["h"]) == (plain, *image.size)
    with Image.open(Path(settings.MEDIA_ROOT) / entry["file"]) as made:
        assert made.mode in {"RGB", "RGBA"}
        if image.mode == "I;16":
            assert _near(made.getpixel((5, 5)), (156, 156, 156))
        elif image.mode in {"RGB", "RGBA", "CMYK", "P"} and image.width > 100 and plain == "jpeg":
            assert _near(made.getpixel((20, 20)), (250, 20, 20))


def test_heic_becomes_jpeg() -> None:
    picture = add(files.encoded(files.drawing(), "HEIF"), "IMG_1.heic")
    assert picture.file.name.endswith(".jpg")
    assert stored(picture.file.name).startswith(b"\xff\xd8")


def test_wrong_extension_is_put_right() -> None:
    assert add(files.encoded(files.drawing(), "PNG"), "quay.jpg").file.name.endswith(".png")


def test_wide_colours_are_converted() -> None:
    # A profile whose red is green must turn red into green.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ")
    picture = add(files.encoded(Image.new("RGB", (40, 30), (255, 0, 0)), icc_profile=swapped, quality=95))
    (entry,) = picture.ready
    with Image.open(Path(settings.MEDIA_ROOT) / entry["file"]) as made:
        assert "icc_profile" not in made.info
        assert _near(made.getpixel((5, 5)), (0, 255, 0))


def test_broken_profile_hinders_nothing() -> None:
    picture = add(files.encoded(files.drawing(), icc_profile=b"no profile at all"))
    assert len(picture.ready) == 1


def _png_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    body = zlib.compress(b"\x00" * 1000)
    data = struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
    return b"\x89PNG\r\n\x1a\n" + chunk + data + b"\x00\x00\x00\x00IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not a picture we can read"),
        (b"%PDF-1.7", "not a picture we can read"),
        (b"", "not a picture we can read"),
        (files.encoded(files.drawing(), "TIFF"), "not a picture we can read"),
        (files.encoded(files.drawing())[:3000], "damaged or cut off"),
        (files.encoded(files.drawing(), "PNG")[:1500], "damaged or cut off"),
        (_png_header(60_000, 60_000), "more than"),
        (_png_header(9_000, 9_000), "more than 50 million pixels"),
    ],
    ids=["svg", "pdf", "empty", "tiff", "cut jpeg", "cut png", "bomb", "large png"],
)
def test_refused_file_leaves_nothing_behind(data: bytes, reason: str) -> None:
    before = set(Path(settings.MEDIA_ROOT).rglob("*"))
    with pytest.raises(PictureError) as refused:
        add(data)
    assert reason in refused.value.message
    assert not Picture.objects.exists()
    assert not Rendition.objects.exists()
    assert set(Path(settings.MEDIA_ROOT).rglob("*")) == before


def test_too_many_bytes_are_refused(settings: Any) -> None:
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 1000
    with pytest.raises(PictureError, match="the limit is"):
        add(files.encoded(files.drawing()))


def test_given_words_focal_point_and_tags() -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    picture = add(
        files.encoded(files.drawing()),
        alt="A quay",
        licence_url="https://ridgeline.example/l",
        taken_at=moment,
        decorative=True,
        focal_point=(100, 90, 40, 30),
        tags=["harbour"],
    )
    picture = Picture.objects.get(pk=picture.pk)
    assert (picture.description, picture.licence_url, picture.taken_at) == (
        "A quay",
        "https://ridgeline.example/l",
        moment,
    )
    assert picture.decorative is True
    assert picture.alt_text == ""
    assert (picture.focal_point_x, picture.focal_point_y) == (100, 90)
    assert [tag.name for tag in picture.tags.all()] == ["harbour"]


def test_decorative_survives_loading_without_it() -> None:
    picture = make.picture(decorative=True)
    loaded = Picture.objects.only("title").get(pk=picture.pk)
    assert loaded.decorative is True
    assert Picture(title="New").decorative is False


def _hole(mode: str) -> Image.Image:
    image = Image.new("RGBA", (400, 300), (250, 20, 20, 255))
    image.paste((0, 0, 0, 0), (100, 100, 200, 200))
    return image.convert(mode)


def _near(pixel: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 25 for one, other in zip(pixel[:3], wanted, strict=True))


def _must_not_be_called(*args: Any) -> None:
    pytest.fail("renditions were ordered although nothing about the file changed")
