"""The one list of other sites whose players a story may frame, and how their addresses are made.

The list feeds the Content-Security-Policy (`FRAME_HOSTS`) and the embed block. A page never contacts one of them before
the reader asks: the block shows a link, and a script puts the frame in its place on request.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Provider:
    """One site: how its pages' addresses look, and which address shows the same in a frame.

    `pattern` matches a page's address after the scheme; `{name}` in `frame` takes the pattern's group of that name,
    `{url}` the whole address, quoted. `shape` is a class of the style sheet: wide, tall or sound.
    """

    name: str
    pattern: re.Pattern[str]
    frame: str
    shape: str = "wide"

    @property
    def host(self) -> str:
        """The framed host with its scheme, as a Content-Security-Policy source."""
        return "/".join(self.frame.split("/")[:3])


@dataclass(frozen=True)
class Frame:
    """What stands in a story for one address on a known site."""

    name: str
    url: str
    shape: str


def _provider(name: str, pattern: str, frame: str, shape: str = "wide") -> Provider:
    return Provider(name, re.compile(rf"^(?:www\.|m\.)?{pattern}"), frame, shape)


YOUTUBE_FRAME = "https://www.youtube-nocookie.com/embed/{id}?rel=0"
PROVIDERS = (
    _provider("YouTube", r"youtube\.com/watch\?(?:[^#]*&)?v=(?P<id>[\w-]{11})", YOUTUBE_FRAME),
    _provider("YouTube", r"(?:youtu\.be|youtube\.com/(?:shorts|live|embed))/(?P<id>[\w-]{11})", YOUTUBE_FRAME),
    _provider("Vimeo", r"vimeo\.com/(?:video/)?(?P<id>\d+)", "https://player.vimeo.com/video/{id}?dnt=1"),
    _provider(
        "Dailymotion",
        r"(?:dailymotion\.com/video|dai\.ly)/(?P<id>\w+)",
        "https://geo.dailymotion.com/player.html?video={id}",
    ),
    _provider("Internet Archive", r"archive\.org/details/(?P<id>[\w.-]+)", "https://archive.org/embed/{id}"),
    _provider("SoundCloud", r"soundcloud\.com/[\w-]+/[\w-]+", "https://w.soundcloud.com/player/?url={url}", "sound"),
    _provider(
        "Spotify",
        r"open\.spotify\.com/(?:intl-\w+/)?(?P<kind>episode|show|track|album|playlist)/(?P<id>\w+)",
        "https://open.spotify.com/embed/{kind}/{id}",
        "sound",
    ),
    _provider(
        "Apple Podcasts", r"podcasts\.apple\.com/(?P<path>[^?#]+)", "https://embed.podcasts.apple.com/{path}", "sound"
    ),
    _provider(
        "X",
        r"(?:x|twitter)\.com/\w+/status/(?P<id>\d+)",
        "https://platform.twitter.com/embed/Tweet.html?id={id}",
        "tall",
    ),
    _provider("Telegram", r"t\.me/(?P<channel>\w+)/(?P<id>\d+)", "https://t.me/{channel}/{id}?embed=1", "tall"),
    _provider(
        "Instagram",
        r"instagram\.com/(?P<kind>p|reel)/(?P<id>[\w-]+)",
        "https://www.instagram.com/{kind}/{id}/embed/",
        "tall",
    ),
    _provider("Facebook", r"facebook\.com/[^?#]*videos/", "https://www.facebook.com/plugins/video.php?href={url}"),
    _provider(
        "Facebook", r"facebook\.com/[\w.-]+/posts/", "https://www.facebook.com/plugins/post.php?href={url}", "tall"
    ),
    _provider("TikTok", r"tiktok\.com/@[\w.-]+/video/(?P<id>\d+)", "https://www.tiktok.com/embed/v2/{id}", "tall"),
    _provider("Datawrapper", r"datawrapper\.dwcdn\.net/(?P<id>\w+)", "https://datawrapper.dwcdn.net/{id}/"),
    _provider(
        "Flourish",
        r"public\.flourish\.studio/(?P<kind>visualisation|story)/(?P<id>\d+)",
        "https://flo.uri.sh/{kind}/{id}/embed",
    ),
)
FRAME_HOSTS = tuple(sorted({provider.host for provider in PROVIDERS}))


def frame_for(url: str) -> Frame | None:
    """Return how `url` is shown in a frame, or `None` when no known site has it: then a plain link has to do."""
    scheme, _, address = url.partition("://")
    if scheme not in ("http", "https"):
        return None
    for provider in PROVIDERS:
        if found := provider.pattern.match(address):
            groups = {name: text for name, text in found.groupdict().items() if text is not None}
            return Frame(provider.name, provider.frame.format(url=quote(url, safe=""), **groups), provider.shape)
    return None
