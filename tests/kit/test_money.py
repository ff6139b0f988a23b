"""Amounts: as people write them, as each language shows them, and never a minor unit too many or too few."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.config.languages import LANGUAGES
from standfirst.kit.money import LARGEST, BadAmount, Money, check_currency, digits

CODES = [code for code, _name in LANGUAGES]
CURRENCIES = ["GEL", "AMD", "EUR", "USD", "RUB", "AZN", "JPY", "KWD"]
amounts = st.integers(min_value=-LARGEST + 1, max_value=LARGEST - 1)
currencies = st.sampled_from(CURRENCIES)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12", 1200),
        (" 12 ", 1200),
        ("12.5", 1250),
        ("12,50", 1250),
        ("0,05", 5),
        ("-5", -500),
        ("\u22125", -500),
        ("12.5000", 1250),
        ("1 200", 120000),
        ("1\u00a0200,50", 120050),
        ("1\u202f200", 120000),
        ("1\u2019200.50", 120050),
        ("1'200", 120000),
        ("1,200.50", 120050),
        ("1.200,50", 120050),
        ("1,200,000", 120000000),
        ("1.200.000", 120000000),
        ("1 200 000", 120000000),
        ("12 500,5", 1250050),
        ("۱۲", 1200),
        ("۱۲٫۵۰", 1250),
        ("۱٬۲۰۰٫۵۰", 120050),
        ("١٢٫٥", 1250),
    ],
)
def test_what_a_person_types_is_read(text: str, minor: int) -> None:
    assert Money.read(text, "GEL") == Money(minor, "GEL")


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "twelve", "12 GEL", "₾12", "12.", ".5", "1e3", "+5", "--5", "NaN", "Infinity", "0x10", "1_000"),
        *("1 2", "12 34", "1 20", "1 2000", "1,20,000", "1.200,", "1,2,3", "1.2.3", "12.345678", "12.505", "12\n13"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(BadAmount) as refused:
        Money.read(text, "GEL")
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize("text", ["1,200", "1.200", "12,000", "12.500"])
def test_what_two_people_would_read_differently_is_refused(text: str) -> None:
    with pytest.raises(BadAmount, match="could be"):
        Money.read(text, "GEL")


def test_minor_units_are_those_of_the_currency() -> None:
    assert [digits(currency) for currency in ("GEL", "JPY", "KWD")] == [2, 0, 3]
    assert Money.read("1200", "JPY") == Money(1200, "JPY")
    assert Money.read("12.345", "KWD") == Money(12345, "KWD")
    assert Money.read("12.5", "KWD") == Money(12500, "KWD")
    with pytest.raises(BadAmount, match="more decimal places than JPY, which has 0"):
        Money.read("12.5", "JPY")
    with pytest.raises(BadAmount, match="more decimal places than KWD, which has 3"):
        Money.read("12.3456", "KWD")


def test_what_is_more_than_there_can_be_is_refused() -> None:
    assert Money.read("99999999999.99", "GEL").amount == LARGEST - 1
    with pytest.raises(BadAmount, match="a digit too many"):
        Money.read("100000000000", "GEL")


@pytest.mark.parametrize("text", ["12,50", "1 200", "1,200.50", "12.", "1e3", ""])
def test_what_a_program_writes_has_one_form(text: str) -> None:
    with pytest.raises(BadAmount):
        Money.exactly(text, "GEL")


def test_what_a_program_writes_is_read() -> None:
    assert Money.exactly("1200.500", "GEL") == Money(120050, "GEL")
    assert Money.exactly("\n12.50 ", "GEL") == Money(1250, "GEL")  # as XML may hold it
    assert Money.exactly("-0.05000", "EUR") == Money(-5, "EUR")


@settings(max_examples=25, deadline=None)
@given(amounts, currencies)
def test_what_is_shown_in_a_form_is_read_as_the_same(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert Money.exactly(str(money.decimal), currency) == money
    assert Money.read(str(money.decimal), currency) == money


@pytest.mark.parametrize(
    ("language", "whole", "broken"),
    [
        ("en", "GEL\u00a012", "GEL\u00a01,234.50"),
        ("ru", "12\u00a0GEL", "1\u00a0234,50\u00a0GEL"),
        ("ka", "12\u00a0₾", "1\u00a0234,50\u00a0₾"),
        ("hy", "12\u00a0GEL", "1\u00a0234,50\u00a0GEL"),
        ("az", "12\u00a0GEL", "1.234,50\u00a0GEL"),
        ("fa", "\u200eGEL\u00a0۱۲", "\u200eGEL\u00a0۱٬۲۳۴٫۵۰"),
    ],
)
def test_each_language_shows_amounts_in_its_way(language: str, whole: str, broken: str) -> None:
    """Between number and currency stands a blank that does not break."""
    assert Money(1200, "GEL").format(language) == whole
    assert Money(123450, "GEL").format(language) == broken


def test_a_sign_stands_close_to_the_number_and_currencies_keep_their_minor_units() -> None:
    assert Money(1200, "EUR").format("en") == "€12"
    assert Money(1200, "JPY").format("en") == "¥1,200"
    assert Money(12345, "KWD").format("en") == "KWD\u00a012.345"
    assert Money(12000, "KWD").format("en") == "KWD\u00a012"
    assert Money(-1250, "USD").format("en") == "-$12.50"
    assert Money(0, "GEL").format("ka") == "0\u00a0₾"


def test_a_language_that_nobody_knows_gets_a_plain_amount() -> None:
    assert Money(1250, "GEL").format("xx-nowhere") == "12.50 GEL"


@pytest.mark.parametrize("language", CODES)
@settings(max_examples=25, deadline=None)
@given(amount=amounts, currency=currencies)
def test_no_language_hides_a_minor_unit(language: str, amount: int, currency: str) -> None:
    shown = Money(amount, currency).format(language)
    whole, part = divmod(abs(amount), 10 ** digits(currency))
    expected = f"{whole}{part:0{digits(currency)}}" if part else str(whole)
    assert "".join(str(int(sign)) for sign in shown if sign.isdigit()) == expected
    assert ("-" in shown or "−" in shown) == (amount < 0)
    assert " " not in shown


@given(st.integers(0, 10**9), st.integers(0, 100), st.integers(1, 100))
@settings(max_examples=25, deadline=None)
def test_a_share_is_the_nearest_minor_unit(amount: int, numerator: int, denominator: int) -> None:
    share = Money(amount, "GEL").share(numerator, denominator)
    assert abs(share.amount * denominator - amount * numerator) * 2 <= denominator


def test_only_money_of_one_currency_has_a_sum_and_an_order() -> None:
    gel, eur = Money(1200, "GEL"), Money(1200, "EUR")
    assert gel + gel - Money(400, "GEL") == Money(2000, "GEL")
    assert -gel < gel <= gel
    assert (bool(gel), bool(gel - gel)) == (True, False)
    assert gel != eur
    for does in (lambda: gel + eur, lambda: gel - eur, lambda: gel < eur, lambda: gel <= eur):
        with pytest.raises(ValueError, match="GEL and EUR have no sum"):
            does()


def test_a_currency_is_three_letters_that_exist() -> None:
    assert check_currency("AMD") == "AMD"
    for code in ("amd", "XYZ", "", "GE", "₾"):
        with pytest.raises(BadAmount, match="no currency"):
            check_currency(code)
