"""How Flitt and we sign what we tell each other (https://docs.flitt.com/api/building-signature)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

UNSIGNED = frozenset({"signature", "response_signature_string"})


def sign(payment_key: str, values: Mapping[str, object]) -> str:
    """Return the signature of `values`: SHA-1, in hexadecimal digits, over the key and the values ordered by name.

    They are joined by `|`; what is empty and the signature itself are left out. SHA-1 is the provider's choice.
    """
    signed = [text for name in sorted(values) if name not in UNSIGNED and (text := _text(values[name]))]
    return hashlib.sha1("|".join([payment_key, *signed]).encode()).hexdigest()  # noqa: S324 - as documented


def is_signed(payment_key: str, values: Mapping[str, object]) -> bool:
    """Whether `values` carry the signature that they must have."""
    given = values.get("signature")
    return isinstance(given, str) and hmac.compare_digest(given.encode(), sign(payment_key, values).encode())


def _text(value: object) -> str:
    return "" if value is None else str(value)
