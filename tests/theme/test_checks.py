"""A template of the newsroom's own that cannot be loaded is found before a reader meets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from standfirst.config.base import templates


@pytest.fixture
def own(tmp_path: Path, settings: Any) -> Path:
    settings.TEMPLATES = templates(tmp_path)
    (tmp_path / "stories").mkdir()
    return tmp_path / "stories" / "article.html"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('{% load fragments %}{% fragment "weather" %}', 'There is no fragment "weather"'),
        ("{% if page %}", "Unclosed tag on line 1: 'if'"),
    ],
)
def test_a_damaged_template_is_named_with_its_cause(own: Path, source: str, says: str) -> None:
    own.write_text(source)
    (error,) = run_checks(tags=["templates"])
    assert str(error.msg).startswith(f"{own}: ")
    assert says in str(error.msg)
    assert error.hint == "Correct the template, or remove it to use ours."


def test_a_template_in_another_encoding_is_named(own: Path) -> None:
    own.write_bytes("Ցուրտ".encode("utf-16"))
    assert [error.hint for error in run_checks(tags=["templates"])] == ["Save the template as UTF-8."]


def test_sound_templates_and_none_at_all_are_silent(own: Path) -> None:
    assert run_checks(tags=["templates"]) == []
    own.write_text('{% load fragments %}{% fragment "picks" limit=3 %}')
    assert run_checks(tags=["templates"]) == []
