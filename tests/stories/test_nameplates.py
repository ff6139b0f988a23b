"""Nameplates and colours: nothing that runs or loads, nothing that cannot be read."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests import factories

from standfirst.stories.models import NewsroomSettings
from standfirst.stories.nameplates import DARK_PAPER, LIGHT_PAPER, check_readable, checked_nameplate, contrast

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def test_a_drawing_stays_what_it_is() -> None:
    drawing = '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
    drawing += '<style>.a{fill:#123}</style><path class="a" style="fill:url(#g)" d="M0 0h9v9z"/><use href="#g"/>'
    content, suffix = checked_nameplate(SVG.format(drawing).encode())
    text = content.decode()
    assert suffix == ".svg"
    for part in ("linearGradient", ".a{fill:#123}", "fill:url(#g)", 'd="M0 0h9v9z"', 'href="#g"'):
        assert part in text


@pytest.mark.parametrize(
    ("hostile", "sign"),
    [
        ("<script>alert(1)</script>", "alert"),
        ('<path onload="alert(1)" d="M0 0"/>', "alert"),
        ('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x"/></body></foreignObject>', "img"),
        ('<a href="javascript:alert(1)"><path d="M0 0"/></a>', "alert"),
        ('<use href="https://evil.example/x.svg#a"/>', "evil"),
        ('<use xlink:href="data:image/svg+xml;base64,AAAA"/>', "data:"),
        ('<image href="https://evil.example/pixel.png"/>', "evil"),
        ("<style>@import 'https://evil.example/a.css';</style>", "evil"),
        ("<style>.a{fill:u\\72l(https://evil.example)}</style>", "evil"),
        ('<path style="fill: URL( https://evil.example )" d="M0 0"/>', "evil"),
        ('<path fill="url(https://evil.example/#a)" d="M0 0"/>', "evil"),
        ('<set attributeName="href" to="javascript:alert(1)"/>', "alert"),
        ('<animate attributeName="href" values="javascript:alert(1)"/>', "alert"),
        ('<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>', "alert"),
    ],
)
def test_what_runs_or_loads_is_taken_out(hostile: str, sign: str) -> None:
    content, _suffix = checked_nameplate(SVG.format(hostile + '<path d="M1 1"/>').encode())
    assert sign not in content.decode()
    assert "M1 1" in content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<html></html>",
        b"<svg></svg>",
        b'<svg xmlns="http://www.w3.org/2000/svg">',
        b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">&a;</svg>',
        b"\x89PNG\r\n\x1a\n damaged",
        b"x" * 600_000,
    ],
)
def test_what_is_no_nameplate_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        checked_nameplate(content)


def test_a_png_is_kept_and_a_huge_one_refused() -> None:
    def png(size: tuple[int, int]) -> bytes:
        data = io.BytesIO()
        Image.new("1", size).save(data, "PNG")
        return data.getvalue()

    assert checked_nameplate(png((300, 80))) == (png((300, 80)), ".png")
    with pytest.raises(ValidationError, match="4000 pixels"):
        checked_nameplate(png((4001, 10)))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_contrast_is_measured_as_wcag_says(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_a_colour_that_cannot_be_read_is_refused_with_the_measured_ratio() -> None:
    check_readable("#8c1c2f", LIGHT_PAPER)
    check_readable("#f0a3ad", DARK_PAPER)
    with pytest.raises(ValidationError, match=r"is 1\.\d : 1; readers need 4\.5 : 1\. Choose a darker one\."):
        check_readable("#ffd400", LIGHT_PAPER)
    with pytest.raises(ValidationError, match="Choose a lighter one"):
        check_readable("#331111", DARK_PAPER)


@pytest.mark.django_db
def test_settings_take_a_clean_nameplate_and_name_every_fault() -> None:
    factories.newsroom()
    settings = NewsroomSettings.objects.get()
    settings.nameplate = SimpleUploadedFile("Our Name.svg", SVG.format("<script>alert(1)</script>").encode())
    settings.full_clean()
    settings.save()
    assert b"script" not in settings.nameplate.open().read()
    settings.nameplate.close()
    settings.full_clean()

    settings.accent, settings.accent_dark = "#ffff00", "red"
    settings.nameplate_dark = SimpleUploadedFile("x.svg", b"nothing")
    with pytest.raises(ValidationError) as refused:
        settings.full_clean()
    assert set(refused.value.message_dict) == {"accent", "accent_dark", "nameplate_dark"}
