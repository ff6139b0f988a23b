"""Services that are told addresses, through the backends of `wagtail.contrib.frontend_cache`.

The app itself is not installed: its signal handlers would purge each published page a second time, and only that page.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from wagtail.contrib.frontend_cache.backends import AzureCdnBackend, HTTPBackend
from wagtail.contrib.frontend_cache.utils import get_backends

from standfirst.delivery.purging.cdn.by_key import cloudflare_call
from standfirst.delivery.purging.cdn.calling import PurgeFailed, call
from standfirst.delivery.purging.cdn.service import AZURE_ID, Service

BACKENDS = "wagtail.contrib.frontend_cache.backends"


class AddressPurger:
    """Forgets by address. `urls` are whole addresses: scheme, host, path and query."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._backends: list[Any] = []

    def forget(self, urls: Sequence[str]) -> None:
        """Let the service forget the answers at `urls`, as many as one call takes. Raises PurgeFailed."""
        with failures_raised():
            for backend in self._opened():
                backend.purge_batch(list(urls))

    def forget_everything(self) -> None:
        """Let the service forget all. Raises PurgeFailed; never asked of services that cannot."""
        if self.service.name == "cloudflare":
            cloudflare_call(self.service, {"purge_everything": True})
        else:
            self.forget([f"{self.service.hosts[0]}/*"])

    def _opened(self) -> list[Any]:
        """The backends, made when they are first needed: some ask the network when they are made."""
        if not self._backends:
            self._backends = list(get_backends(backend_settings(self.service)).values())
        return self._backends


def backend_settings(service: Service) -> dict[str, dict[str, Any]]:
    """The service as the setting WAGTAILFRONTENDCACHE would have it."""
    if service.name == "cloudflare":
        return {"cdn": _backend("CloudflareBackend", BEARER_TOKEN=service.token, ZONEID=service.identity)}
    if service.name == "cloudfront":
        # Credentials come from where boto3 looks for them: environment, ~/.aws, the machine's own role.
        return {"cdn": _backend("CloudfrontBackend", DISTRIBUTION_ID=service.identity)}
    if service.name == "azure":
        return {"cdn": _azure(service.identity)}
    return {url: {"BACKEND": f"{__name__}.PlainPurge", "LOCATION": url} for url in service.urls}


def _backend(name: str, **parameters: str) -> dict[str, Any]:
    return {"BACKEND": f"{BACKENDS}.{name}", **parameters}


def _azure(identity: str) -> dict[str, Any]:
    found = AZURE_ID.fullmatch(identity)
    assert found is not None  # noqa: S101 - `config.cdn` refuses others
    common = {"SUBSCRIPTION_ID": found["subscription"], "RESOURCE_GROUP_NAME": found["group"]}
    if found["door"]:
        return _backend("AzureFrontDoorBackend", FRONT_DOOR_NAME=found["door"], **common)
    names = {"CDN_PROFILE_NAME": found["profile"], "CDN_ENDPOINT_NAME": found["endpoint"], **common}
    if found["kind"].lower() == "endpoints":
        return _backend("AzureCdnBackend", **names)
    return {"BACKEND": f"{__name__}.FrontDoorEndpoint", **names}


class PlainPurge(HTTPBackend):
    """Wagtail's backend for any cache that understands PURGE; its own would wait for ever for a cache that hangs."""

    def purge(self, url: str) -> None:
        """Forget `url`. A cache that never had it may say 404. Raises PurgeFailed."""
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        try:
            call("PURGE", f"{self.cache_scheme}://{self.cache_netloc}{parts.path}{query}", {"Host": parts.netloc})
        except PurgeFailed as failure:
            if failure.status != 404:
                raise


class FrontDoorEndpoint(AzureCdnBackend):
    """An endpoint of Azure Front Door Standard or Premium, which Wagtail does not know: another call, else the same."""

    def _make_purge_call(self, client: Any, paths: Sequence[str]) -> Any:
        from azure.mgmt.cdn.models import AfdPurgeParameters

        return client.afd_endpoints.begin_purge_content(
            resource_group_name=self._resource_group_name,
            profile_name=self._cdn_profile_name,
            endpoint_name=self._cdn_endpoint_name,
            contents=AfdPurgeParameters(content_paths=list(paths)),
        )


@contextmanager
def failures_raised() -> Iterator[None]:
    """Raise PurgeFailed for what fails inside. Wagtail's backends log most failures and go on as if nothing were."""
    complaints = _Complaints()
    # One of the backends logs to the root logger.
    loggers = [logging.getLogger("wagtail.frontendcache"), logging.getLogger()]
    for logger in loggers:
        logger.addHandler(complaints)
    try:
        yield
    except PurgeFailed:
        raise
    except Exception as error:
        cause = complaints.first or f"{type(error).__name__}: {error}"
        raise PurgeFailed(f"the CDN was not told ({cause}); it is tried again") from error
    finally:
        for logger in loggers:
            logger.removeHandler(complaints)
    if complaints.first:
        raise PurgeFailed(f"the CDN did not purge: {complaints.first}")


class _Complaints(logging.Handler):
    """Keeps the first error that a backend logs in this thread."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.first = ""
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep `record` if it is a backend's."""
        if record.thread == self._thread and "frontend_cache" in record.pathname and not self.first:
            self.first = record.getMessage()
