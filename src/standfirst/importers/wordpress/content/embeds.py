"""Which addresses are embeds, and what the players of known sites stand for."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from wagtail.embeds.oembed_providers import all_providers

_BARE = re.compile(r'^(?:<a href="[^"]*">)?\s*(https?://[^\s<>"]+)\s*(?:</a>)?$')
_PLAYERS = [
    (
        re.compile(r"^https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{6,20})"),
        "https://www.youtube.com/watch?v={}",
    ),
    (re.compile(r"^https?://player\.vimeo\.com/video/(\d+)"), "https://vimeo.com/{}"),
    (re.compile(r"^https?://(?:www\.)?dailymotion\.com/embed/video/(\w+)"), "https://www.dailymotion.com/video/{}"),
    (re.compile(r"^https?://open\.spotify\.com/embed(?:-podcast)?/(\w+/\w+)"), "https://open.spotify.com/{}"),
]
# Sites that answer oEmbed only to an account or through a finder of their own, so the list of providers lacks them.
_ALSO = re.compile(
    r"^https?://(?:www\.)?(?:facebook\.com|fb\.watch|instagram\.com/(?:p|reel|tv)|twitter\.com/[^/]+/status|"
    r"x\.com/[^/]+/status|tiktok\.com/@|t\.me/[^/]+/\d+|youtu\.be/|youtube\.com/(?:watch|shorts|playlist|live))"
)


@lru_cache(maxsize=1)
def _providers() -> list[re.Pattern[str]]:
    return [re.compile(pattern) for provider in all_providers for pattern in provider["urls"]]


@lru_cache(maxsize=4096)
def is_embeddable(address: str) -> bool:
    """Whether a site is known to answer for `address` with something to show."""
    return bool(_ALSO.match(address)) or any(pattern.match(address) for pattern in _providers())


def bare_address(markup: str) -> str:
    """The address when `markup` is nothing but an address (also as a link with itself as text), else nothing."""
    match = _BARE.match(markup.strip())
    return html.unescape(match.group(1)) if match else ""


def address_of_player(source: str) -> str:
    """The page that an `<iframe>` with this `src` plays, when it is a known player, else an empty string."""
    source = "https:" + source if source.startswith("//") else source
    for pattern, page in _PLAYERS:
        if match := pattern.match(source):
            return page.format(match.group(1))
    parts = urlsplit(source)
    if parts.hostname == "www.facebook.com" and parts.path.startswith("/plugins/"):
        return next(iter(parse_qs(parts.query).get("href", [])), "")
    if parts.hostname == "w.soundcloud.com":
        return next(iter(parse_qs(parts.query).get("url", [])), "")
    return ""
