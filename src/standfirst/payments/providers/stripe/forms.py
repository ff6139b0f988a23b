"""The settings of a Stripe account."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from standfirst.payments.providers.stripe.client import KEY_PREFIXES, is_test_key


class StripeForm(forms.Form):
    """Secret key and signing secret. Both are kept sealed and never shown again; left empty they stay as they are."""

    secret_fields: ClassVar[tuple[str, ...]] = ("secret_key", "webhook_secret")

    secret_key = forms.CharField(
        label=_("Secret key"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Of Stripe's dashboard: Developers, API keys. A restricted key (rk_…) is enough."),
    )
    webhook_secret = forms.CharField(
        label=_("Signing secret of the webhook"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Begins with whsec_. Stripe shows it where you added this site's address as an endpoint."),
    )

    card_page = forms.ChoiceField(
        label=_("Where members give another card"),
        required=False,
        choices=(("checkout", _("On a Checkout page")), ("portal", _("In Stripe's customer portal"))),
        help_text=_("The portal has to be set up at Stripe first: Settings, Billing, Customer portal."),
    )

    def clean_card_page(self) -> str:
        """Checkout when nothing is chosen."""
        return self.cleaned_data["card_page"] or "checkout"

    def clean_secret_key(self) -> str:
        """A secret or restricted key of either mode."""
        key: str = self.cleaned_data["secret_key"].strip()
        if key.startswith(("pk_test_", "pk_live_")):
            raise forms.ValidationError(_("This is the publishable key; the secret key begins with sk_ or rk_."))
        if key and not key.startswith(KEY_PREFIXES):
            raise forms.ValidationError(
                _("A secret key of Stripe begins with sk_live_, rk_live_, sk_test_ or rk_test_.")
            )
        return key

    def clean_webhook_secret(self) -> str:
        """A signing secret."""
        secret: str = self.cleaned_data["webhook_secret"].strip()
        if secret and not secret.startswith("whsec_"):
            raise forms.ValidationError(_("The signing secret of a webhook begins with whsec_."))
        return secret

    def clean(self) -> dict[str, Any]:
        """Add `is_test`, which the key says: nobody has to set it, and nobody can set it wrongly."""
        cleaned = super().clean() or self.cleaned_data
        if key := cleaned.get("secret_key", ""):
            cleaned["is_test"] = is_test_key(key)
        return cleaned
