"""Each question has one form: what is written differently and means the same is asked, and kept, once."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.discovery.search.asking import LAST_PAGE, LONGEST, NAMES, Question, beginning, in_one_form, plain


@pytest.mark.parametrize(
    ("language", "typed", "asked"),
    [
        ("en", "  Nikol \t PASHINYAN ", "nikol pashinyan"),
        ("en", "“Iron Curtain”", '"iron curtain"'),
        ("ru", "ПАШИНЯН", "пашинян"),
        ("ka", "ᲗᲑᲘᲚᲘᲡᲘ", "თბილისი"),
        ("hy", "ՓԱՇԻՆՅԱՆ", "փաշինյան"),
        ("hy", "Երևան", "երևան"),
        ("az", "İLHAM QIZIL", "ilham qızıl"),
        ("en", "İlham QIZIL", "ilham qizil"),
        ("fa", "می\u200cخواهم", "می\u200cخواهم"),
        ("fa", "\u200fباکو\u200e \u200c", "باکو"),
        ("en", "a\x00b\u202ec\ufeff", "a bc"),
        ("en", "ﬁnance", "finance"),
        ("en", " \u3000\u00a0 ", ""),
        ("en", "🚆 railway", "🚆 railway"),
    ],
)
def test_words_have_one_form(language: str, typed: str, asked: str) -> None:
    assert plain(language, typed) == asked


def test_everything_else_is_read_or_left_out() -> None:
    asked = {
        "q": "Baku",
        "section": "12",
        "contributor": "-3",
        "type": "rumour",
        "since": "2025-02-30",
        "until": "2025-03-01",
        "order": "DATE",
        "page": "2",
        "utm_source": "x",
    }
    assert Question.read("en", asked) == Question(text="baku", section=12, until=date(2025, 3, 1), page=2)
    assert in_one_form("/en/search/", asked) == {"q": "baku", "section": "12", "until": "2025-03-01", "page": "2"}


def test_without_words_nothing_is_asked() -> None:
    assert in_one_form("/en/search/", {"q": "  ", "section": "12", "order": "date"}) == {}


@pytest.mark.parametrize(
    ("page", "number"), [("0", 1), ("x", 1), ("٣", 1), ("50", LAST_PAGE), ("51", 1), ("9" * 50, 1)]
)
def test_pages_are_numbers_as_far_as_results_go(page: str, number: int) -> None:
    assert Question.read("en", {"q": "a", "page": page}).page == number


def test_addresses_keep_the_rest_of_the_question_and_begin_anew() -> None:
    question = Question.read("en", {"q": "baku & oil", "type": "news", "page": "3", "order": "date"})
    assert question.address() == "?order=date&q=baku+%26+oil&type=news"
    assert question.address(page=4) == "?order=date&page=4&q=baku+%26+oil&type=news"
    assert question.address(story_type="", order="relevance") == "?q=baku+%26+oil"
    assert question.widened().address() == "?q=baku+%26+oil"


@settings(max_examples=25)
@given(typed=st.text(max_size=300), language=st.sampled_from(["en", "az", "fa"]), page=st.text(max_size=4))
def test_the_one_form_is_its_own_one_form_and_short(typed: str, language: str, page: str) -> None:
    path = f"/{language}/search/"
    once = in_one_form(path, {"q": typed, "page": page})
    assert in_one_form(path, once) == once
    assert set(once) <= set(NAMES)
    assert len(once.get("q", "")) <= LONGEST
    assert dict(parse_qsl(Question.read(language, once).address(page=Question.read(language, once).page)[1:])) == once


def test_suggestions_are_kept_by_the_beginning_alone() -> None:
    assert beginning("/ru/search/suggest/", {"q": " Паш ", "page": "2"}) == {"q": "паш"}
    assert beginning("/en/search/suggest/", {"q": "x" * 200}) == {"q": "x" * 40}
    assert beginning("/en/search/suggest/", {"q": " "}) == {}
