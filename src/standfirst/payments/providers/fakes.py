"""Where the fakes of providers may be used: in the demo and in tests, never where real money is."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from standfirst.payments.providers.interface import Credentials, ProviderError


def fakes_allowed() -> bool:
    """Whether this site may talk to the fake of a provider (the setting `PAYMENT_FAKES`; the demo and the tests)."""
    return bool(getattr(settings, "PAYMENT_FAKES", False))


def about_test_money(_request: HttpRequest) -> dict[str, bool]:
    """Tell templates (`is_test_money`) whether no payment of this site is real, so that its pages can say so."""
    return {"is_test_money": fakes_allowed()}


def refuse_in_production(name: str) -> None:
    """Raise ImproperlyConfigured when the fake called `name` is imported into a site with production settings."""
    if settings.configured and not fakes_allowed():
        raise ImproperlyConfigured(f"{name} is for the demo and for tests; production settings do not load it")


def fake_address(account: Credentials) -> str:
    """Where the fake of the account's provider answers (its setting `fake`), "" for the real provider.

    Raises ProviderError when an account has that setting where it must not: elsewhere than on loopback, without test
    mode, or in production.
    """
    address = account.settings.get("fake", "")
    if address and not (fakes_allowed() and account.is_test and _is_loopback(address)):
        raise ProviderError("This account leads to a fake of the provider; that is for the demo only.", code="fake")
    return address.rstrip("/")


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
