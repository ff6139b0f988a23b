"""Every size is made once, in the background, from what the picture is now; readers always have one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image
from tests.stories import picture_files as files

from standfirst.stories.actions.add_picture import add_picture
from standfirst.stories.actions.make_renditions import make_renditions
from standfirst.stories.models import Picture
from standfirst.stories.pictures import renditions
from standfirst.stories.pictures.errors import PictureError
from standfirst.stories.pictures.sizes import plan, share_needed
from standfirst.stories.tasks import make_renditions_of

pytestmark = pytest.mark.django_db


def add(size: tuple[int, int] = (1000, 600), kind: str = "JPEG", **words: Any) -> Picture:
    return add_picture(file=ContentFile(files.encoded(files.drawing(size), kind), name="quay.jpg"), **words)


def path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name


def widths(picture: Picture, ratio: str, file_format: str) -> list[int]:
    return [entry["w"] for entry in picture.ready if (entry["ratio"], entry["format"]) == (ratio, file_format)]


@pytest.fixture
def small_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer sizes, so that tests about order and failure take no time."""
    monkeypatch.setattr("standfirst.stories.pictures.sizes.NATURAL_WIDTHS", (60, 120))
    monkeypatch.setattr("standfirst.stories.pictures.sizes.CROP_WIDTHS", {"3x2": (60,), "16x9": (60,), "1x1": (40,)})


def test_what_is_planned_is_there() -> None:
    picture = add((1000, 600))
    make_renditions(picture=picture)
    picture.refresh_from_db()
    for file_format in ("avif", "webp"):
        assert widths(picture, "", file_format) == [320, 480, 640, 960, 1000]
        assert widths(picture, "16x9", file_format) == [320, 640, 960, 1000]
        assert widths(picture, "3x2", file_format) == [320, 480, 640, 900]
        assert widths(picture, "1x1", file_format) == [160, 320]
    assert widths(picture, "", "jpeg") == [960]
    for entry in picture.ready:
        with Image.open(path(entry["file"])) as image:
            assert image.size == (entry["w"], entry["h"])
            assert image.format == {"avif": "AVIF", "webp": "WEBP", "jpeg": "JPEG"}[entry["format"]]


def test_wagtail_finds_what_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = add((700, 500))
    make_renditions(picture=picture)
    monkeypatch.setattr(Picture, "create_rendition", _must_not_encode)
    fresh = Picture.objects.get(pk=picture.pk)
    assert fresh.get_rendition("width-480|format-avif").width == 480
    assert fresh.get_rendition("fill-320x180|format-webp").height == 180


@pytest.mark.usefixtures("small_plan")
def test_second_run_encodes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = add()
    assert make_renditions(picture=picture) > 0
    ready = picture.ready
    monkeypatch.setattr(renditions, "encoded", _must_not_encode)
    assert make_renditions(picture=Picture.objects.get(pk=picture.pk)) == 0
    assert Picture.objects.get(pk=picture.pk).ready == ready


@pytest.mark.usefixtures("small_plan")
def test_lost_file_is_made_again() -> None:
    picture = add()
    make_renditions(picture=picture)
    lost = picture.ready[0]["file"]
    path(lost).unlink()
    assert make_renditions(picture=Picture.objects.get(pk=picture.pk)) == 1
    assert path(Picture.objects.get(pk=picture.pk).ready[0]["file"]).exists()


@pytest.mark.usefixtures("small_plan")
def test_failure_keeps_what_readers_have_and_is_noted_until_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = add()
    stand_in = picture.ready
    with monkeypatch.context() as broken:
        broken.setattr(renditions, "encoded", _disk_full)
        with pytest.raises(OSError, match="No space left"):
            make_renditions(picture=picture)
    picture.refresh_from_db()
    assert picture.rendition_problem == "No space left on device"
    assert picture.ready == stand_in
    make_renditions(picture=picture)
    picture.refresh_from_db()
    assert picture.rendition_problem == ""
    assert len(picture.ready) > 1


def test_damaged_original_is_named() -> None:
    picture = add()
    path(picture.file.name).write_bytes(path(picture.file.name).read_bytes()[:2000])
    with pytest.raises(PictureError):
        make_renditions(picture=Picture.objects.get(pk=picture.pk))
    assert "damaged" in Picture.objects.get(pk=picture.pk).rendition_problem


@pytest.mark.usefixtures("small_plan")
def test_new_focal_point_gives_new_crops_and_the_same_natural_sizes(django_capture_on_commit_callbacks: Any) -> None:
    picture = add((400, 200))
    make_renditions(picture=picture)
    before = {entry["ratio"]: entry["file"] for entry in picture.ready}
    picture.set_focal_point(_rect(390, 190))
    picture.save()
    assert {entry["ratio"]: entry["file"] for entry in Picture.objects.get(pk=picture.pk).ready} == before
    with django_capture_on_commit_callbacks(execute=True):
        make_renditions(picture=picture)
    picture.refresh_from_db()
    after = {entry["ratio"]: entry["file"] for entry in picture.ready}
    assert after[""] == before[""]
    assert all(after[ratio] != before[ratio] for ratio in ("16x9", "3x2", "1x1"))
    assert picture.renditions.filter(file__in=[before["1x1"], before["16x9"]]).count() == 0
    with Image.open(path(after["1x1"])) as square:
        # The right lower corner is blue, the left upper one was red.
        red, _green, blue = square.convert("RGB").getpixel((30, 30))  # type: ignore[misc]
        assert blue > red


@pytest.mark.usefixtures("small_plan")
def test_new_file_replaces_every_size(django_capture_on_commit_callbacks: Any) -> None:
    picture = add((400, 200))
    make_renditions(picture=picture)
    old = [entry["file"] for entry in picture.ready]
    picture.file = ContentFile(files.encoded(files.drawing((300, 300))), name="new.jpg")
    picture.save()
    picture.refresh_from_db()
    (stand_in,) = picture.ready
    assert stand_in["w"] == stand_in["h"]
    assert all(path(file).exists() for file in old)
    with django_capture_on_commit_callbacks(execute=True):
        make_renditions(picture=picture)
    picture.refresh_from_db()
    assert not {entry["file"] for entry in picture.ready} & set(old)
    assert sorted(picture.renditions.values_list("file", flat=True)) == sorted(e["file"] for e in picture.ready)
    assert widths(picture, "1x1", "avif") == []


@pytest.mark.usefixtures("small_plan")
def test_run_overtaken_by_a_newer_file_leaves_the_newer_one_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = add((400, 200))
    overtaken = Picture.objects.get(pk=picture.pk)
    picture.file = ContentFile(files.encoded(files.drawing((300, 100))), name="new.jpg")
    picture.save()
    ready = Picture.objects.get(pk=picture.pk).ready
    overtaken.file = picture.file.name
    before = set(Path(settings.MEDIA_ROOT).rglob("*"))
    assert make_renditions(picture=overtaken) == 0
    assert Picture.objects.get(pk=picture.pk).ready == ready
    assert set(Path(settings.MEDIA_ROOT).rglob("*")) == before


@pytest.mark.usefixtures("small_plan")
def test_task_makes_them_and_forgives_a_deleted_picture() -> None:
    picture = add()
    assert make_renditions_of.call(picture.pk) > 0
    key = picture.pk
    picture.delete()
    assert make_renditions_of.call(key) == 0


def test_transparent_picture_keeps_its_holes() -> None:
    image = Image.new("RGBA", (200, 100), (250, 20, 20, 255))
    image.paste((0, 0, 0, 0), (0, 0, 100, 100))
    picture = add_picture(file=ContentFile(files.encoded(image, "PNG"), name="sign.png"))
    make_renditions(picture=picture)
    for entry in picture.ready:
        if not entry["ratio"]:
            with Image.open(path(entry["file"])) as made:
                assert made.convert("RGBA").getpixel((10, 50))[3] < 10  # type: ignore[index]
    assert {entry["format"] for entry in picture.ready} == {"avif", "webp", "png"}


def test_no_served_byte_holds_a_place() -> None:
    data = files.encoded(files.drawing((700, 500)), exif=files.exif(artist="Anna Petrova", orientation=3))
    assert files.GPS_BYTES in data
    picture = add_picture(file=ContentFile(data, name="quay.jpg"))
    make_renditions(picture=picture)
    served = [path(picture.file.name), *(path(entry["file"]) for entry in picture.ready)]
    served.append(path(picture.get_rendition("max-165x165").file.name))
    assert len(served) > 20
    for file in served:
        content = file.read_bytes()
        assert files.GPS_BYTES not in content
        assert b"Anna Petrova" not in content


def test_huge_picture_of_the_admin_comes_from_the_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = add((1200, 900))
    monkeypatch.setattr("standfirst.stories.models.picture.LARGE_PIXELS", 1_000_000)
    path(picture.file.name).unlink()
    assert Picture.objects.get(pk=picture.pk).get_rendition("max-165x165").width == 165


@pytest.mark.parametrize(
    ("width", "height", "natural", "wide", "classic", "square"),
    [
        (1600, 1067, [320, 480, 640, 960, 1280, 1600], [320, 640, 960, 1280], [], [160, 320]),
        (3840, 2160, [320, 480, 640, 960, 1280, 1920], [], [320, 480, 640, 960], [160, 320]),
        (100, 100, [100], [100], [100], []),
        (1, 1, [1], [1], [1], []),
        (1, 3000, [1], [1], [1], [1]),
        (1000, 60_000, [266], [320, 640, 960, 1000], [320, 480, 640, 960], [160, 320]),
        (20_000, 500, [320, 480, 640, 960, 1280, 1920], [320, 640, 888], [320, 480, 640, 750], [160, 320]),
    ],
)
def test_plan_never_enlarges(
    width: int, height: int, natural: list[int], wide: list[int], classic: list[int], square: list[int]
) -> None:
    sizes = plan(width, height, transparent=False)
    by_ratio = {ratio: [size.width for size in sizes if size.ratio == ratio] for ratio in ("", "16x9", "3x2", "1x1")}
    assert by_ratio == {"": natural, "16x9": wide, "3x2": classic, "1x1": square}
    for size in sizes:
        assert 1 <= size.height <= 16_000
        assert size.width <= width
        assert size.height <= height
    for ratio, found in by_ratio.items():
        plain = [size for size in sizes if size.ratio == ratio and "jpeg" in size.formats]
        assert len(plain) == (1 if found else 0)
    assert 0 < share_needed(sizes, width, height) <= 1


def test_crops_come_first() -> None:
    ratios = list(dict.fromkeys(size.ratio for size in plan(1500, 1200, transparent=False)))
    assert ratios == ["3x2", "16x9", "", "1x1"]


def _rect(x: int, y: int) -> Any:
    from wagtail.images.rect import Rect

    return Rect.from_point(x, y, 10, 10)


def _must_not_encode(*args: Any) -> bytes:
    pytest.fail("something was encoded again")


def _disk_full(*args: Any) -> bytes:
    raise OSError("No space left on device")
