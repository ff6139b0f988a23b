"""What a bank's refusal is called, to whom it may concern."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation

from standfirst.membership.refusals import SENTENCES, in_words


def test_a_code_is_a_sentence_in_the_readers_language() -> None:
    sentence = in_words("insufficient_funds")
    with translation.override("en"):
        assert str(sentence) == "there was not enough money in the account"
    with translation.override("ru"):
        assert str(sentence) == "на счёте не хватило денег"


@pytest.mark.parametrize("code", ["", "1042", "no_such_code"])
def test_nobody_reads_a_code(code: str) -> None:
    assert in_words(code) == ""


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
def test_every_sentence_is_translated(language: str) -> None:
    with translation.override("en"):
        english = {code: str(sentence) for code, sentence in SENTENCES.items()}
    with translation.override(language):
        assert [code for code, sentence in SENTENCES.items() if str(sentence) == english[code]] == []
