"""How often words are found elsewhere: what the search would say, without its work."""

from __future__ import annotations

from typing import Any

import pytest
from tests import factories as make

from standfirst.discovery.search import spelling
from standfirst.discovery.search.finding import FEW, Query, counted, find
from standfirst.discovery.search.waiting import work_off
from standfirst.stories.models import Edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make.edition("ru")


@pytest.mark.parametrize(
    "text",
    [
        "поезда",
        "poezd",
        "поезд -горы",
        '"в горах"',
        "поезд горы",
        "-поезд",
        "поезд -поезд",
        "и",
        "",
        "\x00",
        "нет такого",
    ],
)
def test_the_number_is_the_searchs_own(edition: Edition, text: str) -> None:
    section = make.section(edition, "Грузия")
    for number in range(FEW + 1):
        make.story(section, f"Поезд {number}", standfirst="Горы" if number < 2 else "")
    make.story(section, "Дом в горах", standfirst="")
    make.draft(section, "Поезд в набросках")
    work_off()

    assert counted(edition.pk, "ru", text).total == find(Query(edition.pk, text)).total


def test_few_stories_are_looked_for_by_sound_too(edition: Edition) -> None:
    make.story(make.section(edition, "Грузия"), "Пашинян в Брюсселе", standfirst="")
    work_off()

    assert counted(edition.pk, "ru", "пашиньян").total == 1


def test_typing_errors_are_left_as_they_are(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    make.story(make.section(edition, "Грузия"), "Поезд ушёл", standfirst="")
    work_off()

    def read(*asked: Any) -> None:
        raise AssertionError("the words of another edition were read")

    monkeypatch.setattr(spelling, "vocabulary", read)
    assert counted(edition.pk, "ru", "плезд").total == 0


def test_another_edition_is_not_looked_at(edition: Edition) -> None:
    make.story(make.section(make.edition("ka"), "Грузия"), "Поезд ушёл", standfirst="")
    work_off()

    assert counted(edition.pk, "ru", "поезд").total == 0
