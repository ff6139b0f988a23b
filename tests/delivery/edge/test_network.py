"""Limits go by networks."""

from __future__ import annotations

import pytest

from standfirst.delivery.edge.network import UNKNOWN, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("[2001:db8:1:2::3]", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unix:", UNKNOWN),
        ("", UNKNOWN),
        ("x" * 1000, UNKNOWN),
    ],
)
def test_an_address_becomes_its_network(address: str, network: str) -> None:
    assert network_of({"REMOTE_ADDR": address}, "") == network


def test_behind_a_cdn_it_is_the_readers() -> None:
    environ = {"REMOTE_ADDR": "192.0.2.1", "HTTP_CF_CONNECTING_IP": "198.51.100.7"}

    assert network_of(environ, "") == "192.0.2.0/24"
    assert network_of(environ, "HTTP_CF_CONNECTING_IP") == "198.51.100.0/24"
