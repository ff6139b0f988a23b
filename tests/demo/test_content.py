"""What holds for every story of the demo newsroom."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from django.conf import settings

from standfirst.demo.content import CONTENT, EditionContent, StoryFile, load_edition, load_toml
from standfirst.demo.drawings.palette import PALETTES
from standfirst.demo.drawings.render import SCENES
from standfirst.demo.markup import FIELDS, words_of
from standfirst.stories.blocks.body import BodyBlocks
from standfirst.stories.models import Role, StoryType

NEWSROOM = load_toml(CONTENT / "newsroom.toml")
PICTURES = load_toml(CONTENT / "pictures.toml")["pictures"]
LANGUAGES: list[str] = NEWSROOM["editions"]
# Languages that build long words say the same with fewer of them.
FEWEST_WORDS = {"en": 300, "ru": 250, "ka": 200, "hy": 230, "az": 250, "fa": 250}
QUOTES = {"en": "“”‘’", "ru": "«»", "ka": "„“", "hy": "«»", "az": "“”", "fa": "«»"}
REGISTRIES = re.compile("pypi" + r"\.org|npm" + r"js\.|files\.python" + "hosted|registry" + r"\.")


@cache
def edition(language: str) -> EditionContent:
    return load_edition(language)


def stories(*stages: str) -> list[StoryFile]:
    return [story for language in LANGUAGES for story in edition(language).stories if story.stage in stages]


PUBLISHED = stories("published")


def ids(story: StoryFile) -> str:
    return f"{story.language}-{story.key}"


def blocks(story: StoryFile, kind: str) -> list[dict[str, Any]]:
    return [block.value for block in story.body.blocks if block.kind == kind]


def test_there_are_enough_stories_in_every_edition() -> None:
    counts = {language: len([s for s in PUBLISHED if s.language == language]) for language in LANGUAGES}
    assert list(counts) == [code for code, _name in settings.LANGUAGES]
    assert counts["en"] >= 32
    assert counts["ru"] >= 16
    assert all(counts[language] >= 4 for language in ("ka", "hy", "az", "fa"))


def test_english_and_russian_have_the_same_six_sections() -> None:
    sections = [[entry["key"] for entry in edition(language).words["sections"]] for language in ("en", "ru")]
    assert sections[0] == sections[1]
    assert len(sections[0]) == 6


@pytest.mark.parametrize("story", PUBLISHED, ids=ids)
def test_a_story_is_whole(story: StoryFile) -> None:
    assert story.headline
    assert 40 <= len(story.standfirst) <= 260
    assert story.picture in PICTURES
    assert story.caption
    assert PICTURES[story.picture]["alt"] if story.language == "en" else story.alt and story.credit
    assert words_of(story.body) >= FEWEST_WORDS[story.language]
    assert story.type in StoryType.values
    assert [role for _person, role in story.credits if role in Role.values] == [role for _p, role in story.credits]
    assert story.credits


@pytest.mark.parametrize("story", [s for s in PUBLISHED if s.type in ("news", "analysis")], ids=ids)
def test_news_names_its_sources(story: StoryFile) -> None:
    assert story.sources
    assert all(text and url.startswith(("https://", "http://")) for text, url in story.sources)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lead_picture_stands_once_an_edition(language: str) -> None:
    used = [story.picture for story in PUBLISHED if story.language == language and not story.killed]
    assert sorted(used) == sorted(set(used))


def test_every_kind_of_block_is_used() -> None:
    used = {block.kind for story in PUBLISHED for block in story.body.blocks}
    assert used >= FIELDS.keys() | {"paragraph", "heading"}
    assert any(story.body.footnotes for story in PUBLISHED)
    # Video needs a film, html is for administrators, unconverted comes from imports only.
    assert set(BodyBlocks.declared_blocks) - used == {"video", "html", "unconverted"}


@pytest.mark.parametrize("story", stories("published", "draft", "editing", "legal", "ready"), ids=ids)
def test_teasers_and_pictures_lead_somewhere(story: StoryFile) -> None:
    older = (
        {s.key for s in edition(story.language).stories if s.published and s.published < (story.published or 0)}
        if story.published
        else set()
    )
    for value in blocks(story, "teaser"):
        assert value["story"] in older
    documents = {entry["key"] for entry in NEWSROOM["documents"]}
    for kind, field, known in (
        ("picture", "picture", PICTURES),
        ("audio", "file", documents),
        ("document", "document", documents),
    ):
        assert [value[field] for value in blocks(story, kind) if value[field] not in known] == []
    for gallery in blocks(story, "gallery"):
        assert [entry for entry in gallery["pictures"] if entry["picture"] not in PICTURES] == []
    for table in blocks(story, "table"):
        assert {len(row) for row in table["rows"]} == {len(table["header"])}
        assert len(table.get("kinds", table["header"])) == len(table["header"])


@pytest.mark.parametrize("story", PUBLISHED, ids=ids)
def test_a_text_uses_the_quotation_marks_of_its_language(story: StoryFile) -> None:
    text = " ".join(str(block.value.get("text", "")) for block in story.body.blocks)
    assert '"' not in text
    foreign = {mark for marks in QUOTES.values() for mark in marks} - set(QUOTES[story.language])
    assert foreign & set(text) <= {"’"}


def test_translations_stand_in_the_newsrooms_first_language() -> None:
    english = {story.key for story in PUBLISHED if story.language == "en"}
    others = {(story.language, story.key) for story in PUBLISHED if story.language != "en"}
    independent = {(language, key) for language, key in others if key not in english}
    assert {language for language, _key in independent} == {"ru"}
    assert len([key for language, key in others - independent if language == "ru"]) >= 12
    assert {language for language, key in others if key == "iran-president-visits-baku"} == set(LANGUAGES) - {"en"}


def test_the_scene_has_every_element() -> None:
    story = next(s for s in PUBLISHED if s.language == "en" and s.key == "iran-president-visits-baku")
    assert (story.section, story.credit) == ("azerbaijan", "Official photo")
    assert "(left)" in story.caption
    assert story.alt.startswith("Drawing")
    assert {role for _person, role in story.credits} == {"reporter", "translator"}
    kinds = [block.kind for block in story.body.blocks]
    appeal, teaser = kinds.index("appeal"), kinds.index("teaser")
    assert kinds[appeal - 1] == "paragraph"
    assert teaser > len(kinds) * 0.75
    assert {"quote", "pull_quote"} <= set(kinds)
    text = " ".join(str(block.value.get("text", "")) for block in story.body.blocks)
    assert all(name in text for name in ("“Zangezur corridor”", "“Aras corridor”", "](https://president.az/en)"))
    assert story.thread in edition("en").threads
    assert story.sources
    assert story.corrections


def test_the_desk_is_alive() -> None:
    stages = {story.stage for story in edition("en").stories}
    assert stages == {"published", "draft", "editing", "legal", "ready", "scheduled", "embargoed"}
    assert [story.key for story in PUBLISHED if story.killed] == ["valley-recording"]
    corrections = [entry for story in PUBLISHED if story.language == "en" for entry in story.corrections]
    assert len(corrections) >= 3
    assert len([entry for entry in corrections if entry.get("serious")]) == 1


def test_nobody_real_is_on_the_staff() -> None:
    for language in LANGUAGES:
        biographies = [entry["biography"] for entry in edition(language).words["contributors"]]
        # Each ends with an italic sentence that says so, in the language of the edition.
        assert [text for text in biographies if not re.search(r"\*[^*]+\*$", text)] == []
        masthead = next(page for page in edition(language).pages if page.key == "masthead")
        assert "**" in masthead.body.blocks[0].value["text"]
    assert all(person["email"].endswith("@ridgeline.example") for person in NEWSROOM["staff"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_about_the_newsroom_is_written(language: str) -> None:
    assert [page.key for page in edition(language).pages] == ["ethics", "funding", "join", "masthead"]
    assert [page.key for page in edition(language).pages if words_of(page.body) < 25] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_threads_tell_their_chronology_in_order(language: str) -> None:
    known = {story.key for story in edition(language).stories}
    assert edition(language).threads
    for thread in edition(language).threads.values():
        days = [event["date"] for event in thread["chronology"]]
        assert days == sorted(days)
        assert [
            event["story"] for event in thread["chronology"] if event.get("story", next(iter(known))) not in known
        ] == []


def test_pictures_can_be_drawn_and_are_told_apart() -> None:
    assert [key for key, entry in PICTURES.items() if entry["scene"] not in SCENES] == []
    assert [key for key, entry in PICTURES.items() if entry["palette"] not in PALETTES] == []
    assert [
        key for key, entry in PICTURES.items() if not entry["alt"].startswith(("Drawing: ", "Drawn portrait: "))
    ] == []
    for field in ("title", "alt"):
        said = [entry[field] for entry in PICTURES.values()]
        assert sorted(said) == sorted(set(said))
    drawn = [(entry["scene"], entry["palette"]) for entry in PICTURES.values()]
    assert sorted(drawn) == sorted(set(drawn))


def test_no_file_names_a_package_registry() -> None:
    for file in CONTENT.rglob("*.*"):
        assert not REGISTRIES.search(file.read_text(encoding="utf-8")), file
