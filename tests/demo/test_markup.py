from pathlib import Path

import pytest

from standfirst.demo.content import load_story
from standfirst.demo.errors import ContentError
from standfirst.demo.markup import parse_body, rich_text, words_of

FILE = Path("en/stories/a-story.md")


def parse(text: str, first_line: int = 10):
    return parse_body(text.splitlines(), first_line, FILE)


def rich(text: str) -> str:
    return rich_text(text, lambda target: f'href="{target}"', lambda mark: f"<footnote>{mark}</footnote>")


def test_paragraphs_headings_and_fences_become_blocks_with_their_lines() -> None:
    body = parse("One\nand the same.\n\n## A heading\n\n::: divider\n:::\nTwo.")
    assert [(block.kind, block.line) for block in body.blocks] == [
        ("paragraph", 10),
        ("heading", 13),
        ("divider", 15),
        ("paragraph", 17),
    ]
    assert body.blocks[0].value == {"text": "One and the same."}
    assert body.blocks[1].value == {"text": "A heading", "level": "2"}


def test_fields_of_a_fence_are_toml() -> None:
    body = parse('::: list\nordered = true\nitems = ["one", "two"]\n:::')
    assert body.blocks[0].value == {"ordered": True, "items": ["one", "two"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Fine.\n\n::: carousel\n:::", "line 12: “carousel” is no kind of block; there are appeal"),
        ('::: quote\ntext = "never closed"', "line 10: the block “quote” is not closed"),
        ("::: quote\ntext = oops\n:::", "line 10: the block “quote” is not valid TOML"),
        ('::: quote\nattribution = "Nobody"\n:::', "line 10: the block “quote” lacks text."),
        ('::: teaser\nstory = "x"\ncolour = "red"\n:::', "line 10: the block “teaser” has no field colour."),
        ("A claim.[^7]", "line 10: the footnote [^7] has no text."),
    ],
)
def test_mistakes_are_named_with_file_and_line(text: str, message: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse(text)
    assert str(caught.value).startswith("stories/a-story.md, ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *italic*", "<b>bold</b> and <i>italic</i>"),
        ("[a *link*](https://a.example/x_y)", '<a href="https://a.example/x_y">a <i>link</i></a>'),
        ("Said.[^1]", "Said.<footnote>1</footnote>"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("**<script>alert(1)</script>**", "<b>&lt;script&gt;alert(1)&lt;/script&gt;</b>"),
        ("two * three * four", "two * three * four"),
    ],
)
def test_inline_markup(text: str, html: str) -> None:
    assert rich(text) == html


def test_words_are_counted_in_blocks_too() -> None:
    assert words_of(parse('One two.\n\n::: list\nitems = ["three four", "five"]\n:::')) == 5


def story_file(tmp_path: Path, matter: str, body: str = "Text.") -> Path:
    folder = tmp_path / "en" / "stories"
    folder.mkdir(parents=True)
    file = folder / "a-story.md"
    file.write_text(f"{matter}{body}\n", encoding="utf-8")
    return file


MATTER = """+++
headline = "H"
standfirst = "S"
section = "georgia"
bylines = ["somebody reporter"]
picture = "two-lecterns"
{more}
+++
"""


@pytest.mark.parametrize(
    ("matter", "message"),
    [
        ("No front matter\n", "line 1: the file must begin with front matter"),
        ('+++\nheadline = "H"\n+++\n', "line 1: the front matter lacks bylines, picture, section, standfirst."),
        (MATTER.format(more='colour = "red"'), "line 1: the front matter has no field colour."),
        (MATTER.format(more='stage = "lost"'), "line 1: “lost” is no stage"),
        (MATTER.format(more=""), "line 1: a published story needs `published`"),
        (MATTER.format(more="published = 2025-04-28T10:00:00"), "a date with time and zone"),
        (MATTER.format(more="headline ="), "line 2: the front matter is not valid TOML"),
    ],
)
def test_a_wrong_front_matter_is_refused(tmp_path: Path, matter: str, message: str) -> None:
    with pytest.raises(ContentError, match=r"a-story\.md") as caught:
        load_story(story_file(tmp_path, matter))
    assert message in str(caught.value)


def test_a_story_knows_its_key_language_and_credits(tmp_path: Path) -> None:
    story = load_story(story_file(tmp_path, MATTER.format(more="published = 2025-04-28T10:00:00Z")))
    assert (story.key, story.language) == ("a-story", "en")
    assert story.credits == [("somebody", "reporter")]
