"""Rich text reaches readers with links and numbered notes, foreign HTML without anything that acts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from standfirst.theme.richtext import Footnotes, rich_text, sanitised

FIRST, SECOND = "11111111-aaaa", "22222222-bbbb"


def page_with(*notes: tuple[str, str]) -> Any:
    made = [SimpleNamespace(uuid=uuid, text=text) for uuid, text in notes]
    return SimpleNamespace(footnotes=SimpleNamespace(all=lambda: made))


def note(uuid: str) -> str:
    return f'<footnote id="{uuid}">ab12</footnote>'


def test_notes_are_numbered_as_the_text_refers_to_them() -> None:
    notes = Footnotes(page_with((SECOND, "two"), (FIRST, "one")))
    html = rich_text(f"<p>a{note(FIRST)} b{note(SECOND)} c{note(FIRST)}</p>", notes)
    assert html == (
        '<p>a<sup class="note-mark"><a href="#note-1" id="note-1-1">1</a></sup>'
        ' b<sup class="note-mark"><a href="#note-2" id="note-2-1">2</a></sup>'
        ' c<sup class="note-mark"><a href="#note-1" id="note-1-2">1</a></sup></p>'
    )
    assert [(number, found.text, marks) for number, found, marks in notes] == [
        ("1", "one", ["1", "2"]),
        ("2", "two", ["1"]),
    ]
    assert len(notes) == 2


def test_a_note_that_is_gone_leaves_no_mark() -> None:
    notes = Footnotes(page_with((FIRST, "one")))
    assert rich_text(f"<p>a{note(SECOND)}</p>", notes) == "<p>a</p>"
    assert len(notes) == 0


def test_a_note_nothing_refers_to_is_not_listed() -> None:
    assert list(Footnotes(page_with((FIRST, "one")))) == []


def test_without_a_foot_there_are_no_marks() -> None:
    assert rich_text(f"<p>a{note(FIRST)}</p>", None) == "<p>a</p>"


def test_persian_marks_have_persian_digits_and_plain_anchors() -> None:
    with translation.override("fa"):
        html = rich_text(note(FIRST), Footnotes(page_with((FIRST, "one"))))
    assert html == '<sup class="note-mark"><a href="#note-1" id="note-1-1">۱</a></sup>'


def test_the_tag_takes_the_notes_of_its_page() -> None:
    source = (
        "{% footnotes_of page as notes %}{% rich text %}{% for n, f, m in notes %}[{{ n }} {{ f.text }}]{% endfor %}"
    )
    written = Template(source).render(Context({"page": page_with((FIRST, "one")), "text": f"x{note(FIRST)}"}))
    assert written.endswith("[1 one]")
    assert 'id="note-1-1"' in written


def test_a_page_that_has_no_notes_at_all_is_shown() -> None:
    assert rich_text("<p>a</p>", Footnotes(SimpleNamespace())) == "<p>a</p>"


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>a<script>alert(1)</script></p>", "<p>a</p>"),
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ('<a href="javascript:x()">a</a>', '<a rel="noopener">a</a>'),
        ('<a href="https://a.example/" target="_blank">a</a>', '<a href="https://a.example/" rel="noopener">a</a>'),
        ('<iframe src="https://a.example/"></iframe>', ""),
        ('<p style="position:fixed">a</p>', "<p>a</p>"),
        ("<style>p{}</style>", ""),
        ('<form action="/x"><input name="a"></form>', ""),
        ('<img src="/a.png" onerror="x()" alt="b">', '<img src="/a.png" alt="b">'),
        ("<svg><script>x</script></svg>", ""),
        ('<p id="main" class="site">a</p>', "<p>a</p>"),
        (
            '<table><tr><td colspan="2">a</td></tr></table>',
            '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
        ),
    ],
)
def test_foreign_html_keeps_only_what_is_allowed(html: str, left: str) -> None:
    assert sanitised(html) == left
