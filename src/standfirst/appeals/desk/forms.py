"""The forms of campaigns and appeals: amounts as people write them, countries by their codes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from standfirst.appeals.countries import UnknownCountry, codes_in, name_of
from standfirst.appeals.models import Campaign, Device, State, Variant
from standfirst.appeals.models.appeal import asked_readers
from standfirst.appeals.models.variant import MOST_AMOUNTS, MOST_VARIANTS
from standfirst.kit.money import BadAmount, Money, check_currency
from standfirst.stories.models import Section, Thread, Topic

NARROWING: dict[str, Any] = {"sections": Section, "threads": Thread, "topics": Topic}


def currency_of(text: str) -> str:
    """Return the code of a currency that exists. Raises ValidationError."""
    if not text:
        return ""
    try:
        return check_currency(text.strip().upper())
    except BadAmount as error:
        raise ValidationError(str(error)) from error


class CountriesField(forms.CharField):
    """Countries between commas, by their names or their codes."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(name_of, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        try:
            return codes_in(super().clean(value))
        except UnknownCountry as problem:
            said = _("“%(words)s” is no country; write its name or its two letters: Armenia, GE.")
            raise ValidationError(said % {"words": problem}) from problem

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class PagesField(forms.ModelMultipleChoiceField):
    """Pages of any edition, each with the language of its own."""

    def label_from_instance(self, page: Any) -> str:
        return f"{page.title} ({page.locale.language_code})"


class AppealForm(WagtailAdminModelForm):
    """Where an appeal stands, and who sees it."""

    readers = forms.MultipleChoiceField(
        label=gettext_lazy("Readers"),
        choices=State.choices,
        initial=asked_readers,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("With members chosen, this stands where they would see thanks: ask for something else."),
    )
    devices = forms.MultipleChoiceField(
        label=gettext_lazy("Devices"),
        choices=Device.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all."),
    )
    countries = CountriesField(
        label=gettext_lazy("Countries"),
        required=False,
        help_text=gettext_lazy(
            "Armenia, Georgia, or AM, GE; none: everywhere. The reader's device knows its time zone; nothing is sent."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in NARROWING.items():
            if name in self.fields:
                self.fields[name] = PagesField(
                    label=self.fields[name].label,
                    queryset=model.objects.live().select_related("locale").order_by("path"),
                    required=False,
                    help_text=gettext_lazy("None chosen: everywhere."),
                )

    def clean(self) -> dict[str, Any]:
        """Refuse sections, threads and topics of another edition: no page has them."""
        cleaned: dict[str, Any] = super().clean()
        edition = cleaned.get("edition")
        within = edition.path if edition else ""
        for name in NARROWING:
            foreign = [page.title for page in cleaned.get(name) or () if not page.path.startswith(within)]
            if foreign:
                said = _("“%(title)s” belongs to another edition: no reader of this one would see the appeal.")
                self.add_error(name, said % {"title": foreign[0]})
        return cleaned


class VariantForm(WagtailAdminModelForm):
    """The words of an appeal; amounts are read in their currency, so that 12.50 means what it says."""

    number = forms.IntegerField(
        label=gettext_lazy("Number"),
        required=False,
        min_value=Variant.CONTROL,
        max_value=MOST_VARIANTS,
        help_text=gettext_lazy(
            "1 is the control: what readers see without a test and without JavaScript. Empty: the next that is free."
        ),
    )
    amounts = forms.CharField(
        label=gettext_lazy("Amounts"),
        required=False,
        help_text=gettext_lazy("Up to four, each a button that leads to joining with this amount: 5, 10, 20"),
    )

    class Meta:
        model = Variant
        exclude = ("stopped_at",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["amounts"] = ", ".join(str(money.decimal) for money in self.instance.sums)
        if self.instance.pk is None:
            self.initial["number"] = None

    def clean_currency(self) -> str:
        """A currency that exists, or none."""
        return currency_of(self.cleaned_data["currency"])

    def clean(self) -> dict[str, Any]:
        """Read the amounts; their currency has to be known for that. Words that are being tested stay as they are."""
        cleaned: dict[str, Any] = super().clean()
        written, currency = cleaned.get("amounts") or "", cleaned.get("currency") or ""
        cleaned["amounts"] = self._read(written, currency) if currency else []
        if written and not currency and "currency" not in self.errors:
            self.add_error("currency", _("Amounts need a currency: EUR."))
        if self.instance.pk and self.has_changed() and self.instance.appeal.is_on_trial:
            said = _("These words are being tested: end the test before you change them, or copy the appeal.")
            self.add_error(None, said)
        return cleaned

    def _read(self, written: str, currency: str) -> list[int]:
        try:
            parts = written.replace(";", ",").split(",")
            amounts = [Money.read(part, currency).amount for part in parts if part.strip()]
        except BadAmount as error:
            self.add_error("amounts", str(error))
            return []
        if len(amounts) > MOST_AMOUNTS or any(amount <= 0 for amount in amounts):
            self.add_error("amounts", _("Give up to four amounts above zero."))
        return amounts


class CampaignForm(WagtailAdminModelForm):
    """A campaign; its goal in money as people write it."""

    money = forms.CharField(
        label=gettext_lazy("Money wanted"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Or no such goal: empty."),
    )

    class Meta:
        model = Campaign
        fields = ("name", "begins", "ends", "is_running", "goal_members", "goal_currency", "position")

    field_order = ("name", "begins", "ends", "is_running", "position", "goal_members", "money", "goal_currency")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaign = self.instance
        if campaign.goal_amount:
            self.initial["money"] = str(Money(campaign.goal_amount, campaign.goal_currency).decimal)

    def clean_goal_currency(self) -> str:
        """A currency that exists, or none."""
        return currency_of(self.cleaned_data["goal_currency"])

    def clean(self) -> dict[str, Any]:
        """Read the money in its currency; the model checks that the rest agrees with it."""
        cleaned: dict[str, Any] = super().clean()
        written, currency = cleaned.get("money") or "", cleaned.get("goal_currency") or ""
        self.instance.goal_amount = None
        if written and currency:
            try:
                self.instance.goal_amount = Money.read(written, currency).amount
            except BadAmount as error:
                self.add_error("money", str(error))
        elif written and "goal_currency" not in self.errors:
            self.add_error("goal_currency", _("Money and its currency belong together: fill in both."))
        return cleaned
