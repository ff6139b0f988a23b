"""What is suggested while somebody types."""

from __future__ import annotations

import pytest
from tests import factories as make

from standfirst.delivery.trace import tracing
from standfirst.discovery.search.finding import Suggestion, suggest
from standfirst.discovery.search.waiting import work_off
from standfirst.stories.models import Edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make.edition()


def kinds(found: list[Suggestion]) -> list[tuple[str, str]]:
    return [(suggestion.kind, suggestion.text) for suggestion in found]


def test_names_come_first_then_headlines_then_words(edition: Edition) -> None:
    section = make.section(edition, "Georgia")
    make.contributor(edition, "George Example")
    story = make.story(section, "Georgian harvest", standfirst="")
    work_off()

    found = suggest(edition.pk, "geor")

    assert kinds(found) == [
        ("section", "Georgia"),
        ("contributor", "George Example"),
        ("story", "Georgian harvest"),
        ("word", "georgian"),
    ]
    assert found[2].url == story.url
    assert found[3].url == ""


def test_names_are_suggested_in_any_script_and_by_any_of_their_words(edition: Edition) -> None:
    make.contributor(edition, "Nikol Pashinyan")

    for typed in ("pash", "Паши", "Փաշ", "nik pa"):
        assert kinds(suggest(edition.pk, typed)) == [("contributor", "Nikol Pashinyan")], typed


def test_a_headline_must_hold_the_words_before_too(edition: Edition) -> None:
    section = make.section(edition, "Politics")
    make.story(section, "Harvest in Baku", standfirst="")
    right = make.story(section, "Harvest in Gyumri", standfirst="")
    for number in range(4):
        make.story(section, f"Day {number}", standfirst="The harvest in Gyumri has begun.")
    work_off()

    found = [suggestion for suggestion in suggest(edition.pk, "gyumri harv") if suggestion.kind == "story"]

    assert [suggestion.url for suggestion in found] == [right.url]


def test_drafts_and_closed_words_are_suggested_to_nobody(edition: Edition) -> None:
    section = make.section(edition, "Politics")
    make.draft(section, "Secretive plans")
    body = [("paragraph", f"<p>{text}</p>") for text in ("One here.", "Two here.", "Secretive.", "Four.")]
    make.story(section, "Closed", access="members", body=body)
    work_off()

    assert suggest(edition.pk, "secre") == []


@pytest.mark.parametrize(
    ("language", "headline", "typed", "word"),
    [
        ("hy", "Երևանում և Գյումրիում", "երև", "երևանում"),
        ("fa", "رئیس‌جمهور در باکو", "رئیس", "رئیس‌جمهور"),
        ("az", "Işıq yanır", "ış", "ışıq"),
        ("ka", "ᲗᲑᲘᲚᲘᲡᲘ", "თბ", "თბილისი"),
    ],
)
def test_words_are_spelt_as_the_language_spells_them(language: str, headline: str, typed: str, word: str) -> None:
    edition = make.edition(language)
    make.story(make.section(edition), headline, standfirst="")
    work_off()

    assert [found.text for found in suggest(edition.pk, typed) if found.kind == "word"] == [word]


def test_never_more_than_asked_for_and_each_text_once(edition: Edition) -> None:
    section = make.section(edition, "Politics")
    for _ in range(4):
        make.story(section, "Harvest", standfirst="harvester harvesting harvested")
    work_off()

    found = suggest(edition.pk, "harv", 3)

    assert len(found) == 3
    assert len({suggestion.text for suggestion in found}) == 3


@pytest.mark.parametrize("typed", ["", " ", "*", '"', "x" * 10_000, "\x00", "%"])
def test_odd_beginnings_suggest_nothing(edition: Edition, typed: str) -> None:
    assert suggest(edition.pk, typed) == []
    assert suggest(9_999_999, "a") == []


def test_a_page_with_suggestions_is_fresh_for_a_minute(edition: Edition) -> None:
    make.topic(edition, "Railways")

    with tracing() as trace:
        assert suggest(edition.pk, "rail")

    assert trace.fresh_until is not None
