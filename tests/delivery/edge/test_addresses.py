"""Whose request it is, whatever stands between."""

from __future__ import annotations

import pytest

from standfirst.delivery.edge.addresses import reader_address, wsgi_key

FORWARDED = wsgi_key("X-Forwarded-For")


def address(said: str | None, key: str = FORWARDED) -> str:
    environ = {"REMOTE_ADDR": "192.0.2.1"} | ({} if said is None else {FORWARDED: said})
    return str(reader_address(environ, key))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (None, "192.0.2.1"),
        ("", "192.0.2.1"),
        ("198.51.100.7", "198.51.100.7"),
        ("10.9.9.9, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.8, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.8, 198.51.100.7, 10.0.0.3, ::ffff:127.0.0.1", "198.51.100.7"),
        ("192.168.1.5, 10.0.0.1", "10.0.0.1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("203.0.113.9," * 1000 + "10.0.0.1", "203.0.113.9"),
    ],
)
def test_the_last_address_that_is_no_proxy_of_our_own(said: str | None, found: str) -> None:
    assert address(said) == found


def test_without_a_proxy_nobody_says_whose_request_it_is() -> None:
    assert address("198.51.100.7", key="") == "192.0.2.1"


@pytest.mark.parametrize("said", ["unknown", "198.51.100.1,", "nonsense, 127.0.0.1", "198.51.100.1:443", " "])
def test_what_is_no_address_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="does not appear"):
        address(said)


def test_a_unix_socket_has_none() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        reader_address({}, "")


def test_headers_in_the_spelling_of_wsgi() -> None:
    assert wsgi_key("CF-Connecting-IP") == "HTTP_CF_CONNECTING_IP"
    assert wsgi_key("") == ""
