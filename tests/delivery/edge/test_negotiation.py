from __future__ import annotations

import gzip

import brotli
import pytest
import zstandard

from standfirst.delivery.edge.negotiation import LONGEST, Choices, choose, encode, is_compressible


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate, zstd", "zstd"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("identity", "identity"),
        ("identity;q=1, gzip;q=0.5", "identity"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("gzip;q=0", "identity"),
        ("deflate", "identity"),
        ("gzip;q=nonsense, \x00,,;;", "identity"),
        ("br;q=1.0;level=11", "identity"),
        ("identity;q=0", "identity"),
        ("identity;q=0, gzip", "gzip"),
        ("identity;q=0, br;q=0, zstd;q=0, *", "gzip"),
        ("x-gzip;q=0, *", "br"),
        (" br ; q = 0.1 , gzip ; q=0.2 ", "gzip"),
    ],
)
def test_the_choice_follows_the_header(accept: str, encoding: str) -> None:
    assert choose(accept) == encoding


def test_a_flood_of_headers_is_not_remembered() -> None:
    choices = Choices()
    for number in range(2000):
        assert choices.of(f"gzip;q=0.5, x{number}") == "gzip"
    assert len(choices.known) == Choices.MOST


def test_long_headers_are_not_remembered() -> None:
    choices = Choices()
    for number in range(100):
        assert choices.of("gzip, " + "x" * 200 + str(number)) == "gzip"
    assert choices.known == {}


@pytest.mark.parametrize("filling", [" ", "a ", "a;", "a; ", "a;q", ";", "*", "\t"])
def test_a_header_made_to_take_long_is_not_read(filling: str) -> None:
    # Read with a pattern in which two repetitions can take the same space, this took minutes and held every thread.
    assert choose("a" + filling * 200_000 + "!") == "identity"
    assert choose("br;" + filling * ((LONGEST - 20) // len(filling)) + "!, gzip") == "gzip"


def test_each_encoding_can_be_read_again() -> None:
    body = "Новости и новости. ".encode() * 500
    assert brotli.decompress(encode(body, "br")) == body
    assert zstandard.ZstdDecompressor().decompress(encode(body, "zstd")) == body
    assert gzip.decompress(encode(body, "gzip")) == body
    assert encode(body, "gzip") == encode(body, "gzip")
    assert encode(body, "identity") is body


def test_what_is_compressed_already_stays_as_it_is() -> None:
    assert is_compressible("text/html; charset=utf-8")
    assert is_compressible("application/rss+xml")
    assert is_compressible("application/json")
    assert is_compressible("image/svg+xml")
    assert not is_compressible("image/png")
    assert not is_compressible("application/zip")
    assert not is_compressible("")
