"""The settings of a bank account: numbers are checked before members are told them."""

from __future__ import annotations

import pytest

from standfirst.payments.providers.bank import PROVIDER, number_for
from standfirst.payments.providers.bank.forms import BankSettingsForm
from standfirst.payments.providers.interface import Credentials, ProviderError


def form(**given: str) -> BankSettingsForm:
    return BankSettingsForm({"holder": "Newsroom NGO", "number": "GE29 NB00 0000 0101 9049 17"} | given)


def test_numbers_are_kept_without_blanks() -> None:
    filled = form(other_numbers="usd GE29NB0000000101904917USD\nAMD 1570 0123 4567 8901", bic="bagage22")
    assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["number"] == "GE29NB0000000101904917"
    assert filled.cleaned_data["other_numbers"] == "USD GE29NB0000000101904917USD\nAMD 1570012345678901"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"number": "GE28NB0000000101904917"}, "a digit is wrong"),
        ({"number": "x"}, "is no account number"),
        ({"other_numbers": "XXL GE29NB0000000101904917"}, "is no currency"),
        ({"bic": "short"}, "8 or 11"),
        ({"holder": ""}, "required"),
    ],
)
def test_a_mistake_is_told(given: dict[str, str], sentence: str) -> None:
    filled = form(**given)
    assert not filled.is_valid()
    assert sentence in str(filled.errors)


def test_the_number_of_the_currency_is_told() -> None:
    account = Credentials({"holder": "N", "number": "1111111", "other_numbers": "USD 2222222"}, {})
    assert (number_for(account, "USD"), number_for(account, "GEL")) == ("2222222", "1111111")
    with pytest.raises(ProviderError, match="no number for EUR"):
        number_for(Credentials({}, {}), "EUR")
    assert PROVIDER.check(account) == "Members are told: N, 1111111."
    with pytest.raises(ProviderError):
        PROVIDER.check(Credentials({}, {}))
