"""How long others may keep an answer, for each kind of answer and of CDN."""

from __future__ import annotations

import re

import pytest

from standfirst.delivery.purging.cdn.headers import cache_headers
from standfirst.delivery.purging.cdn.service import ABILITIES, Service

KEYS = ("story:12", "list:section:3")
NONE, VARNISH, FASTLY = Service(), Service("varnish"), Service("fastly")
CLOUDFLARE, CLOUDFRONT = Service("cloudflare"), Service("cloudfront")
EVERY = [Service(name) for name in ABILITIES]


def headers(service: Service, status: int = 200, **case: object) -> dict[str, str]:
    found = cache_headers(service, status=status, keys=KEYS, **case)  # type: ignore[arg-type]
    assert len(found) == len(dict(found)), "a header stands twice"
    return dict(found)


def lifetimes(found: dict[str, str]) -> list[int]:
    """Every lifetime for shared caches that the headers give."""
    return [
        int(seconds)
        for name, value in found.items()
        for seconds in re.findall(r"s-maxage=(\d+)" if name == "Cache-Control" else r"max-age=(\d+)", value)
    ]


def test_without_a_cdn_others_keep_a_page_for_seconds() -> None:
    assert headers(NONE) == {
        "Cache-Control": "public, max-age=0, s-maxage=5, stale-if-error=86400",
        "Age": "0",
        "CDN-Cache-Control": "max-age=5, stale-while-revalidate=10, stale-if-error=86400",
        "Surrogate-Key": "list:section:3 story:12 ~all",
    }


def test_a_cdn_purged_by_key_keeps_a_page_for_a_day_and_nobody_else_does() -> None:
    assert headers(VARNISH) == {
        "Cache-Control": "public, max-age=0, must-revalidate",
        "Age": "0",
        "CDN-Cache-Control": "max-age=86400, stale-if-error=604800",
        "Surrogate-Key": "list:section:3 story:12 ~all",
    }
    assert headers(FASTLY)["Surrogate-Control"] == "max-age=86400, stale-if-error=604800"
    assert headers(FASTLY)["Surrogate-Key"] == "list:section:3 story:12 ~all"
    assert headers(CLOUDFLARE)["Cloudflare-CDN-Cache-Control"] == "max-age=86400, stale-if-error=604800"
    assert headers(CLOUDFLARE)["Cache-Tag"] == "list:section:3,story:12,~all"


@pytest.mark.parametrize("name", ["http", "cloudfront", "azure"])
def test_a_cdn_purged_by_address_keeps_a_page_for_five_minutes(name: str) -> None:
    found = headers(Service(name))  # type: ignore[arg-type]

    assert found["Cache-Control"] == "public, max-age=0, s-maxage=300, stale-if-error=604800"
    assert found["Age"] == "0"
    assert not [field for field in found if field.endswith("-Control") and field != "Cache-Control"]
    assert ("Surrogate-Key" in found) == (name == "http")


@pytest.mark.parametrize("status", [200, 301, 302, 308, 410])
def test_redirects_and_what_is_gone_are_kept_like_pages(status: int) -> None:
    assert headers(VARNISH, status) == headers(VARNISH, 200)


def test_a_missing_page_is_kept_for_a_minute() -> None:
    assert lifetimes(headers(VARNISH, 404)) == [60]
    assert lifetimes(headers(CLOUDFRONT, 404)) == [60]
    assert lifetimes(headers(NONE, 404)) == [5, 5]


@pytest.mark.parametrize("service", EVERY, ids=lambda service: service.name)
def test_nobody_keeps_a_page_past_the_moment_at_which_it_changes_by_the_clock(service: Service) -> None:
    found = headers(service, fresh_for=3.9)

    assert set(lifetimes(found)) == {3}
    assert not any("stale-while-revalidate" in value for value in found.values())
    assert set(lifetimes(headers(service, fresh_for=-1.0))) == {0}


@pytest.mark.parametrize("service", EVERY, ids=lambda service: service.name)
def test_a_stale_page_tells_its_age_and_is_kept_for_five_seconds_more(service: Service) -> None:
    found = headers(service, stale_for=600.4)

    assert found["Age"] == "600"
    assert set(lifetimes(found)) == {605}


@pytest.mark.parametrize("service", EVERY, ids=lambda service: service.name)
def test_a_page_that_is_just_being_renewed_is_kept_by_nobody(service: Service) -> None:
    """A CDN that was purged asks at once, and may be given the old page once more."""
    found = headers(service, stale_for=600.4, renewing=True)

    assert found["Age"] == "600"
    assert set(lifetimes(found)) == {600}
    assert not any("stale-while-revalidate" in value for value in found.values())


@pytest.mark.parametrize("service", EVERY, ids=lambda service: service.name)
def test_a_members_page_is_kept_by_the_members_browser_only(service: Service) -> None:
    assert headers(service, variant="member", by_access=True) == {"Cache-Control": "private, no-cache"}


def test_the_anonymous_variant_is_shared_only_where_cookies_tell_readers_apart() -> None:
    shared = [service.name for service in EVERY if headers(service, by_access=True) == headers(service)]
    private = [
        service.name for service in EVERY if headers(service, by_access=True)["Cache-Control"].startswith("private")
    ]

    assert shared == ["http", "varnish", "fastly"]
    assert private == ["none", "cloudflare", "cloudfront", "azure"]


@pytest.mark.parametrize("service", EVERY, ids=lambda service: service.name)
def test_browsers_ask_each_time_and_are_never_told_to_show_what_is_stale(service: Service) -> None:
    for found in (
        headers(service),
        headers(service, 404),
        headers(service, stale_for=9),
        headers(service, fresh_for=9),
    ):
        assert re.search(r"\bmax-age=0\b", found["Cache-Control"])
        assert "stale-while-revalidate" not in found["Cache-Control"]


def test_stale_while_revalidating_ends_before_the_clock_changes_the_page() -> None:
    assert "stale-while-revalidate=10" in headers(NONE, fresh_for=15)["CDN-Cache-Control"]
    assert "stale-while-revalidate" not in headers(NONE, fresh_for=14.9)["CDN-Cache-Control"]


def test_a_service_used_by_address_gets_no_keys_and_the_shorter_lifetime() -> None:
    found = headers(Service("cloudflare", by_address=True))

    assert "Cache-Tag" not in found
    assert found["Cloudflare-CDN-Cache-Control"] == "max-age=300, stale-if-error=604800"


def test_the_secret_never_shows_in_a_log() -> None:
    assert "hush" not in repr(Service("fastly", token="hush"))
