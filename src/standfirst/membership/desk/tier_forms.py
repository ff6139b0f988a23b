"""The forms of a tier: its texts in each language, its prices in each currency. Amounts as people write them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.models import inlineformset_factory
from django.utils.translation import gettext_lazy

from standfirst.kit.money import BadAmount, Money, check_currency
from standfirst.membership.models import Price, Tier, TierText


class TierForm(forms.ModelForm):
    """The tier itself."""

    class Meta:
        model = Tier
        fields = ("name", "slug", "rank", "position", "is_open")


class TextForm(forms.ModelForm):
    """What is said of it in one language; benefits one a line."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    lines = forms.CharField(
        label=gettext_lazy("Benefits, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    class Meta:
        model = TierText
        fields = ("language", "name", "summary", "thanks")
        widgets = {"thanks": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].initial = "\n".join(self.instance.benefits)

    def save(self, commit: bool = True) -> TierText:
        """Keep the benefits, too."""
        self.instance.benefits = [line.strip() for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        return super().save(commit)


class PriceForm(forms.ModelForm):
    """One price. The amounts are read in its currency, so that 12.50 means what it says."""

    price = forms.CharField(label=gettext_lazy("Price"), max_length=20)
    least = forms.CharField(
        label=gettext_lazy("At least"),
        max_length=20,
        initial="0",
        help_text=gettext_lazy("0: who cannot pay joins all the same."),
    )
    suggestions = forms.CharField(
        label=gettext_lazy("Suggested amounts"), max_length=100, required=False, help_text=gettext_lazy("6, 12, 24")
    )

    class Meta:
        model = Price
        fields = ("currency", "interval", "is_open")

    field_order = ("currency", "interval", "price", "least", "suggestions", "is_open")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["price"].initial = self._shown(self.instance.amount)
            self.fields["least"].initial = self._shown(self.instance.minimum)
            self.fields["suggestions"].initial = ", ".join(self._shown(amount) for amount in self.instance.suggested)

    def _shown(self, amount: int) -> str:
        return str(Money(amount, self.instance.currency).decimal)

    def clean_currency(self) -> str:
        """A currency that exists."""
        try:
            return check_currency(self.cleaned_data["currency"].upper())
        except BadAmount as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Read the amounts; their currency has to be known for that."""
        data = super().clean() or {}
        currency = data.get("currency")
        if currency:
            self.instance.amount = self._read("price", currency)
            self.instance.minimum = self._read("least", currency)
            self.instance.suggested = self._read_all("suggestions", currency)
            if self.instance.minimum > self.instance.amount:
                self.add_error("least", ValidationError(gettext_lazy("This is more than the price.")))
        return data

    def _read(self, field: str, currency: str) -> int:
        text = self.cleaned_data.get(field)
        if not text:
            return 0
        try:
            amount = Money.read(text, currency).amount
        except BadAmount as error:
            self.add_error(field, str(error))
            return 0
        if amount < 0:
            self.add_error(field, ValidationError(gettext_lazy("An amount is not below zero.")))
        return max(amount, 0)

    def _read_all(self, field: str, currency: str) -> list[int]:
        try:
            parts = self.cleaned_data.get(field, "").replace(";", ",").split(",")
            return [Money.read(part, currency).amount for part in parts if part.strip()]
        except BadAmount as error:
            self.add_error(field, str(error))
            return []


Texts = inlineformset_factory(Tier, TierText, form=TextForm, extra=1, can_delete=True)
Prices = inlineformset_factory(Tier, Price, form=PriceForm, extra=1, can_delete=True)
