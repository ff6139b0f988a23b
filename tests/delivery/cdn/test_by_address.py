"""Services that are told addresses: Wagtail's own backends do the work, and none of their failures is lost."""

from __future__ import annotations

import importlib.util
import logging
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from django.apps import apps
from tests.delivery.cdn.listening import Listening
from wagtail.contrib.frontend_cache.backends import CloudflareBackend

from standfirst.delivery.purging.cdn import by_key
from standfirst.delivery.purging.cdn.by_address import (
    AddressPurger,
    FrontDoorEndpoint,
    backend_settings,
    failures_raised,
)
from standfirst.delivery.purging.cdn.calling import PurgeFailed
from standfirst.delivery.purging.cdn.service import Service

HOST = "https://news.example"
CLOUDFLARE = Service("cloudflare", identity="ZONE", token="hush", hosts=(HOST,), by_address=True)
needs_boto3 = pytest.mark.skipif(importlib.util.find_spec("boto3") is None, reason="boto3 is not installed")


def test_wagtails_app_with_its_own_signal_handlers_is_not_installed() -> None:
    assert not apps.is_installed("wagtail.contrib.frontend_cache")


def test_a_plain_cache_gets_purge_for_address_and_host(cdn: Listening) -> None:
    purger = AddressPurger(Service("http", urls=(cdn.url,)))
    purger.forget([f"{HOST}/en/", "http://www.news.example/en/x/?page=2"])

    assert [(one.method, one.path, one.headers["Host"]) for one in cdn.asked] == [
        ("PURGE", "/en/", "news.example"),
        ("PURGE", "/en/x/?page=2", "www.news.example"),
    ]


def test_a_plain_cache_that_never_had_an_address_is_no_failure_and_one_that_refuses_is(cdn: Listening) -> None:
    purger = AddressPurger(Service("http", urls=(cdn.url,)))
    cdn.answers = [(404, {}, b""), (403, {}, b"")]
    purger.forget([f"{HOST}/en/"])

    with pytest.raises(PurgeFailed, match="answered 403"):
        purger.forget([f"{HOST}/en/"])


class Cloudflare:
    """Stands for Cloudflare in `requests.post`."""

    def __init__(self, status: int = 200, body: object = None) -> None:
        self.status, self.body, self.sent = status, body, []  # type: ignore[var-annotated]

    def post(self, url: str, **sent: Any) -> requests.Response:
        self.sent.append((url, sent["json"], sent["headers"]["Authorization"]))
        response = requests.Response()
        response.status_code = self.status
        response._content = self.body if isinstance(self.body, bytes) else b'{"success": true}'
        return response


def test_cloudflare_is_told_addresses_through_wagtails_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    cloudflare = Cloudflare()
    monkeypatch.setattr(requests, "post", cloudflare.post)
    AddressPurger(CLOUDFLARE).forget([f"{HOST}/{number}/" for number in range(CloudflareBackend.CHUNK_SIZE + 1)])

    url = "https://api.cloudflare.com/client/v4/zones/ZONE/purge_cache"
    assert [(where, len(what["files"]), token) for where, what, token in cloudflare.sent] == [
        (url, 30, "Bearer hush"),
        (url, 1, "Bearer hush"),
    ]


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        (200, b'{"success": false, "errors": [{"message": "bad zone"}]}', "bad zone"),
        (502, b"<html>", "HTTPError: 502"),
        (200, b"<html>", "Unexpected JSON"),
    ],
)
def test_what_wagtails_backend_only_logs_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, cause: str
) -> None:
    monkeypatch.setattr(requests, "post", Cloudflare(status, body).post)

    with pytest.raises(PurgeFailed, match=cause):
        AddressPurger(CLOUDFLARE).forget([f"{HOST}/en/"])


def test_what_wagtails_backend_raises_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: object, **_keywords: object) -> None:
        raise requests.ConnectionError("no route")

    monkeypatch.setattr(requests, "post", away)

    with pytest.raises(PurgeFailed, match=r"ConnectionError: no route"):
        AddressPurger(CLOUDFLARE).forget([f"{HOST}/en/"])


def test_cloudflare_by_address_forgets_everything_by_its_own_call(
    cdn: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_key, "CLOUDFLARE", cdn.url)
    cdn.answers = [(200, {}, b'{"success": true}')]
    AddressPurger(CLOUDFLARE).forget_everything()

    assert cdn.asked[0].body == b'{"purge_everything": true}'


def test_errors_that_others_log_meanwhile_are_not_ours() -> None:
    with failures_raised():
        logging.getLogger("wagtail.frontendcache").error("said by a test, not by a backend")


def cloudfront(monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> list[dict[str, Any]]:
    """Put a client of our own into boto3; return what it is asked."""
    import boto3

    asked: list[dict[str, Any]] = []

    def create_invalidation(**what: Any) -> None:
        asked.append(what)
        if error:
            raise error

    monkeypatch.setattr(boto3, "client", lambda *_a, **_k: SimpleNamespace(create_invalidation=create_invalidation))
    return asked


@needs_boto3
def test_cloudfront_gets_one_invalidation_of_each_path_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = cloudfront(monkeypatch)
    service = Service("cloudfront", identity="DISTRIBUTION", hosts=(HOST, "http://news.example"))
    AddressPurger(service).forget([f"{HOST}/en/", "http://news.example/en/", f"{HOST}/ka/?page=2"])
    AddressPurger(service).forget_everything()

    assert [(one["DistributionId"], sorted(one["InvalidationBatch"]["Paths"]["Items"])) for one in asked] == [
        ("DISTRIBUTION", ["/en/", "/ka/?page=2"]),
        ("DISTRIBUTION", ["/*"]),
    ]


@needs_boto3
def test_cloudfront_that_refuses_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    cloudfront(monkeypatch, ClientError({"Error": {"Code": "AccessDenied", "Message": "not yours"}}, "x"))

    with pytest.raises(PurgeFailed, match="AccessDenied not yours"):
        AddressPurger(Service("cloudfront", identity="D", hosts=(HOST,))).forget([f"{HOST}/en/"])


GROUP = "/subscriptions/SUB/resourceGroups/group.1/providers"


@pytest.mark.parametrize(
    ("identity", "backend", "parameters"),
    [
        (
            f"{GROUP}/Microsoft.Network/frontDoors/door",
            "AzureFrontDoorBackend",
            {"FRONT_DOOR_NAME": "door"},
        ),
        (
            f"{GROUP}/Microsoft.Cdn/profiles/profile/endpoints/news",
            "AzureCdnBackend",
            {"CDN_PROFILE_NAME": "profile", "CDN_ENDPOINT_NAME": "news"},
        ),
        (
            f"{GROUP}/microsoft.cdn/profiles/profile/afdendpoints/news",
            "FrontDoorEndpoint",
            {"CDN_PROFILE_NAME": "profile", "CDN_ENDPOINT_NAME": "news"},
        ),
    ],
)
def test_azure_is_found_by_the_resource_id(identity: str, backend: str, parameters: dict[str, str]) -> None:
    found = backend_settings(Service("azure", identity=identity))["cdn"]

    assert found.pop("BACKEND").rpartition(".")[2] == backend
    assert found == {"SUBSCRIPTION_ID": "SUB", "RESOURCE_GROUP_NAME": "group.1", **parameters}


def test_an_endpoint_of_front_door_gets_the_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    models = SimpleNamespace(AfdPurgeParameters=lambda content_paths: content_paths)
    for name, module in {
        "azure": SimpleNamespace(),
        "azure.core": SimpleNamespace(),
        "azure.core.exceptions": SimpleNamespace(HttpResponseError=ValueError),
        "azure.mgmt": SimpleNamespace(),
        "azure.mgmt.cdn": SimpleNamespace(__version__="14.1.0", models=models),
        "azure.mgmt.cdn.models": models,
    }.items():
        monkeypatch.setitem(sys.modules, name, module)
    asked: list[dict[str, Any]] = []
    endpoints = SimpleNamespace(begin_purge_content=lambda **what: asked.append(what))
    monkeypatch.setattr(FrontDoorEndpoint, "_get_client", lambda _self: SimpleNamespace(afd_endpoints=endpoints))
    identity = f"{GROUP}/Microsoft.Cdn/profiles/profile/afdEndpoints/news"
    AddressPurger(Service("azure", identity=identity, hosts=(HOST,))).forget([f"{HOST}/en/?page=2"])

    assert asked == [
        {
            "resource_group_name": "group.1",
            "profile_name": "profile",
            "endpoint_name": "news",
            "contents": ["/en/?page=2"],
        }
    ]
