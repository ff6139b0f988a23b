"""Whose request it is behind proxies and CDNs: for limits and caps, never kept as it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
INSIDE = [
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
]
"""Networks that proxies of one's own stand in (RFC 1918, RFC 4193), and hardly a reader."""
MOST_PROXIES = 6


def wsgi_key(header: str) -> str:
    """Return the key of an HTTP header in WSGI's environment (PEP 3333); "" for "".

    >>> wsgi_key("CF-Connecting-IP")
    'HTTP_CF_CONNECTING_IP'
    """
    return f"HTTP_{header.upper().replace('-', '_')}" if header else ""


def reader_address(environ: Mapping[str, Any], key: str) -> Address:
    """Return the address that a request comes from.

    Each proxy appends whom it was asked by, so that address counts which is the last of none of one's own proxies; what
    stands before it may be the client's invention. Where all are within the same network the last one counts.

    Args:
        key: of the header in which a proxy or CDN says it (`wsgi_key`); "" where none can be trusted. Without that
            header the connection's own address counts.

    Raises:
        ValueError: there is no address, as with a Unix socket, or something else stands in its place.
    """
    said = environ.get(key, "") if key else ""
    texts = (said or environ.get("REMOTE_ADDR") or "").split(",")[-MOST_PROXIES:]
    last = address = _parse(texts.pop())
    while texts and _is_inside(address):
        address = _parse(texts.pop())
    return last if _is_inside(address) else address


def _is_inside(address: Address) -> bool:
    return any(address in network for network in INSIDE)


def _parse(text: str) -> Address:
    address = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
