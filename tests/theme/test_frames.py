"""Only sites on the list are framed, at addresses that track as little as they offer; the list feeds the policy."""

from __future__ import annotations

import pytest
from django.conf import settings

from standfirst.theme.frames import FRAME_HOSTS, PROVIDERS, frame_for

YOUTUBE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0"


@pytest.mark.parametrize(
    ("url", "framed"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3s", YOUTUBE),
        ("https://www.youtube.com/watch?t=3s&v=dQw4w9WgXcQ", YOUTUBE),
        ("http://m.youtube.com/watch?v=dQw4w9WgXcQ", YOUTUBE),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc", YOUTUBE),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", YOUTUBE),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        ("https://www.dailymotion.com/video/x8abc1", "https://geo.dailymotion.com/player.html?video=x8abc1"),
        ("https://archive.org/details/a.film-1", "https://archive.org/embed/a.film-1"),
        (
            "https://soundcloud.com/someone/a-song",
            "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fsomeone%2Fa-song",
        ),
        (
            "https://open.spotify.com/episode/4rOoJ6Egrf8K2IrywzwOMk",
            "https://open.spotify.com/embed/episode/4rOoJ6Egrf8K2IrywzwOMk",
        ),
        ("https://podcasts.apple.com/ge/podcast/x/id1?i=2", "https://embed.podcasts.apple.com/ge/podcast/x/id1"),
        ("https://x.com/somebody/status/123", "https://platform.twitter.com/embed/Tweet.html?id=123"),
        ("https://t.me/channel/42", "https://t.me/channel/42?embed=1"),
        ("https://www.instagram.com/p/Cabc-1/", "https://www.instagram.com/p/Cabc-1/embed/"),
        ("https://www.tiktok.com/@some.body/video/7", "https://www.tiktok.com/embed/v2/7"),
        ("https://datawrapper.dwcdn.net/aBc12/3/", "https://datawrapper.dwcdn.net/aBc12/"),
        ("https://public.flourish.studio/visualisation/77/", "https://flo.uri.sh/visualisation/77/embed"),
        (
            "https://www.facebook.com/page/posts/99",
            "https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fpage%2Fposts%2F99",
        ),
        (
            "https://www.facebook.com/page/videos/99/",
            "https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fpage%2Fvideos%2F99%2F",
        ),
    ],
)
def test_a_known_site_is_framed(url: str, framed: str) -> None:
    frame = frame_for(url)
    assert frame is not None
    assert frame.url == framed


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/watch?v=dQw4w9WgXcQ",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://notyoutube.com/watch?v=dQw4w9WgXcQ",
        "https://evil.example/https://youtu.be/dQw4w9WgXcQ",
        "javascript://youtu.be/dQw4w9WgXcQ",
        "https://www.youtube.com/",
        "",
    ],
)
def test_anything_else_is_not(url: str) -> None:
    assert frame_for(url) is None


@pytest.mark.parametrize("shape", ["wide", "tall", "sound"])
def test_every_shape_of_frame_occurs(shape: str) -> None:
    assert shape in {provider.shape for provider in PROVIDERS}


def test_the_content_policy_allows_exactly_these_hosts() -> None:
    assert set(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"]) == {"'self'", *FRAME_HOSTS}
    assert all(host.startswith("https://") and "{" not in host for host in FRAME_HOSTS)
