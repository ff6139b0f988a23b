"""What the background worker runs for the CDN."""

from __future__ import annotations

import threading
from collections.abc import Callable

from standfirst.delivery import store
from standfirst.delivery.purging.cdn.by_address import AddressPurger
from standfirst.delivery.purging.cdn.by_key import CloudflarePurger, FastlyPurger, KeyPurger, VarnishPurger
from standfirst.delivery.purging.cdn.following import CdnFollower
from standfirst.delivery.purging.cdn.service import Name, Service, configured
from standfirst.delivery.purging.cdn.telling import Purger, Teller

Loop = Callable[[threading.Event], None]
BY_KEY: dict[Name, type[KeyPurger]] = {
    "varnish": VarnishPurger,
    "fastly": FastlyPurger,
    "cloudflare": CloudflarePurger,
}


def loops() -> list[Loop]:
    """The loop that tells the configured CDN, to run in a thread of its own; none without a CDN or a page store."""
    service = configured()
    pages = store.current()
    if not service.purged or pages is None:
        return []
    return [CdnFollower(pages, service, Teller(service.ability, make_purger(service))).run]


def make_purger(service: Service) -> Purger:
    """What speaks to `service`."""
    return BY_KEY[service.name](service) if service.ability.by_key else AddressPurger(service)
