"""The form of a payment account: what is the same for all, and what the provider itself asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.kit.money import BadAmount, check_currency
from standfirst.kit.sealing import CannotUnseal
from standfirst.payments.models import ProviderAccount


def read_currencies(text: str) -> list[str]:
    """`GEL, EUR` as a list without repetitions. Raises ValidationError."""
    codes = list(dict.fromkeys(text.upper().replace(",", " ").split()))
    try:
        return [check_currency(code) for code in codes]
    except BadAmount as error:
        raise ValidationError(str(error)) from error


class AccountForm(forms.ModelForm):
    """What every account has."""

    taken = forms.CharField(
        label=gettext_lazy("Currencies"), max_length=200, help_text=gettext_lazy("Three letters each: GEL, EUR.")
    )

    class Meta:
        model = ProviderAccount
        fields = ("label", "payer_label", "position", "is_open", "is_test")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taken"].initial = ", ".join(self.instance.currencies)

    def clean_taken(self) -> list[str]:
        """The codes."""
        return read_currencies(self.cleaned_data["taken"])

    def clean(self) -> dict[str, Any]:
        """An account whose provider has fixed currencies takes no others."""
        data = super().clean() or {}
        able = self.instance.verbs.abilities.currencies
        strange = [code for code in data.get("taken", []) if able and code not in able]
        if strange:
            self.add_error("taken", _("This provider does not take %(codes)s.") % {"codes": ", ".join(strange)})
        return data

    def save(self, commit: bool = True) -> ProviderAccount:
        """Keep the currencies, too."""
        self.instance.currencies = self.cleaned_data["taken"]
        return super().save(commit)


def settings_form(account: ProviderAccount, data: Any = None) -> forms.Form:
    """The provider's own form, filled with what is kept. A secret is never shown again: its field comes empty."""
    form: forms.Form = account.verbs.settings_form()(data, initial=account.settings, prefix="own")
    kept = secrets_kept(account)
    for name in secret_fields(form):
        field = form.fields[name]
        field.widget = forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False)
        form.initial.pop(name, None)
        if name in kept:
            field.required = False
            field.help_text = _("It is kept, and not shown. Leave this empty to leave it as it is.")
    return form


def secrets_kept(account: ProviderAccount) -> frozenset[str]:
    """Names of the secrets that are kept and can be read; none when the newsroom's key has changed."""
    try:
        return frozenset(name for name, value in account.secrets.items() if value)
    except CannotUnseal:
        return frozenset()


def secret_fields(form: forms.Form) -> tuple[str, ...]:
    """The fields of a settings form that hold secrets."""
    return tuple(name for name in getattr(form, "secret_fields", ()) if name in form.fields)


def keeps_mode(account: ProviderAccount, form: AccountForm, own: forms.Form) -> bool:
    """Whether both valid forms leave an account that members pay through in its mode; says why when they do not.

    The other mode knows none of their agreements, and play money must never count as real.
    """
    was = ProviderAccount.objects.filter(pk=account.pk, agreements__isnull=False).values_list("is_test", flat=True)
    will = bool(own.cleaned_data.get("is_test", form.cleaned_data["is_test"]))
    if all(mode is will for mode in was[:1]):
        return True
    form.add_error(
        None,
        _("Members pay through this account in test mode; add another account for real money.")
        if not will
        else _("Members pay through this account with real money; add another account for test mode."),
    )
    return False


def keep(account: ProviderAccount, form: forms.Form) -> None:
    """Take over what a valid settings form says. Does not save."""
    secret = secret_fields(form)
    said = dict(form.cleaned_data)
    if "is_test" in said:  # the provider's own keys tell, whatever was ticked
        account.is_test = bool(said.pop("is_test"))
    account.settings |= {name: _plain(value) for name, value in said.items() if name not in secret}
    given = {name: str(form.cleaned_data[name] or "") for name in secret}
    if not secrets_kept(account):
        account.sealed = ""
    account.keep_secrets(**given)


def _plain(value: Any) -> Any:
    """What JSON can hold."""
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)
