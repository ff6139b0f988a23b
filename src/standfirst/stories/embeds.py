"""What stands on other sites: its kind, its frame, and its title, which only the desk ever asks them for.

A reader's request contacts nobody: pages show a title that was stored when the story was written, and a frame that the
reader's browser loads when the reader asks for it. Which sites have frames is in `theme.frames`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.core.cache import cache

from standfirst.kit.http import FetchError, fetch
from standfirst.theme.frames import frame_for

logger = logging.getLogger(__name__)

# Where each site answers oEmbed 1.0 requests without a key, by the end of its host name.
OEMBED = {
    "youtube.com": "https://www.youtube.com/oembed",
    "youtu.be": "https://www.youtube.com/oembed",
    "vimeo.com": "https://vimeo.com/api/oembed.json",
    "dailymotion.com": "https://www.dailymotion.com/services/oembed",
    "soundcloud.com": "https://soundcloud.com/oembed",
    "open.spotify.com": "https://open.spotify.com/oembed",
    "tiktok.com": "https://www.tiktok.com/oembed",
    "flourish.studio": "https://app.flourish.studio/api/v1/oembed",
    "datawrapper.dwcdn.net": "https://api.datawrapper.de/v3/oembed/",
}
MAPS = re.compile(r"^(www\.)?(openstreetmap\.org|google\.[a-z.]{2,6}/maps|maps\.app\.goo\.gl|yandex\.[a-z]{2,3}/maps)")
KINDS = {"wide": "video", "sound": "audio", "tall": "post"}
LARGEST_ANSWER = 100_000
SECONDS_TO_WAIT = 3
REMEMBERED = 24 * 3600
LONGEST_TITLE = 250


@dataclass(frozen=True)
class Embed:
    """Something on another site. `kind` is video, audio, post, map or link; without a frame it is shown as a link."""

    provider: str
    frame_url: str | None
    title: str
    kind: str


def embed_of(url: str, *, title: str = "") -> Embed:
    """Return what `url` is. Nobody is asked."""
    if frame := frame_for(url):
        return Embed(frame.name, frame.url, title, KINDS[frame.shape])
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return Embed(host, None, title, "map" if MAPS.match(url.partition("://")[2]) else "link")


def title_of(url: str) -> str:
    """Ask the site for the title of `url`; "" when it does not say, does not answer in three seconds, or is unknown.

    For the desk only. The answer, also an empty one, is remembered for a day, so that a site that is down or blocked
    does not slow every saving of a draft.
    """
    endpoint = _endpoint(url)
    if endpoint is None:
        return ""
    key = f"embed-title-{hashlib.sha256(url.encode()).hexdigest()}"
    title = cache.get(key)
    if title is None:
        title = _asked(f"{endpoint}?format=json&url={quote(url, safe='')}")
        cache.set(key, title, REMEMBERED)
    return str(title)


def _endpoint(url: str) -> str | None:
    host = urlsplit(url).hostname or ""
    return next((endpoint for end, endpoint in OEMBED.items() if host == end or host.endswith(f".{end}")), None)


def _asked(address: str) -> str:
    try:
        with fetch(address, max_bytes=LARGEST_ANSWER, timeout=SECONDS_TO_WAIT) as answer:
            found = json.loads(answer.data)
    except (FetchError, ValueError, RecursionError) as error:
        logger.info("No title from %s: %s", address, error)
        return ""
    title = found.get("title") if isinstance(found, dict) else None
    return " ".join(title.split())[:LONGEST_TITLE] if isinstance(title, str) else ""
