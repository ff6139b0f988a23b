"""Which variant of pages a request may read: verified once, remembered until something changes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from standfirst.delivery.edge.access import Access, AccessTokens, token_in
from standfirst.delivery.store import PageStore

MOST_REMEMBERED = 20_000


class Entitlements:
    """Reads the access token of requests, for one process."""

    def __init__(self, tokens: AccessTokens) -> None:
        self.tokens = tokens
        self._known: dict[str, tuple[tuple[int, ...], Access | None]] = {}

    def of(self, environ: Mapping[str, Any], store: PageStore) -> str:
        """Return the variant that the request's token allows, "" when there is none or it is not good."""
        token = token_in(environ.get("HTTP_COOKIE", ""))
        if not token:
            return ""
        now, stamp = time.time(), store.state()[:3]
        known = self._known.get(token)
        if known is None or known[0] != stamp:
            access = self.tokens.verify(token, now=now, revoked_at=store.revoked_at)
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            known = self._known[token] = (stamp, access)
        access = known[1]
        return access.variant if access is not None and now < access.expires else ""
