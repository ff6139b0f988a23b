"""Whether an account's settings work."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from stripe import StripeClient

from standfirst.payments.providers.interface import Credentials, ProviderError
from standfirst.payments.providers.stripe.client import client_of, is_test_key, plain, talking

NO_PORTAL = gettext_noop(
    "Stripe's customer portal is not set up: open Settings, Billing, Customer portal at Stripe (in the same mode, test "
    "or live), allow customers to update payment methods, and save; or choose Checkout in this account's settings."
)


def _check_portal(client: StripeClient) -> None:
    """Whether the portal can be opened, and lets a card be changed. Raises ProviderError."""
    rows = plain(client.v1.billing_portal.configurations.list({"is_default": True, "active": True}))["data"]
    features = rows[0].get("features") or {} if rows else {}
    if not (features.get("payment_method_update") or {}).get("enabled"):
        raise ProviderError(_(NO_PORTAL), code="portal")


def check(account: Credentials) -> str:
    """Ask Stripe whose key it is; return a sentence. Raises ProviderError."""
    client = client_of(account)
    if not account.secrets.get("webhook_secret", "").startswith("whsec_"):
        raise ProviderError(
            _("The signing secret of the webhook is missing; Stripe shows it where you added the endpoint."),
            code="credentials",
        )
    with talking():
        found = plain(client.v1.accounts.retrieve_current())
        if account.settings.get("card_page") == "portal":
            _check_portal(client)
    dashboard = (found.get("settings") or {}).get("dashboard") or {}
    values = {"name": dashboard.get("display_name") or found.get("email") or found["id"], "country": found["country"]}
    if is_test_key(account.secrets["secret_key"]):
        return _("Stripe knows the account %(name)s (%(country)s), in test mode.") % values
    if not found.get("charges_enabled"):
        raise ProviderError(
            _("Stripe does not let %(name)s take payments yet; finish its setup at Stripe.") % values, code="not_ready"
        )
    return _("Stripe knows the account %(name)s (%(country)s) and takes real payments.") % values
