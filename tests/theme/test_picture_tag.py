"""The picture tag writes what is ready, escaped, without a query; and always something when anything is ready."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError

SIZES = "(min-width: 60rem) 40rem, 100vw"


def entry(ratio: str, file_format: str, width: int, height: int, file: str = "") -> dict[str, Any]:
    return {
        "ratio": ratio,
        "format": file_format,
        "w": width,
        "h": height,
        "file": file or f"images/a.{ratio or 'n'}.{width}.{file_format}",
    }


READY = [
    entry("16x9", "webp", 640, 360),
    entry("16x9", "avif", 640, 360),
    entry("16x9", "avif", 320, 180),
    entry("16x9", "jpeg", 640, 360),
    entry("", "avif", 960, 640),
    entry("", "webp", 960, 640),
    entry("", "jpeg", 960, 640),
]


def picture(ready: list[dict[str, Any]], alt_text: str = "Two boats") -> Any:
    return SimpleNamespace(ready=ready, alt_text=alt_text)


def render(arguments: str, **context: Any) -> str:
    return Template("{% load pictures %}{% picture " + arguments + " %}").render(Context(context))


def test_sources_and_fallback_of_one_ratio() -> None:
    html = render('pic ratio="16x9" sizes=sizes class="lead"', pic=picture(READY), sizes=SIZES)
    assert html == (
        '<picture><source type="image/avif" srcset="/media/images/a.16x9.320.avif 320w, '
        f'/media/images/a.16x9.640.avif 640w" sizes="{SIZES}">'
        f'<source type="image/webp" srcset="/media/images/a.16x9.640.webp 640w" sizes="{SIZES}">'
        '<img alt="Two boats" class="lead" decoding="async" height="360" loading="lazy" '
        'src="/media/images/a.16x9.640.jpeg" width="640"></picture>'
    )


def test_eager_picture_is_fetched_first() -> None:
    html = render("pic eager=True", pic=picture(READY))
    assert 'loading="eager"' in html
    assert 'fetchpriority="high"' in html
    assert "lazy" not in html


def test_missing_ratio_falls_back_to_the_natural_one() -> None:
    html = render('pic ratio="1x1"', pic=picture(READY))
    assert 'src="/media/images/a.n.960.jpeg"' in html
    assert "16x9" not in html


def test_stand_in_alone_is_enough() -> None:
    assert render('pic ratio="3x2"', pic=picture([entry("", "jpeg", 960, 640)])) == (
        '<picture><img alt="Two boats" decoding="async" height="640" loading="lazy" '
        'src="/media/images/a.n.960.jpeg" width="960"></picture>'
    )


@pytest.mark.parametrize("pic", [None, "", picture([]), picture(None)])  # type: ignore[arg-type]
def test_nothing_ready_prints_nothing(pic: Any) -> None:
    assert render("pic", pic=pic) == ""


@pytest.mark.parametrize(
    ("arguments", "alt"),
    [("pic", "Two boats"), ("pic alt=None", "Two boats"), ('pic alt=""', ""), ("pic alt=own", "Her boats")],
)
def test_alt_text(arguments: str, alt: str) -> None:
    assert f'alt="{alt}"' in render(arguments, pic=picture(READY), own="Her boats")


def test_everything_is_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    ready = [entry("", "avif", 10, 10, f"images/{evil}, x"), entry("", "jpeg", 10, 10, f"images/{evil}")]
    html = render("pic sizes=evil class=evil", pic=picture(ready, evil), evil=evil)
    assert "<script" not in html
    assert html.count('"') % 2 == 0
    assert "%2C%20x 10w" in html


@pytest.mark.parametrize("arguments", ['pic ratio="4x3"', 'pic onerror="x"'])
def test_mistakes_in_a_template_are_named(arguments: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="picture: "):
        render(arguments, pic=picture(READY))


def test_other_storages_name_their_own_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    remote = SimpleNamespace(url=lambda name: f"https://media.example/{name}?signed=1&for=ever")
    monkeypatch.setattr("standfirst.theme.templatetags.pictures.default_storage", remote)
    html = render("pic", pic=picture([entry("", "jpeg", 960, 640)]))
    assert 'src="https://media.example/images/a.n.960.jpeg?signed=1&amp;for=ever"' in html
