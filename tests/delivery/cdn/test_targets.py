"""From changed keys to keys or addresses."""

from __future__ import annotations

import pytest

from standfirst.delivery.edge.asked import Asked
from standfirst.delivery.purging.cdn.keys import bucket
from standfirst.delivery.purging.cdn.service import Service
from standfirst.delivery.purging.cdn.targets import MOST, page_address, targets_of

HOSTS = ("https://news.example", "http://news.example")
CLOUDFRONT = Service("cloudfront", hosts=HOSTS)
PLAIN = Service("http", hosts=HOSTS)


class Store:
    """What depends on what."""

    def __init__(self, **pages: list[bytes]) -> None:
        self.pages = {key.replace("_", ":"): found for key, found in pages.items()}

    def stored_with(self, key: str) -> list[bytes]:
        return self.pages.get(key, [])


def test_by_key_the_keys_and_their_buckets_are_told_and_the_store_is_not_asked() -> None:
    assert targets_of(["story:1"], Service("varnish"), Store(story_1=[b"/en/?\0"])) == ["story:1", bucket("story:1")]


def test_by_address_every_page_with_a_key_is_told_once_for_each_host() -> None:
    store = Store(story_1=[b"/en/?\0", b"/en/x/?page=2\0"], story_2=[b"/en/?\0member"])

    assert targets_of(["story:1", "story:2", "story:3"], CLOUDFRONT, store) == [
        "https://news.example/en/",
        "http://news.example/en/",
        "https://news.example/en/x/?page=2",
        "http://news.example/en/x/?page=2",
    ]


def test_a_change_of_a_fragment_is_one_of_everything_where_that_can_be_told() -> None:
    store = Store(picks_1=[b"fragment:picks:en", b"/en/?\0"])

    assert targets_of(["picks:1"], CLOUDFRONT, store) is None
    assert targets_of(["picks:1"], PLAIN, store) == ["https://news.example/en/", "http://news.example/en/"]


def test_very_many_pages_are_everything_or_as_many_as_may_be_told() -> None:
    store = Store(story_1=[b"/en/%d/?\0" % number for number in range(MOST)])

    assert targets_of(["story:1"], CLOUDFRONT, store) is None
    assert len(targets_of(["story:1"], PLAIN, store) or []) == MOST


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        (Asked("/en/"), "/en/"),
        (Asked("/en/x/", (("page", "2"), ("q", "a b"))), "/en/x/?page=2&q=a+b"),
        (
            Asked("/ka/ამბავი/".encode().decode("latin-1")),
            "/ka/%E1%83%90%E1%83%9B%E1%83%91%E1%83%90%E1%83%95%E1%83%98/",
        ),
    ],
)
def test_the_address_of_a_page_is_read_from_its_key_in_the_store(asked: Asked, address: str) -> None:
    assert page_address(asked.key()) == address
    assert page_address(asked.key("member")) == address


@pytest.mark.parametrize("key", [b"fragment:picks:en", b""])
def test_what_is_no_page_has_no_address(key: bytes) -> None:
    assert page_address(key) == ""
