"""Icons come in the newsroom's accent colour."""

from __future__ import annotations

import io
import json

import pytest
from django.test import Client
from lxml import etree
from PIL import Image

from standfirst.stories.models import Edition, NewsroomSettings

pytestmark = pytest.mark.django_db


def test_svg_is_well_formed_and_carries_the_accent(client: Client, edition: Edition) -> None:
    NewsroomSettings.objects.update(accent="#123456")
    response = client.get("/icon.svg")
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    svg = etree.fromstring(response.content)
    assert svg.find("{http://www.w3.org/2000/svg}rect").get("fill") == "#123456"


@pytest.mark.parametrize(
    ("address", "size"), [("/icon-192.png", 192), ("/icon-512.png", 512), ("/apple-touch-icon.png", 180)]
)
def test_png_has_its_size_and_colour(client: Client, edition: Edition, address: str, size: int) -> None:
    NewsroomSettings.objects.update(accent="#123456")
    image = Image.open(io.BytesIO(client.get(address).content))
    assert (image.format, image.size) == ("PNG", (size, size))
    assert image.convert("RGB").getpixel((2, 2)) == (0x12, 0x34, 0x56)
    assert image.convert("RGB").getpixel((size * 8 // 32, size * 8 // 32)) == (255, 255, 255)


def test_favicon_holds_three_sizes(client: Client, edition: Edition) -> None:
    image = Image.open(io.BytesIO(client.get("/favicon.ico").content))
    assert image.format == "ICO"
    assert image.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_manifest_names_icons_that_exist(client: Client, edition: Edition) -> None:
    manifest = json.loads(client.get("/site.webmanifest").content)
    assert manifest["name"] == "Ridgeline"
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).status_code == 200


def test_other_sizes_are_not_made(client: Client, edition: Edition) -> None:
    assert client.get("/icon-9999.png").status_code == 404
