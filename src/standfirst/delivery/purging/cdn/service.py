"""The CDN that stands in front, as the newsroom configured it, and what services of its kind can do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal, cast

Name = Literal["none", "http", "varnish", "cloudflare", "cloudfront", "azure", "fastly"]

AZURE_ID = re.compile(
    r"/subscriptions/(?P<subscription>[\w-]+)/resourceGroups/(?P<group>[\w.()-]+)/providers/"
    r"(?:Microsoft\.Network/frontDoors/(?P<door>[\w-]+)"
    r"|Microsoft\.Cdn/profiles/(?P<profile>[\w-]+)/(?P<kind>endpoints|afdEndpoints)/(?P<endpoint>[\w-]+))",
    re.IGNORECASE,
)
"""What Azure calls the resource ID of an endpoint, or of a classic Front Door."""


@dataclass(frozen=True, slots=True)
class Ability:
    """What one kind of service can do.

    by_key: it forgets everything that carries a key; else it is told addresses.
    key_field: the response header it reads a page's keys from, and `key_separator` between them.
    lifetime_field: the response header that only this service obeys, "" when it knows `Cache-Control` alone.
    keeps_variants: it tells readers apart by `Vary: Cookie`, as RFC 9111 §4.1 says; several big services do not.
    forgets_everything: it can be told to forget all pages at once.
    repeats: a purge is sent a second time some seconds later (see `telling.py`); not where each one costs money.
    batch: keys or addresses in one call; `calls` and `per_seconds`: calls it accepts in how many seconds, evenly;
    `burst`: how many at once after a pause, 0 for `calls`.
    """

    by_key: bool = False
    key_field: str = ""
    key_separator: str = " "
    lifetime_field: str = ""
    keeps_variants: bool = True
    forgets_everything: bool = True
    repeats: bool = True
    batch: int = 1
    calls: int = 50
    per_seconds: float = 1.0
    burst: int = 0


ABILITIES: dict[Name, Ability] = {
    # Whatever may stand in front: nobody knows whether it tells readers apart.
    "none": Ability(key_field="Surrogate-Key", lifetime_field="CDN-Cache-Control", keeps_variants=False),
    "http": Ability(key_field="Surrogate-Key", forgets_everything=False),
    # Fifty keys stay under the 8 KB that Varnish takes in one header of a request.
    "varnish": Ability(by_key=True, key_field="Surrogate-Key", lifetime_field="CDN-Cache-Control", batch=50, calls=100),
    # https://www.fastly.com/documentation/reference/api/purging/: 256 keys a call; 100,000 purges an hour.
    "fastly": Ability(by_key=True, key_field="Surrogate-Key", lifetime_field="Surrogate-Control", batch=256, calls=25),
    # https://developers.cloudflare.com/cache/how-to/purge-cache/: every plan purges by tag, 100 tags a call; the free
    # plan accepts five calls a minute, 25 at once. `Vary: Cookie` does not count there.
    "cloudflare": Ability(
        by_key=True,
        key_field="Cache-Tag",
        key_separator=",",
        lifetime_field="Cloudflare-CDN-Cache-Control",
        keeps_variants=False,
        batch=100,
        calls=5,
        per_seconds=60.0,
        burst=25,
    ),
    # 3,000 addresses may be under way at once; one invalidation takes them all.
    "cloudfront": Ability(keeps_variants=False, repeats=False, batch=1000, calls=1, per_seconds=2.0),
    # 50 purges a minute, 100 addresses each.
    "azure": Ability(keeps_variants=False, repeats=False, batch=100, calls=50, per_seconds=60.0),
}


@dataclass(frozen=True, slots=True)
class Service:
    """The configured CDN: `urls` of its nodes (varnish, http), its `identity` there, and the secret `token`.

    `hosts` are the addresses readers know the newsroom by (scheme and host, no path): what is purged by address is
    purged for each of them. `by_address`: tell it addresses although it knows keys.
    """

    name: Name = "none"
    urls: tuple[str, ...] = ()
    identity: str = ""
    token: str = field(default="", repr=False)
    hosts: tuple[str, ...] = ()
    by_address: bool = False

    @property
    def ability(self) -> Ability:
        """What it can do, as it is to be used."""
        able = ABILITIES[self.name]
        if self.by_address and able.by_key:
            return replace(able, by_key=False, key_field="", forgets_everything=self.name != "varnish")
        return able

    @property
    def purged(self) -> bool:
        """Whether it is told about changes."""
        return self.name != "none"

    @property
    def account(self) -> str:
        """What tells this CDN from another that may have been configured before."""
        return " ".join([self.name, self.identity, *self.urls]).strip()


def configured() -> Service:
    """The CDN of the settings; one named `none` without any."""
    from django.conf import settings

    return cast(Service, getattr(settings, "CDN", Service()))
