"""Whose network a request comes from: for limits only, and kept in memory only."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from standfirst.delivery.edge.addresses import reader_address

IPV4_PREFIX, IPV6_PREFIX = 24, 48
"""What one reader's provider gives out at most: a household has a /56 of its own, an office or a hoster a /48."""
UNKNOWN = ""
"""The network of all requests that do not say where they come from, a Unix socket's for example."""


def network_of(environ: Mapping[str, Any], key: str) -> str:
    """Return the client's network, a /24 or /48 as text, or `UNKNOWN`; `key` as for `reader_address`."""
    try:
        address = reader_address(environ, key)
    except ValueError:
        return UNKNOWN
    return str(ip_network((address, IPV4_PREFIX if address.version == 4 else IPV6_PREFIX), strict=False))
