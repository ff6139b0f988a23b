"""Every word that readers see is there in every language, and the compiled catalogues say what the texts say."""

from __future__ import annotations

import gettext
import re

import pytest
from django.utils import translation

from standfirst.stories.models import InformationPage, Role, StoryType
from standfirst.theme import catalogue
from standfirst.theme.templatetags.paper import BYLINE_WORDS

FIELDS = re.compile(r"%\(\w+\)s|\{\w+\}")
each_language = pytest.mark.parametrize("language", catalogue.LANGUAGES)


@each_language
def test_the_catalogue_holds_every_public_word_and_no_other(language: str) -> None:
    assert catalogue.po_path(language).read_bytes() == catalogue.text(catalogue.up_to_date(language)), (
        "Run python -m standfirst.theme.catalogue and translate what it names."
    )


@each_language
def test_every_word_is_translated(language: str) -> None:
    assert catalogue.untranslated(catalogue.read_po(language)) == []


@each_language
def test_the_compiled_catalogue_is_that_of_the_text(language: str) -> None:
    compiled = catalogue.po_path(language).with_suffix(".mo").read_bytes()
    assert compiled == catalogue.compiled(catalogue.read_po(language))


@each_language
def test_translations_keep_the_fields_of_their_message(language: str) -> None:
    for message in catalogue.read_po(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings if message.id else ():
            assert sorted(FIELDS.findall(string)) == sorted(FIELDS.findall(ids[-1])), string


@each_language
def test_the_compiled_catalogue_is_readable_by_gettext(language: str) -> None:
    found = gettext.translation("django", catalogue.THEME / "locale", [language])
    assert found.gettext("Corrections") != "Corrections"


def test_russian_counts_in_three_forms() -> None:
    with translation.override("ru"):
        forms = [
            translation.ngettext("%(shown)s story found", "%(shown)s stories found", n) % {"shown": n}
            for n in (1, 2, 5, 21)
        ]
    assert forms == ["Найден 1 материал", "Найдено 2 материала", "Найдено 5 материалов", "Найден 21 материал"]


@each_language
def test_choices_readers_see_are_translated(language: str) -> None:
    labels = [*StoryType.choices, *Role.choices, *InformationPage.Kind.choices]
    english = [str(label) for _value, label in labels]
    with translation.override(language):
        translated = [str(label) for _value, label in labels]
    assert [word for word, original in zip(translated, english, strict=True) if word == original] == []


def test_every_role_has_its_words_in_a_byline() -> None:
    assert set(BYLINE_WORDS) == set(Role.values)
