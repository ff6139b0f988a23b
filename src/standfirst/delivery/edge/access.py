"""The signed access token: says in a cookie which variant of a page its bearer may read, verified without a database.

A token is `VARIANT.SUBJECT.ISSUED.EXPIRES.SIGNATURE`: the entitlement variant, an opaque name of whose it is (so that
it can be revoked), two times in whole seconds since the epoch, and HMAC-SHA256 over all of it. It names nobody, and
lives for a day at most; who has to lose access earlier is revoked by subject.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

COOKIE = "standfirst_access"
LONGEST_LIFE = 24 * 3600
SKEW = 60
"""Seconds by which the clocks of two nodes may differ."""
_TOKEN = re.compile(r"([a-z0-9-]{1,40})\.([A-Za-z0-9_-]{1,64})\.(\d{1,12})\.(\d{1,12})\.([A-Za-z0-9_-]{43})")
_COOKIE = re.compile(rf"(?:^|;)\s*{COOKIE}=\"?([^;\"\s]{{1,300}})")


@dataclass(frozen=True, slots=True)
class Access:
    """What a good token says; times are seconds since the epoch."""

    variant: str
    subject: str
    issued: int
    expires: int


class AccessTokens:
    """Issues and verifies tokens with keys derived from `secrets`: the first signs, all verify."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = [hashlib.sha256(b"standfirst.access\0" + secret.encode()).digest() for secret in secrets]

    def issue(self, *, variant: str, subject: str, now: float, life: int) -> str:
        """Return a token for `life` seconds from `now`.

        Raises:
            ValueError: variant or subject hold other characters than letters, digits and hyphens, or `life` is longer
                than a day.
        """
        issued = int(now)
        if not 0 < life <= LONGEST_LIFE:
            raise ValueError(f"An access token lives for 1 to {LONGEST_LIFE} seconds, not {life}.")
        text = f"{variant}.{subject}.{issued}.{issued + life}"
        token = f"{text}.{_signature(self._keys[0], text)}"
        if not _TOKEN.fullmatch(token):
            raise ValueError(f"{variant!r} and {subject!r} cannot stand in an access token.")
        return token

    def verify(self, token: str, *, now: float, revoked_at: Callable[[str], float | None]) -> Access | None:
        """Return what `token` says, or `None` when it is forged, damaged, not valid now or revoked."""
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        text = token[: match.start(5) - 1]
        if not any(hmac.compare_digest(_signature(key, text), match[5]) for key in self._keys):
            return None
        access = Access(match[1], match[2], int(match[3]), int(match[4]))
        if not access.issued - SKEW <= now < access.expires or access.expires - access.issued > LONGEST_LIFE:
            return None
        revoked = revoked_at(access.subject)
        return None if revoked is not None and access.issued <= revoked else access


def _signature(key: bytes, text: str) -> str:
    digest = hmac.digest(key, text.encode("ascii"), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def token_in(cookies: str) -> str:
    """The access token in a Cookie header, or an empty string."""
    match = _COOKIE.search(cookies)
    return match[1] if match else ""
