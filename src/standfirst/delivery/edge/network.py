"""Whose network a request comes from: for limits only, and kept in memory only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

IPV4_PREFIX, IPV6_PREFIX = 24, 48
"""What one reader's provider gives out at most: a household has a /56 of its own, an office or a hoster a /48."""
UNKNOWN = ""
"""The network of all requests that do not say where they come from, a Unix socket's for example."""


def client_address(environ: Mapping[str, Any], *, behind_proxy: bool) -> str:
    """Return the client's address as text; behind a proxy the last one of X-Forwarded-For, which the proxy wrote."""
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "") if behind_proxy else ""
    return str(forwarded.rpartition(",")[2].strip() or environ.get("REMOTE_ADDR") or UNKNOWN)


def network_of(environ: Mapping[str, Any], *, behind_proxy: bool) -> str:
    """Return the client's network, a /24 or /48 as text, or `UNKNOWN`."""
    return _network(client_address(environ, behind_proxy=behind_proxy))


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    try:
        found = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    prefix = IPV4_PREFIX if found.version == 4 else IPV6_PREFIX
    return str(ip_network((found, prefix), strict=False))
