"""What stands elsewhere is recognised without asking anybody; only the desk asks for a title, and bears any answer."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache

from standfirst.kit.http import Fetched, FetchFailed
from standfirst.stories import embeds
from standfirst.stories.blocks.media import EmbedBlock
from standfirst.stories.embeds import embed_of, title_of
from standfirst.theme.frames import FRAME_HOSTS

FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.fixture(autouse=True)
def forget_titles() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


class Site:
    """Stands in for the network and remembers what it was asked."""

    def __init__(self, answer: bytes | Exception) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def __call__(self, url: str, **limits: Any) -> Fetched:
        self.asked.append(url)
        assert limits["timeout"] <= 3
        if isinstance(self.answer, Exception):
            raise self.answer
        return Fetched(BytesIO(self.answer), len(self.answer), "application/json", url)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Any:
    def answering(answer: bytes | Exception) -> Site:
        made = Site(answer)
        monkeypatch.setattr(embeds, "fetch", made)
        return made

    return answering


@pytest.mark.parametrize(
    ("url", "provider", "kind", "framed"),
    [
        (FILM, "YouTube", "video", True),
        ("https://youtu.be/dQw4w9WgXcQ", "YouTube", "video", True),
        ("https://vimeo.com/76979871", "Vimeo", "video", True),
        ("https://soundcloud.com/someone/a-talk", "SoundCloud", "audio", True),
        ("https://t.me/channel/12", "Telegram", "post", True),
        ("https://www.openstreetmap.org/#map=12/41.7/44.8", "openstreetmap.org", "map", False),
        ("https://www.google.com/maps/place/Tbilisi", "google.com", "map", False),
        ("https://www.some-site.example/page", "some-site.example", "link", False),
        ("javascript:alert(1)", "", "link", False),
        ("https://evil.example/youtube.com/watch?v=dQw4w9WgXcQ", "evil.example", "link", False),
    ],
)
def test_address_is_recognised_without_asking(site: Any, url: str, provider: str, kind: str, framed: bool) -> None:
    network = site(FetchFailed("no network"))
    embed = embed_of(url, title="A title")
    assert (embed.provider, embed.kind, embed.frame_url is not None) == (provider, kind, framed)
    assert embed.title == "A title"
    if embed.frame_url:
        assert embed.frame_url.startswith(tuple(f"{host}/" for host in FRAME_HOSTS))
    assert network.asked == []


def test_title_is_asked_for_once(site: Any) -> None:
    network = site(b'{"title": "  A   film\\nof boats "}')
    assert title_of(FILM) == "A film of boats"
    assert title_of(FILM) == "A film of boats"
    assert network.asked == [
        "https://www.youtube.com/oembed?format=json&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DdQw4w9WgXcQ"
    ]


@pytest.mark.parametrize(
    "answer",
    [FetchFailed("www.youtube.com cannot be found"), b"<html>", b"[]", b'{"title": 4}', b"{}", b"\xff\xfe"],
)
def test_bad_answer_is_no_title_and_is_not_asked_again(site: Any, answer: Any) -> None:
    network = site(answer)
    assert title_of(FILM) == ""
    assert title_of(FILM) == ""
    assert len(network.asked) == 1


@pytest.mark.parametrize("url", ["https://some-site.example/x", "https://notyoutube.com/watch?v=dQw4w9WgXcQ"])
def test_unknown_site_is_not_asked(site: Any, url: str) -> None:
    network = site(b'{"title": "Trap"}')
    assert title_of(url) == ""
    assert network.asked == []


def test_saving_a_block_fills_an_empty_title_only(site: Any) -> None:
    site(b'{"title": "A film of boats"}')
    block = EmbedBlock()
    value = block.to_python({"url": FILM, "title": "", "caption": "", "poster": None})
    assert block.clean(value)["title"] == "A film of boats"
    value = block.to_python({"url": FILM, "title": "Our words", "caption": "", "poster": None})
    assert block.clean(value)["title"] == "Our words"


def test_saving_a_block_survives_a_dead_network(site: Any) -> None:
    site(FetchFailed("no network"))
    block = EmbedBlock()
    value = block.to_python({"url": FILM, "title": "", "caption": "", "poster": None})
    assert block.clean(value)["title"] == ""


def test_the_api_says_what_an_embed_is(site: Any) -> None:
    network = site(FetchFailed("no network"))
    block = EmbedBlock()
    value = block.to_python({"url": FILM, "title": "Boats", "caption": "", "poster": None})
    assert block.get_api_representation(value) == {
        "url": FILM,
        "title": "Boats",
        "caption": "",
        "poster": None,
        "provider": "YouTube",
        "kind": "video",
        "frame_url": "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
    }
    assert network.asked == []
