"""What services that know keys are asked, over real connections, and what their failures become."""

from __future__ import annotations

import json

import pytest
from tests.delivery.cdn.listening import Listening, listening

from standfirst.delivery.purging.cdn import by_key, calling
from standfirst.delivery.purging.cdn.by_key import CloudflarePurger, FastlyPurger, VarnishPurger
from standfirst.delivery.purging.cdn.calling import PurgeFailed
from standfirst.delivery.purging.cdn.service import Service


def test_each_varnish_is_told_the_keys_in_one_header(cdn: Listening) -> None:
    with listening() as other:
        VarnishPurger(Service("varnish", urls=(cdn.url, other.url))).forget(["story:1", "picks:1"])

        for node in (cdn, other):
            assert [(one.method, one.path, one.headers["Surrogate-Key"]) for one in node.asked] == [
                ("PURGE", "/", "story:1 picks:1")
            ]


def test_a_varnish_that_fails_does_not_keep_the_others_from_being_told(cdn: Listening) -> None:
    cdn.answers = [(405, {}, b"")]
    with listening() as other:
        with pytest.raises(PurgeFailed, match=r"405 .*let the cache accept PURGE from this machine"):
            VarnishPurger(Service("varnish", urls=(cdn.url, other.url))).forget(["story:1"])

        assert len(other.asked) == 1


def test_fastly_is_asked_for_a_soft_purge_of_a_batch(cdn: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_key, "FASTLY", cdn.url)
    FastlyPurger(Service("fastly", identity="SERVICE", token="hush")).forget(["story:1", "picks:1"])

    (asked,) = cdn.asked
    assert (asked.method, asked.path) == ("POST", "/service/SERVICE/purge")
    assert asked.headers["Fastly-Key"] == "hush"
    assert asked.headers["Fastly-Soft-Purge"] == "1"
    assert asked.headers["Surrogate-Key"] == "story:1 picks:1"


def test_cloudflare_is_told_tags(cdn: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_key, "CLOUDFLARE", cdn.url)
    cdn.answers = [(200, {}, b'{"success": true}')]
    CloudflarePurger(Service("cloudflare", identity="ZONE", token="hush")).forget(["story:1", "picks:1"])

    (asked,) = cdn.asked
    assert (asked.method, asked.path) == ("POST", "/zones/ZONE/purge_cache")
    assert asked.headers["Authorization"] == "Bearer hush"
    assert json.loads(asked.body) == {"tags": ["story:1", "picks:1"]}


@pytest.mark.parametrize("answer", [b'{"success": false, "errors": [{"message": "no such zone"}]}', b"[]", b"<html>"])
def test_cloudflare_that_answers_without_success_has_not_purged(
    cdn: Listening, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setattr(by_key, "CLOUDFLARE", cdn.url)
    cdn.answers = [(200, {}, answer)]

    with pytest.raises(PurgeFailed, match="Cloudflare did not purge"):
        CloudflarePurger(Service("cloudflare", identity="ZONE", token="hush")).forget(["story:1"])


def test_everything_is_the_key_that_every_page_carries(cdn: Listening) -> None:
    VarnishPurger(Service("varnish", urls=(cdn.url,))).forget_everything()

    assert cdn.asked[0].headers["Surrogate-Key"] == "~all"


@pytest.mark.parametrize(
    ("status", "headers", "remedy", "retry_after"),
    [
        (401, {}, "give `cdn_token` a token that may purge", 0),
        (403, {}, "give `cdn_token` a token that may purge, or let this machine's address purge", 0),
        (404, {}, "correct `cdn_id`", 0),
        (429, {"Retry-After": "17"}, "tried again more slowly", 17),
        (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "it is tried again", 0),
    ],
)
def test_a_refusal_names_host_status_and_remedy(
    cdn: Listening, status: int, headers: dict[str, str], remedy: str, retry_after: float
) -> None:
    cdn.answers = [(status, headers, b"")]
    with pytest.raises(PurgeFailed) as caught:
        calling.call("PURGE", f"{cdn.url}/", {})

    assert str(caught.value).startswith(f"{cdn.url.removeprefix('http://')} answered {status} ")
    assert remedy in str(caught.value)
    assert (caught.value.status, caught.value.retry_after) == (status, retry_after)


def test_a_redirect_is_not_followed_so_that_no_token_goes_elsewhere(cdn: Listening) -> None:
    with listening() as other:
        cdn.answers = [(302, {"Location": other.url}, b"")]
        with pytest.raises(PurgeFailed, match="answered 302"):
            calling.call("POST", cdn.url, {"Authorization": "Bearer hush"}, {})

        assert other.asked == []


def test_a_service_that_is_away_is_a_failure_with_the_cause() -> None:
    with listening() as gone:
        url = gone.url

    with pytest.raises(PurgeFailed, match=r"127\.0\.0\.1:\d+ cannot be reached \(.*refused\); it is tried again"):
        calling.call("PURGE", f"{url}/", {})
