"""The options of the CDN: checked together, and turned into what `standfirst.delivery.purging.cdn` works with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Protocol
from urllib.parse import urlsplit

from standfirst.delivery.purging.cdn.service import AZURE_ID, Name, Service


class CdnOptions(Protocol):
    """The options that are read here."""

    cdn: Name
    cdn_urls: list[str]
    cdn_id: str
    cdn_token: str
    cdn_by_address: bool
    base_url: str
    allowed_hosts: list[str]


@dataclass(frozen=True)
class Needs:
    """What a service has to be given: addresses of its nodes, an id of a form, a token, a package."""

    urls: bool = False
    id_form: str = ""
    id_remedy: str = ""
    token: bool = False
    module: str = ""
    package: str = ""


NEEDS: dict[Name, Needs] = {
    "none": Needs(),
    "http": Needs(urls=True),
    "varnish": Needs(urls=True),
    "cloudflare": Needs(
        id_form=r"[0-9a-f]{32}", id_remedy="the zone's id, 32 digits and letters a to f, from its overview", token=True
    ),
    "fastly": Needs(id_form=r"[0-9A-Za-z]{10,40}", id_remedy="the service's id, letters and digits", token=True),
    "cloudfront": Needs(
        id_form=r"[0-9A-Z]{10,20}",
        id_remedy="the distribution's id, capital letters and digits",
        module="boto3",
        package="boto3",
    ),
    "azure": Needs(
        id_form=AZURE_ID.pattern,
        id_remedy="the endpoint's resource ID, /subscriptions/…/resourceGroups/…/providers/…/afdEndpoints/NAME",
        module="azure.mgmt.cdn",
        package="azure-identity azure-mgmt-cdn azure-mgmt-frontdoor",
    ),
}


def cdn_service(options: CdnOptions) -> Service:
    """Return the CDN that `options` describe. Raises ValueError with key, value and remedy when they do not fit."""
    needs = NEEDS[options.cdn]
    _check_urls(options, needs)
    _check_id(options, needs)
    _check_token(options, needs)
    if options.cdn_by_address and options.cdn == "fastly":
        raise ValueError('cdn_by_address is true, but cdn is "fastly", which is told keys: leave it out')
    if needs.module and not _is_installed(needs.module):
        raise ValueError(
            f'cdn is "{options.cdn}", which needs packages that are not installed: pip install {needs.package}'
        )
    return Service(
        options.cdn,
        urls=tuple(url.rstrip("/") for url in options.cdn_urls),
        identity=options.cdn_id,
        token=options.cdn_token,
        hosts=_hosts(options),
        by_address=options.cdn_by_address,
    )


def _check_urls(options: CdnOptions, needs: Needs) -> None:
    if not needs.urls:
        _refuse_unread(options, "cdn_urls", options.cdn_urls, "http or varnish")
        return
    if not options.cdn_urls:
        raise ValueError(
            f'cdn is "{options.cdn}", but cdn_urls is empty: write the addresses of the caches as this machine '
            'reaches them, for example cdn_urls = ["http://127.0.0.1:6081"]'
        )
    for url in options.cdn_urls:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(f'cdn_urls has "{url}": write scheme, host and port, for example "http://127.0.0.1:6081"')


def _check_id(options: CdnOptions, needs: Needs) -> None:
    if not needs.id_form:
        _refuse_unread(options, "cdn_id", options.cdn_id, "cloudflare, fastly, cloudfront or azure")
    elif not re.fullmatch(needs.id_form, options.cdn_id, re.IGNORECASE if options.cdn == "azure" else 0):
        raise ValueError(f'cdn is "{options.cdn}", but cdn_id is "{options.cdn_id}": write {needs.id_remedy}')


def _check_token(options: CdnOptions, needs: Needs) -> None:
    if not needs.token:
        _refuse_unread(options, "cdn_token", options.cdn_token and "…", "cloudflare or fastly")
    elif not re.fullmatch(r"[\x21-\x7e]+", options.cdn_token):
        raise ValueError(
            f'cdn is "{options.cdn}", but cdn_token is empty or has blanks: give it an API token that may purge, '
            "best as the environment variable STANDFIRST_CDN_TOKEN"
        )


def _refuse_unread(options: CdnOptions, key: str, value: Sequence[str] | str, readers: str) -> None:
    if value:
        raise ValueError(f'{key} is {value!r}, but cdn is "{options.cdn}": leave {key} out, or make cdn {readers}')


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _hosts(options: CdnOptions) -> tuple[str, ...]:
    """What readers call the newsroom, as it stands before a path: `base_url` first, then its other names, by both
    schemes. Two services go by the path alone."""
    if options.cdn in {"cloudfront", "azure"}:
        return (options.base_url,)
    base = urlsplit(options.base_url)
    names = [base.netloc, *(host for host in options.allowed_hosts if not host.startswith((".", "*")))]
    schemes = [base.scheme, "https" if base.scheme == "http" else "http"]
    return tuple(f"{scheme}://{name}" for name in dict.fromkeys(names) for scheme in schemes)
