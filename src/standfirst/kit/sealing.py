"""Secrets of others (keys of payment providers) as they lie in the database: encrypted with the newsroom's own key."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotUnseal(ValueError):
    """Nothing that was sealed with this newsroom's key: the secret key is another one than it was."""


def seal(text: str) -> str:
    """Encrypt `text` (Fernet: AES-128-CBC with HMAC) with a key derived from the newsroom's secret key."""
    return _box().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return what `seal` was given. Raises CannotUnseal."""
    try:
        return _box().decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError) as error:
        raise CannotUnseal("this secret was sealed with another secret key; enter it again") from error


def _box() -> MultiFernet:
    return _box_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _box_of(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"standfirst: secrets of payment providers")
    return urlsafe_b64encode(derivation.derive(secret.encode()))
