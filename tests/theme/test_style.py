"""What holds for the style sheet and the templates whoever changes them."""

from __future__ import annotations

import re

import pytest

from standfirst.theme.catalogue import THEME

CSS = (THEME / "static" / "paper" / "paper.css").read_text(encoding="utf-8")
TEMPLATES = sorted((THEME / "templates").rglob("*.html"))
COLOURS = ("paper", "ink", "quiet", "tint", "accent", "on-accent")


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2, section "relative luminance")."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours() -> dict[str, list[str]]:
    """Each colour token on light and on dark, as it is while the newsroom sets none of its own."""
    return {name: re.findall(r"#\w{6}", re.findall(rf"--{name}: light-dark\(.*", CSS)[0]) for name in COLOURS}


def test_every_colour_is_one_on_light_and_one_on_dark() -> None:
    assert {len(pair) for pair in colours().values()} == {2}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("words", "ground"),
    [
        ("ink", "paper"),
        ("quiet", "paper"),
        ("accent", "paper"),
        ("on-accent", "accent"),
        ("ink", "tint"),
        ("quiet", "tint"),
    ],
)
def test_words_can_be_read_on_their_ground(words: str, ground: str, scheme: int) -> None:
    assert contrast(colours()[words][scheme], colours()[ground][scheme]) >= 4.5


def test_old_browsers_get_the_light_colours_plainly() -> None:
    for name, (light, _dark) in colours().items():
        assert re.search(rf"--{name}: (?:var\(--\S+ )?{light}\)?;", CSS), name


def test_directions_are_logical_so_that_persian_works() -> None:
    assert (
        re.findall(r"(?:margin|padding|border|(?<!area-)inset)-(?:left|right)|(?<![-\w])(?:left|right)\s*:", CSS) == []
    )
    assert re.findall(r"(?:float|text-align|clear)\s*:\s*(?:left|right)", CSS) == []


def test_nothing_is_upper_cased_because_six_scripts_do_not_agree_how() -> None:
    assert "text-transform" not in CSS


def test_no_font_is_loaded_and_nothing_imported() -> None:
    assert not re.search(r"@font-face|@import|url\(", CSS)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_script_style_or_handler(template: object) -> None:
    html = template.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:", html)
    assert not re.search(r"https?://", html)
