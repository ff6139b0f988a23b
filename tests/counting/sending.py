"""Readers, and those who only pretend: requests as they come to the intake."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from standfirst.counting.intake import Intake
from standfirst.counting.tokens import page_token

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
HEADERS = {
    "HTTP_HOST": "ridgeline.example",
    "HTTP_ACCEPT_LANGUAGE": "en",
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_ORIGIN": "https://ridgeline.example",
}


@dataclass
class Readers:
    """Sends to `intake` and remembers the answers."""

    intake: Intake
    answers: list[str] = field(default_factory=list)
    _names: Any = field(default_factory=lambda: count(1000))

    def view(
        self, story: int = 12, *, edition: int = 3, by: str = "203.0.113.7", agent: str = BROWSER, **more: Any
    ) -> str:
        """Open a page, and return the name of this view."""
        nonce = str(more.pop("nonce", next(self._names)))
        self.send({"p": page_token(story, edition), "n": nonce, "k": "view", **_fields(more)}, by, agent, **more)
        return nonce

    def end(self, nonce: str, seconds: int, depth: int, *, story: int = 12, edition: int = 3, **more: Any) -> None:
        """Say how far the reader of a view has got."""
        by, agent = more.pop("by", "203.0.113.7"), more.pop("agent", BROWSER)
        fields = {"p": page_token(story, edition), "n": nonce, "k": "end", "s": str(depth), "t": str(seconds)}
        self.send(fields, by, agent, **more)

    def send(self, fields: dict[str, str], by: str, agent: str, **headers: Any) -> None:
        """Send a beacon."""
        body = urlencode(fields).encode()
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/reads/",
            "QUERY_STRING": "",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "REMOTE_ADDR": by,
            "HTTP_USER_AGENT": agent,
            **HEADERS,
            **headers,
        }
        environ = {name: value for name, value in environ.items() if value is not None}
        assert self.intake.beacon(environ, self._start) == []

    def image(self, story: int = 12, *, by: str = "203.0.113.7", agent: str = BROWSER, **headers: Any) -> list[bytes]:
        """Load the image, as a browser without JavaScript does."""
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/reads/dot.gif",
            "QUERY_STRING": f"p={page_token(story, 3)}",
            "REMOTE_ADDR": by,
            "HTTP_USER_AGENT": agent,
            **HEADERS,
            **headers,
        }
        return list(self.intake.image(environ, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        assert ("Cache-Control", "no-store") in headers
        self.answers.append(status)


def _fields(more: dict[str, Any]) -> dict[str, str]:
    """Take the fields of a beacon out of `more`, and leave its headers."""
    names = {"referrer": "r", "campaign": "c", "device": "d"}
    return {short: str(more.pop(name)) for name, short in names.items() if name in more}
