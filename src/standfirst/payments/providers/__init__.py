"""The payment providers: one folder each, registered by its name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import cast

from standfirst.payments.providers.interface import Provider

NAMES = ("stripe", "flitt", "bank", "by_hand", "sandbox")


@cache
def provider_named(name: str) -> Provider:
    """Return the provider called `name`. Raises LookupError."""
    if name not in NAMES:
        raise LookupError(f"there is no payment provider {name!r}; there are {', '.join(NAMES)}")
    return cast(Provider, import_module(f"standfirst.payments.providers.{name}").PROVIDER)


def all_providers() -> list[Provider]:
    """Return all of them, in the order of `NAMES`."""
    return [provider_named(name) for name in NAMES]
