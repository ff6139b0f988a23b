"""How long others may keep an answer: browsers, caches on the way, and the newsroom's own CDN.

What was decided, and why:

| answer | browser | caches on the way | the CDN, purged by key | purged by address | not purged |
|---|---|---|---|---|---|
| page, redirect, 410 | ask each time | not at all (5 s without a CDN of ours) | 1 day | 5 min | 5 s |
| 404 | ask each time | the same | 1 min | 1 min | 5 s |
| changes by the clock | ask each time | the same | until then at most | the same | the same |
| stale, because rendering failed | ask each time | not at all | 5 s more | 5 s more | 5 s more |
| stale, while a newer one is near | ask each time | not at all | not at all | not at all | not at all |
| differs by entitlement, anonymous | ask each time | not at all | as a page, `Vary: Cookie` | as a page | not at all |
| the same where `Vary: Cookie` does not count | ask each time | not at all | not at all | not at all | – |
| a member's variant; anything from Django | ask each time | never | never | never | never |

- Browsers ask each time (`max-age=0`) and are answered 304: they cannot be purged, so anything longer shows a reader
  who comes back a page that was corrected meanwhile. `stale-while-revalidate` never stands in `Cache-Control`: browsers
  obey it too (RFC 5861 §3), and the editor who publishes and reloads would see the old page.
- `s-maxage` forbids stale answers in shared caches (it means `proxy-revalidate`, RFC 9111 §5.2.2.10), which is just
  what a CDN should give when the origin is down. Therefore a CDN with a field of its own (RFC 9213) is told everything
  there, and a cache that obeys it ignores `Cache-Control`. The others get `s-maxage`; CloudFront documents that it
  honours `stale-if-error` beside it.
- `Age` of a page that is current is 0, whenever it was rendered: the edge has just made sure of it, and the time at the
  origin is validation (RFC 9111 §4.2.3). A larger `Age` would count against `s-maxage`, and a CDN would never keep a
  page that was rendered yesterday.
- A purge can be overtaken by an answer that left the origin before the change and arrives after the purge. The purger
  purges twice for that (`telling.py`); the lifetimes bound the damage of whatever else goes wrong on the way.
"""

from __future__ import annotations

from collections.abc import Collection

from standfirst.delivery.purging.cdn.keys import header_value
from standfirst.delivery.purging.cdn.service import Service

DAY = 86_400
BY_KEY = DAY
BY_ADDRESS = 300
"""A purge by address reaches the pages that the store knows of at that moment; what slips through ends with this."""
UNPURGED = 5
MISSING = 60
"""A 404 ends by itself soon: the flood of addresses that never existed is not worth a place in a CDN."""
STALE_MORE = 5
ON_ERROR = 7 * DAY
"""How long a CDN goes on serving when the origin fails."""
WHILE_REVALIDATING = 10

PRIVATE = "private, no-cache"
"""`Cache-Control` for what is meant for one reader: kept by the browser for going back, never by anybody else."""


def cache_headers(
    service: Service,
    *,
    status: int,
    keys: Collection[str] = (),
    variant: str = "",
    by_access: bool = False,
    fresh_for: float | None = None,
    stale_for: float | None = None,
    renewing: bool = False,
) -> list[tuple[str, str]]:
    """The headers that say how long an answer from the store may be kept: `Cache-Control`, `Age`, the CDN's own, keys.

    service: `service.configured()`, asked for once a process; status: of the answer.
    keys: dependency keys of the page and of every fragment that stands in it, because the CDN keeps the assembled page.
    variant: of the reader's entitlement, "" when anonymous; by_access: whether the page differs by entitlement at all.
    The caller adds `Cookie` to `Vary` when `by_access` is set, for every variant.
    fresh_for: seconds until the page changes by the clock, None when it does not.
    stale_for: seconds for which the answer is known to be out of date, None for a current one.
    renewing: a newer answer can be had in a moment (it is being rendered, or another node has it): nobody keeps this.
    """
    if variant or (by_access and not service.ability.keeps_variants):
        return [("Cache-Control", PRIVATE)]
    age = 0 if stale_for is None else max(0, int(stale_for))
    seconds = _lifetime(service, status, fresh_for)
    if stale_for is not None:
        seconds, fresh_for = age + (0 if renewing else STALE_MORE), 0.0
    headers = [("Cache-Control", _cache_control(service, seconds)), ("Age", str(age))]
    if service.ability.lifetime_field:
        headers.append((service.ability.lifetime_field, _targeted(service, seconds, fresh_for)))
    if service.ability.key_field:
        headers.append((service.ability.key_field, header_value(keys, service.ability.key_separator)))
    return headers


def _lifetime(service: Service, status: int, fresh_for: float | None) -> int:
    """Seconds for which the CDN may keep a current answer."""
    longest = UNPURGED
    if service.purged:
        longest = MISSING if status == 404 else BY_KEY if service.ability.by_key else BY_ADDRESS
    return longest if fresh_for is None else max(0, min(longest, int(fresh_for)))


def _cache_control(service: Service, seconds: int) -> str:
    """What browsers and all caches read."""
    if service.purged and service.ability.lifetime_field:
        return "public, max-age=0, must-revalidate"  # our CDN has its own field; nobody else can be purged
    return f"public, max-age=0, s-maxage={seconds}, stale-if-error={ON_ERROR if service.purged else DAY}"


def _targeted(service: Service, seconds: int, fresh_for: float | None) -> str:
    """What the CDN's own field says (RFC 9213 §2.1: the same words as `Cache-Control`)."""
    revalidating = ""
    if not service.purged and (fresh_for is None or fresh_for >= seconds + WHILE_REVALIDATING):
        revalidating = f", stale-while-revalidate={WHILE_REVALIDATING}"
    return f"max-age={seconds}{revalidating}, stale-if-error={ON_ERROR if service.purged else DAY}"
