"""Names that languages do not share by sound: their file is in order, and each is found by all others of its line."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from standfirst.discovery.search.analysis.hearing import heard_in_query, heard_in_text
from standfirst.discovery.search.analysis.names import LANGUAGES, name_marks, rows
from standfirst.discovery.search.analysis.words import Script, folded, script_of

ROWS = list(rows())
SCRIPTS = dict(zip(LANGUAGES, ["latin", "cyrillic", "georgian", "armenian", "latin", "arabic"], strict=True))


def marks(written: str, language: str) -> set[str]:
    return {each for each in heard_in_text(written, language) if each.startswith("1")}


def test_each_line_has_single_words_in_the_script_of_their_column() -> None:
    assert len(ROWS) > 250
    for row in ROWS:
        assert len(row) == len(LANGUAGES), row
        assert row[0], row
        for language, names in zip(LANGUAGES, row, strict=True):
            for name in names:
                assert script_of(folded(name)) == Script(SCRIPTS[language]), name
                assert not any(sign.isspace() for sign in name), name
                assert name == name.strip("|,-"), name
                assert name[0].isupper() or language in ("ka", "fa"), name


def test_no_name_stands_in_two_lines() -> None:
    written = [set(map(folded, chain.from_iterable(row))) for row in ROWS]

    twice = {name for one, other in combinations(written, 2) for name in one & other}

    assert twice == set()


def test_each_name_is_found_by_every_other_of_its_line_and_by_no_other_line() -> None:
    for row in ROWS:
        every = [(name, language) for language, names in zip(LANGUAGES, row, strict=True) for name in names]
        mark = f"1{folded(row[0][0])}"
        for name, language in every:
            assert mark in heard_in_text(name, language), name
            assert mark in heard_in_query(folded(name), language, consonants=False), name
            assert marks(name, language) == {mark}, name


@pytest.mark.parametrize(
    ("mark", "language", "forms"),
    [
        ("1baku", "ka", "ბაქო ბაქოში ბაქოს ბაქოდან ბაქომდე ბაქოსთან"),
        ("1baku", "hy", "Բաքու Բաքուն Բաքվի Բաքվում Բաքվից"),
        ("1baku", "az", "Bakı Bakıda Bakıdan Bakının Bakıya"),
        ("1georgia", "ru", "Грузия Грузии Грузию Грузией"),
        ("1georgia", "hy", "Վրաստան Վրաստանի Վրաստանում Վրաստանը Վրաստանից"),
        ("1georgia", "ka", "საქართველო საქართველოს საქართველოში საქართველომ საქართველოდან"),
        ("1georgia", "az", "Gürcüstan Gürcüstanın Gürcüstanda Gürcüstana"),
        ("1germany", "az", "Almaniya Almaniyada Almaniyanın Almaniyaya"),
        ("1putin", "ru", "Путин Путина Путину Путиным Путине"),
        ("1zelensky", "ru", "Зеленский Зеленского Зеленскому Зеленским"),
        ("1kharkiv", "ru", "Харьков Харькова Харькове Харьковом"),
        ("1nakhchivan", "ru", "Нахичевань Нахичевани Нахичеванью"),
        ("1tbilisi", "hy", "Թբիլիսի Թբիլիսին Թբիլիսիում Թբիլիսիից"),
        ("1iran", "en", "Iran Iran's Iran’s IRAN"),
    ],
)
def test_their_forms_are_known(mark: str, language: str, forms: str) -> None:
    assert [form for form in forms.split() if mark not in heard_in_text(form, language)] == []


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ("груз", "ru"),
        ("карманы", "ru"),
        ("turkey", "en"),
        ("მარტში", "ka"),
        ("რომ", "ka"),
        ("qum", "az"),
        ("back", "en"),
    ],
)
def test_usual_words_are_no_names(written: str, language: str) -> None:
    assert marks(written, language) == set()


def test_a_city_with_two_names_is_found_by_both() -> None:
    assert name_marks("Xankəndi") == name_marks("khankendi") == name_marks("Степанакерт") == ("1khankendi",)
