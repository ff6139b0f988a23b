"""Numbers in addresses and attributes have no thousands separator, whatever the language: 2,353 is no story."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines

import standfirst

TEMPLATES = Path(standfirst.__file__).parent
TAG = re.compile(r"<[a-z][^<>]*(?:\{\{[^}]*\}\}|\{%[^%]*%\}|[^<>])*>", re.DOTALL)
NUMBER = re.compile(r"\{\{ *(?:[a-z_]+\.)+(?:pk|id|next_page_number|previous_page_number) *\}\}")
PROGRESS = re.compile(r"<progress [^>]*\"\{\{ *[a-z_.]+ *\}\}\"")
NO_NUMBERS = ("attrs.id",)


def bare_numbers(text: str) -> Iterator[str]:
    """The numbers in tags of a template that are written as readers write numbers."""
    for tag in TAG.findall(text):
        yield from (one for one in NUMBER.findall(tag) if not any(name in one for name in NO_NUMBERS))
    yield from PROGRESS.findall(text)


def test_no_template_writes_one() -> None:
    found = {
        f"{path.relative_to(TEMPLATES)}: {one}"
        for path in TEMPLATES.rglob("*.html")
        for one in bare_numbers(path.read_text(encoding="utf-8"))
    }

    assert found == set()


@pytest.mark.parametrize(
    "text",
    [
        '<a href="?story={{ row.story.pk }}">',
        '<a\n  href="?p={{ page.next_page_number }}">',
        '<progress max="{{ a }}">',
    ],
)
def test_one_would_be_found(text: str) -> None:
    assert list(bare_numbers(text))


def test_that_is_how_they_would_be_written() -> None:
    template = engines["django"].from_string("{{ number }} {{ number|stringformat:'d' }}")

    assert template.render({"number": 2353}) == "2,353 2353"
