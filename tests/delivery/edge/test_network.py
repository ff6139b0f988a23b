from __future__ import annotations

import pytest

from standfirst.delivery.edge.network import UNKNOWN, client_address, network_of


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
    assert network_of({"REMOTE_ADDR": address}, behind_proxy=False) == network


def test_what_a_client_says_of_itself_counts_only_behind_a_proxy() -> None:
    environ = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "10.9.9.9, 198.51.100.7"}

    assert client_address(environ, behind_proxy=False) == "192.0.2.1"
    assert client_address(environ, behind_proxy=True) == "198.51.100.7"
    assert client_address({"REMOTE_ADDR": "192.0.2.1"}, behind_proxy=True) == "192.0.2.1"
