"""What is typed becomes words to look up, and nothing that is typed can hurt."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.discovery.search.terms import LONGEST_PHRASE, MOST_TERMS, asked


def stems(text: str, language: str = "en") -> list[tuple[str, ...]]:
    return [term.stems for term in asked(text, language).needed]


def test_words_are_needed_each_once_in_their_stems() -> None:
    assert stems("Elections election recount") == [("elect",), ("recount",)]


def test_quotes_of_every_kind_make_a_phrase_that_keeps_common_words() -> None:
    for text in ('"head of the state"', "«head of the state»", "“head of the state”"):
        assert stems(text) == [("head", "of", "the", "state")]


def test_common_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert stems("the president of Georgia") == [("presid",), ("georgia",)]
    assert stems("who is who") == [("who",), ("is",)]


def test_a_minus_excludes_a_word_or_a_phrase_and_a_hyphen_does_not() -> None:
    found = asked('budget -Baku -"new law" well-known', "en")

    assert [term.stems for term in found.excluded] == [("baku",), ("new", "law")]
    assert [term.stems for term in found.needed] == [("budget",), ("well",), ("known",)]


def test_a_lonely_quote_or_minus_is_no_word() -> None:
    assert asked('" - -- "" « ', "en").needed == ()


def test_no_wildcard_or_operator_gets_through() -> None:
    assert stems("elec* OR (budget) AND NEAR/3 a:b ^x") == [
        ("elec",),
        ("budget",),
        ("near",),
        ("3",),
        ("b",),
        ("x",),
    ]


def test_words_in_a_foreign_script_are_found_by_their_sound() -> None:
    (foreign,) = asked("Pashinyan", "hy").by_sound(all_words=False).needed
    (own,) = asked("Փաշինյան", "hy").by_sound(all_words=False).needed

    assert "pasinian" in foreign.heard
    assert own.heard == ()
    assert "pasinian" in asked("Փաշինյան", "hy").by_sound(all_words=True).heard


def test_in_persian_and_for_persian_words_the_consonants_count() -> None:
    assert "0psn" in asked("Pashinyan", "fa").heard
    assert "0psn" in asked("پاشینیان", "en").heard
    assert not any(each.startswith("0") for each in asked("Pashinyan", "ru").heard)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=2000))
def test_whatever_is_typed_becomes_few_plain_words(text: str) -> None:
    found = asked(text, "en")

    assert len(found.needed) <= MOST_TERMS
    assert len(found.excluded) <= MOST_TERMS
    for each in (each for term in (*found.needed, *found.excluded) for each in (*term.stems, *term.heard)):
        assert not set(each) & set(" \"'\\*:()^&|!<>-")
    assert all(len(term.stems) <= LONGEST_PHRASE for term in found.needed)
