"""Services that forget everything that carries a key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress

from standfirst.delivery.purging.cdn.calling import PurgeFailed, call
from standfirst.delivery.purging.cdn.keys import EVERYTHING
from standfirst.delivery.purging.cdn.service import Service

FASTLY = "https://api.fastly.com"
CLOUDFLARE = "https://api.cloudflare.com/client/v4"


class KeyPurger:
    """Forgets by key. Each page carries the key EVERYTHING, so that all can go without static files going along."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def forget(self, keys: Sequence[str]) -> None:
        """Let the service forget all pages with one of `keys`, as many as one call takes. Raises PurgeFailed."""
        raise NotImplementedError

    def forget_everything(self) -> None:
        """Let the service forget all pages. Raises PurgeFailed."""
        self.forget([EVERYTHING])


class VarnishPurger(KeyPurger):
    """PURGE with the keys in `Surrogate-Key`, as deploy/varnish/standfirst.vcl understands it, sent to each node.

    All nodes are asked even when one fails; the purge as a whole has failed then, and is sent to all again.
    """

    def forget(self, keys: Sequence[str]) -> None:
        """See `KeyPurger.forget`."""
        failures = []
        for url in self.service.urls:
            try:
                call("PURGE", f"{url}/", {"Surrogate-Key": " ".join(keys)})
            except PurgeFailed as failure:
                failures.append(failure)
        if failures:
            raise failures[0]


class FastlyPurger(KeyPurger):
    """Fastly's purge of a batch of keys: https://www.fastly.com/documentation/reference/api/purging/.

    Soft: what was purged is kept as stale, for the case that the origin fails.
    """

    def forget(self, keys: Sequence[str]) -> None:
        """See `KeyPurger.forget`."""
        call(
            "POST",
            f"{FASTLY}/service/{self.service.identity}/purge",
            {
                "Fastly-Key": self.service.token,
                "Fastly-Soft-Purge": "1",
                "Surrogate-Key": " ".join(keys),
                "Accept": "application/json",
            },
        )


class CloudflarePurger(KeyPurger):
    """Cloudflare's purge by tag: https://developers.cloudflare.com/api/resources/cache/methods/purge/."""

    def forget(self, keys: Sequence[str]) -> None:
        """See `KeyPurger.forget`."""
        cloudflare_call(self.service, {"tags": list(keys)})


def cloudflare_call(service: Service, body: dict[str, object]) -> None:
    """Send one purge to Cloudflare. Raises PurgeFailed, also for an answer of 200 that reports no success."""
    answer = call(
        "POST",
        f"{CLOUDFLARE}/zones/{service.identity}/purge_cache",
        {"Authorization": f"Bearer {service.token}"},
        body,
    )
    with suppress(ValueError, AttributeError):
        if json.loads(answer).get("success") is True:
            return
    raise PurgeFailed(f"Cloudflare did not purge ({answer[:200].decode(errors='replace')}); look at `cdn_token`")
