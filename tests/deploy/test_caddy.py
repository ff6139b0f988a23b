"""Caddy with our file, run without TLS: what it sends itself, what it asks for, and what gets through."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tests.delivery.cdn.listening import Listening, listening
from tests.deploy.checkers import DEPLOY, free_port, needs, program, until_it_listens

pytestmark = needs("caddy", "caddy")


@dataclass
class Caddy:
    """A running Caddy, and what reached Standfirst."""

    port: int
    standfirst: Listening

    def ask(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {"Host": f"127.0.0.1:{self.port}"} | {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request("GET", path, headers=sent)
            answer = connection.getresponse()
            return answer.status, dict(answer.headers.items()), answer.read()
        finally:
            connection.close()


def write_file(folder: Path, port: int, behind: str, home: Path, more: str = "") -> Path:
    """Write our file with ports and folders of the test; `more` is a further line for `reverse_proxy`."""
    text = (DEPLOY / "caddy" / "Caddyfile").read_text()
    for old, new in {
        "news.example {\n\tencode": f"http://127.0.0.1:{port} {{\n\tencode",
        "/srv/newsroom": str(home),
        "127.0.0.1:8000": behind.removeprefix("http://"),
        "header_up -Forwarded\n": f"header_up -Forwarded\n{more}\n",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    file = folder / "Caddyfile"
    file.write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text.partition("www.news.example {")[0])
    return file


@pytest.fixture
def more() -> str:
    return ""


@pytest.fixture
def caddy(tmp_path: Path, more: str) -> Iterator[Caddy]:
    home, port = tmp_path / "newsroom", free_port()
    for name in ("static/site.css", "media/images/a.jpg", "media/documents/a.pdf", "secret.key"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(name)
    with listening() as standfirst, (tmp_path / "log").open("wb") as log:
        file = write_file(tmp_path, port, standfirst.url, home, more)
        process = subprocess.Popen(
            [program("caddy"), "run", "--adapter", "caddyfile", "--config", file],
            stdout=log,
            stderr=log,
            env={**os.environ, "HOME": str(tmp_path)},
        )
        try:
            until_it_listens(port, process)
            yield Caddy(port, standfirst)
        finally:
            process.terminate()
            process.wait(20)


def test_style_sheets_and_pictures_are_sent_with_their_headers(caddy: Caddy) -> None:
    status, headers, body = caddy.ask("/static/site.css")
    assert (status, body, headers["Cache-Control"]) == (
        200,
        b"static/site.css",
        "public, max-age=31536000, immutable",
    )

    status, headers, body = caddy.ask("/media/images/a.jpg")
    assert (status, body, headers["Content-Type"]) == (200, b"media/images/a.jpg", "image/jpeg")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert caddy.standfirst.asked == []


@pytest.mark.parametrize(
    "path", ["/media/documents/a.pdf", "/static/gone.css", "/static/../secret.key", "/static/..%2fsecret.key", "/en/"]
)
def test_everything_else_is_asked_of_standfirst(caddy: Caddy, path: str) -> None:
    caddy.standfirst.answers = [(404, {}, b"asked")]

    assert caddy.ask(path)[::2] == (404, b"asked")


def test_nothing_that_a_reader_claims_about_the_way_gets_through(caddy: Caddy) -> None:
    caddy.ask(
        "/en/", X_Forwarded_For="6.6.6.6", X_Forwarded_Proto="https", X_Real_IP="6.6.6.6", Forwarded="for=6.6.6.6"
    )
    (asked,) = caddy.standfirst.asked

    assert asked.headers["X-Forwarded-For"] == "127.0.0.1"
    assert asked.headers["X-Forwarded-Proto"] == "http"
    assert not {"X-Real-Ip", "Forwarded"} & {name.title() for name in asked.headers}


@pytest.mark.parametrize("more", ["\t\t\theader_up X-Forwarded-For {http.request.header.CF-Connecting-IP}"])
def test_behind_a_cdn_the_address_comes_from_its_header(caddy: Caddy) -> None:
    """As docs/how-to/put-it-behind-a-proxy.md says."""
    caddy.ask("/en/", CF_Connecting_IP="198.51.100.7", X_Forwarded_For="6.6.6.6")

    assert caddy.standfirst.asked[0].headers["X-Forwarded-For"] == "198.51.100.7"
