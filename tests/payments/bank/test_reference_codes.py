"""Codes survive how people and banks write them, and no typing error becomes another code."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.payments.reference_codes import LETTERS, code_for, find_codes, is_valid

codes = st.uuids().map(lambda key: code_for(str(key)))


@given(codes)
def test_a_code_is_valid_and_found_in_a_text(code: str) -> None:
    assert is_valid(code)
    assert list(find_codes(f"Donation {code}, thank you")) == [code]


@given(codes, st.integers(0, 5), st.sampled_from(LETTERS))
def test_no_wrong_letter_gives_a_valid_code(code: str, place: int, letter: str) -> None:
    letters = list(code.removeprefix("SF-").replace("-", ""))
    if letters[place] == letter:
        return
    letters[place] = letter
    assert not is_valid(f"SF-{''.join(letters[:3])}-{''.join(letters[3:])}")


@given(codes)
def test_no_two_letters_that_changed_places_give_a_valid_code(code: str) -> None:
    letters = list(code.removeprefix("SF-").replace("-", ""))
    for one, other in product(range(6), range(6)):
        if letters[one] != letters[other]:
            turned = letters.copy()
            turned[one], turned[other] = turned[other], turned[one]
            assert not is_valid("SF-" + "".join(turned))


def test_another_attempt_gives_another_code() -> None:
    assert len({code_for("key", attempt) for attempt in range(50)}) == 50
    assert code_for("key") == code_for("key")


@pytest.mark.parametrize(
    "text",
    [
        "sf-7k2-m4x",
        "SF 7K2 M4X",
        "SF7K2M4X",
        "sf.7k2.m4x",
        "SF-7K2-\nM4X",
        "S F 7 K 2 M 4 X",
        "ЅF-7К2-М4Х",
        "REF:SF-7K2-M4X.",
    ],
)
def test_it_is_read_however_it_is_written(text: str) -> None:
    assert list(find_codes(text)) == ["SF-7K2-M4X"]


@pytest.mark.parametrize("text", ["", "TRANSFER 1234", "SFR invoice 12", "SF-7K2-M4XQ", "salary 7K2M4X"])
def test_what_is_none_is_not_taken_for_one(text: str) -> None:
    assert list(find_codes(text)) == []


def test_two_codes_are_both_found_once() -> None:
    assert list(find_codes("SF-7K2-M4X sf7k2m4x SF-222-222")) == ["SF-7K2-M4X", "SF-222-222"]
