"""The settings of a Flitt account."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

TEST_MERCHANT = "1549901"
"""Flitt's public test merchant (https://docs.flitt.com/api/testing); its payment key is `test`."""


class FlittForm(forms.Form):
    """Merchant number and payment key. The key is kept sealed and never shown again; left empty it stays as it is."""

    secret_fields: ClassVar[tuple[str, ...]] = ("payment_key",)

    merchant_id = forms.CharField(
        label=_("Merchant number"),
        max_length=12,
        help_text=_("Of Flitt's portal: Merchant settings, Technical settings."),
    )
    payment_key = forms.CharField(
        label=_("Payment key"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Next to the merchant number. Not the credit key, which is for paying out."),
    )

    def clean_merchant_id(self) -> str:
        """Digits only."""
        number: str = self.cleaned_data["merchant_id"].strip()
        if not (number.isascii() and number.isdecimal()):
            raise forms.ValidationError(_("A merchant number of Flitt has digits only, for instance 1549901."))
        return number

    def clean_payment_key(self) -> str:
        """Without the spaces that copying adds."""
        key: str = self.cleaned_data["payment_key"].strip()
        return key

    def clean(self) -> dict[str, Any]:
        """Add `is_test` for Flitt's public test merchant: nobody can take its payments for money."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("merchant_id") == TEST_MERCHANT:
            cleaned["is_test"] = True
        return cleaned
