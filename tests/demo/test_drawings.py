import io

import pytest
from PIL import Image, ImageStat

from standfirst.demo.drawings.metadata import Words
from standfirst.demo.drawings.render import SCENES, draw, picture_file

pytestmark = pytest.mark.whole

WORDS = Words("A headline", "What is seen, “quoted”", "Nika Zenubani", "Drawing: Ridgeline", "CC BY 4.0", "A & B")


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_a_scene_fills_its_sheet(scene: str) -> None:
    image = draw(scene, "neighbours-dusk", scene).finish(1)
    assert image.size == ((800, 800) if scene.startswith("portrait-") else (1600, 1067))
    assert min(ImageStat.Stat(image.convert("L")).stddev) > 10
    corner = image.crop((0, 0, 40, 40)).convert("L")
    assert max(corner.tobytes()) > 0


def test_a_picture_is_the_same_every_time_and_another_under_another_name() -> None:
    first = picture_file("sevan", "armenia-day", "one", WORDS)
    assert first == picture_file("sevan", "armenia-day", "one", WORDS)
    assert first != picture_file("sevan", "armenia-day", "two", WORDS)


def test_the_words_stand_in_exif_xmp_and_iptc() -> None:
    data = picture_file("portrait-cap", "opinion-day", "one", WORDS)
    with Image.open(io.BytesIO(data)) as image:
        exif = image.getexif()
        assert exif[0x013B] == "Nika Zenubani"
        assert exif[0x8298] == "CC BY 4.0"
        xmp = image.info["xmp"].decode()
    assert "<rdf:li>Nika Zenubani</rdf:li>" in xmp
    assert "<photoshop:Credit>Drawing: Ridgeline</photoshop:Credit>" in xmp
    assert "A &amp; B" in xmp
    assert b"\x1c\x02\x6e\x00\x12Drawing: Ridgeline" in data
