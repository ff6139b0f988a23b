"""Talking to Stripe: one client an account, our version of its API, its errors in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import stripe
from stripe import StripeClient

from standfirst.payments.providers.fakes import fake_address
from standfirst.payments.providers.interface import Credentials, NotReached, ProviderError

API_VERSION = "2026-10-28.endive"
"""The version of Stripe's API that we read and write, whatever the account's default is: the one that release 16.1 of
Stripe's library was made for. Before it is raised, read https://docs.stripe.com/changelog and run the tests."""
TIMEOUT = (5.0, 25.0)
"""Seconds to connect and to answer: a payer waits for it."""
RETRIES = 2
KEY_PREFIXES = ("sk_test_", "rk_test_", "sk_live_", "rk_live_")

Json = dict[str, Any]


def is_test_key(key: str) -> bool:
    """Whether a secret (`sk_`) or restricted (`rk_`) key is of Stripe's test mode; its prefix says so."""
    return key.startswith(("sk_test_", "rk_test_"))


def client_of(account: Credentials) -> StripeClient:
    """Return a client that acts for `account`. Raises ProviderError when the account has no usable key."""
    key = account.secrets.get("secret_key", "")
    if not key.startswith(KEY_PREFIXES):
        raise ProviderError("This Stripe account has no secret key; enter it in its settings.", code="credentials")
    return _client(key, fake_address(account))


@lru_cache(maxsize=16)
def _client(key: str, address: str) -> StripeClient:
    """Kept, because its connections are: a new one would greet and encrypt anew for every request."""
    return StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": address} if address else None,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
    )


def forget_clients() -> None:
    """Let the next request be made with a new client."""
    _client.cache_clear()


@contextmanager
def talking() -> Iterator[None]:
    """Turn Stripe's errors into ours (https://docs.stripe.com/error-handling)."""
    try:
        yield
    except stripe.APIConnectionError as error:
        raise NotReached("Stripe did not answer.") from error
    except stripe.RateLimitError as error:
        raise NotReached("Stripe takes no more requests at the moment.") from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        sentence = f"Stripe does not accept the secret key, or the key may not do this: {_said(error)}"
        raise ProviderError(sentence, code="credentials") from error
    except stripe.CardError as error:
        raise ProviderError(f"The card was declined: {_said(error)}", code=_code(error)) from error
    except stripe.StripeError as error:
        raise _other(error) from error


def _other(error: stripe.StripeError) -> ProviderError:
    # `APIError`: no error of Stripe's could be read, whatever the status (a proxy's page, half an answer).
    if isinstance(error, stripe.APIError) or error.http_status in {409, None} or error.http_status >= 500:
        return NotReached(f"Stripe could not say whether it was done: {_said(error)}")
    if error.http_status == 404 or error.code == "resource_missing":
        return ProviderError(f"Stripe knows no such thing: {_said(error)}", code="unknown")
    return ProviderError(f"Stripe refused: {_said(error)}", code=_code(error))


def _said(error: stripe.StripeError) -> str:
    return (error.user_message or str(error))[:300]


def _code(error: stripe.StripeError) -> str:
    """The most telling code there is: of the bank, of Stripe, or the kind of error."""
    found = getattr(error.error, "decline_code", None) or error.code or type(error).__name__
    return str(found)


def plain(found: stripe.StripeObject) -> Json:
    """Return what Stripe answered as plain dicts and lists."""
    return found.to_dict()


def everything(found: Any) -> list[Json]:
    """Return all rows of a list of Stripe's, over as many pages as it has."""
    return [plain(row) for row in found.auto_paging_iter()]


def id_of(value: Any) -> str:
    """The id of what is either an id or the expanded object, "" for nothing."""
    if isinstance(value, dict):
        return str(value.get("id") or "")
    return str(value or "")
