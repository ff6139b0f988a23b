"""The settings of a bank account."""

from __future__ import annotations

import re
from typing import ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.kit.money import BadAmount, check_currency

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_NUMBER = re.compile(r"[A-Z0-9]{5,34}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def read_number(text: str) -> str:
    """Return an account number without blanks; an IBAN is checked (ISO 13616). Raises ValidationError."""
    number = re.sub(r"[\s-]", "", text).upper()
    if not _NUMBER.fullmatch(number):
        raise forms.ValidationError(_("%(text)s is no account number.") % {"text": text})
    if re.match(r"[A-Z]{2}\d{2}", number):
        # The country, the check digits, and after a Georgian IBAN often the currency, which is no part of it.
        plain = number[:-3] if number.startswith("GE") and len(number) == 25 and number[-3:].isalpha() else number
        digits = "".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])
        if not _IBAN.fullmatch(plain) or int(digits) % 97 != 1:
            raise forms.ValidationError(_("%(text)s is no valid IBAN: a digit is wrong.") % {"text": text})
    return number


def read_numbers(text: str) -> dict[str, str]:
    """Read `USD GE12…`, one a line: currency and account number. Raises ValidationError."""
    numbers = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        currency, _blank, number = line.partition(" ")
        try:
            numbers[check_currency(currency.upper())] = read_number(number)
        except BadAmount as error:
            raise forms.ValidationError(str(error)) from error
    return numbers


class BankSettingsForm(forms.Form):
    """Nothing secret: all of it is told to whoever wants to pay."""

    secret_fields: ClassVar[tuple[str, ...]] = ()

    holder = forms.CharField(label=gettext_lazy("Account holder"), max_length=120)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=120, required=False)
    bic = forms.CharField(label=gettext_lazy("BIC (SWIFT)"), max_length=11, required=False)
    number = forms.CharField(label=gettext_lazy("IBAN or account number"), max_length=50)
    other_numbers = forms.CharField(
        label=gettext_lazy("Other numbers by currency"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line: the currency, a blank, the account number."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note to payers"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("For instance: the bank asks for the purpose; write “donation”."),
    )

    def clean_number(self) -> str:
        """Checked, without blanks."""
        return read_number(self.cleaned_data["number"])

    def clean_other_numbers(self) -> str:
        """Checked, one a line."""
        numbers = read_numbers(self.cleaned_data["other_numbers"])
        return "\n".join(f"{currency} {number}" for currency, number in numbers.items())

    def clean_bic(self) -> str:
        """Eight or eleven letters (ISO 9362)."""
        bic = self.cleaned_data["bic"].replace(" ", "").upper()
        if bic and not _BIC.fullmatch(bic):
            raise forms.ValidationError(_("A BIC has 8 or 11 letters and digits."))
        return bic
