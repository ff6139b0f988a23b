"""The safe fetch: nothing inside a network is reached, and every limit holds."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from standfirst.kit import http
from standfirst.kit.http import FetchFailed, FetchRefused, fetch, is_public

PUBLIC = "93.184.216.34"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A resolver that knows only these names."""
    known: dict[str, list[str]] = {"news.example": [PUBLIC]}

    def resolve(host: str, port: int, **_kwargs: object) -> list[tuple[object, ...]]:
        if host not in known:
            raise socket.gaierror(-2, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(http.socket, "getaddrinfo", resolve)
    return known


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]) -> Iterator[list[bytes]]:
    """Answers of the servers in their order; each connection is one end of a socket pair, and no network."""
    queue: list[bytes] = []
    opened: list[socket.socket] = []

    def dial(_family: int, address: tuple[str, int], _timeout: float) -> socket.socket:
        assert address[0] == PUBLIC
        near, far = socket.socketpair()
        far.sendall(queue.pop(0))
        far.shutdown(socket.SHUT_WR)
        opened.extend([near, far])
        return near

    monkeypatch.setattr(http, "_dial", dial)
    yield queue
    for end in opened:
        end.close()


def _response(body: bytes, kind: str = "image/png", status: str = "200 OK", extra: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode() + body


def test_gives_what_came_back(answers: list[bytes]) -> None:
    answers.append(_response(b"picture", "image/PNG; q=1"))
    url = "http://news.example/a b.png?x=é"
    with fetch(url, max_bytes=100, content_types=("image/",)) as fetched:
        assert fetched.data == b"picture"
        assert (fetched.size, fetched.content_type, fetched.final_url) == (7, "image/png", url)
    assert fetched.file.closed


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://news.example/x",
        "//news.example/x",
        "http://",
        "http://news.example:8080/",
        "https://news.example:80/",
        "http://user:secret@news.example/",
        "http://news.example:port/",
        "",
    ],
)
def test_refuses_addresses_that_are_no_plain_web_address(url: str, names: dict[str, list[str]]) -> None:
    with pytest.raises(FetchRefused):
        fetch(url, max_bytes=10)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_public_ones_refuses_the_host(names: dict[str, list[str]]) -> None:
    names["trap.example"] = [PUBLIC, "10.0.0.1"]
    with pytest.raises(FetchRefused, match="private network"):
        fetch("http://trap.example/", max_bytes=10)


def test_a_redirect_into_the_network_is_refused(answers: list[bytes], names: dict[str, list[str]]) -> None:
    names["inside.example"] = ["192.168.0.1"]
    answers.append(_response(b"", status="302 Found", extra="Location: http://inside.example/\r\n"))
    with pytest.raises(FetchRefused, match=r"inside\.example is inside a private network"):
        fetch("http://news.example/", max_bytes=10)


def test_a_redirect_is_followed_and_named(answers: list[bytes]) -> None:
    answers += [_response(b"", status="301 Moved", extra="Location: /there\r\n"), _response(b"ok")]
    with fetch("http://news.example/here", max_bytes=10) as fetched:
        assert fetched.final_url == "http://news.example/there"


def test_endless_redirects_are_refused(answers: list[bytes]) -> None:
    answers += [_response(b"", status="302 Found", extra="Location: /\r\n")] * 6
    with pytest.raises(FetchRefused, match="redirects more than 5 times"):
        fetch("http://news.example/", max_bytes=10)
    assert answers == []


def test_the_wrong_type_is_refused(answers: list[bytes]) -> None:
    answers.append(_response(b"<script>", "text/html"))
    with pytest.raises(FetchRefused, match="text/html, not image/"):
        fetch("http://news.example/", max_bytes=10, content_types=("image/",))


def test_a_body_announced_too_big_is_refused(answers: list[bytes]) -> None:
    answers.append(_response(b"x" * 11))
    with pytest.raises(FetchRefused, match="sent 11 bytes; 10 are allowed"):
        fetch("http://news.example/", max_bytes=10)


def test_a_body_that_grows_too_big_is_refused(answers: list[bytes]) -> None:
    answers.append(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + b"x" * 11)
    with pytest.raises(FetchRefused, match="more than 10 bytes"):
        fetch("http://news.example/", max_bytes=10)


def test_a_body_that_stops_in_the_middle_fails(answers: list[bytes]) -> None:
    answers.append(_response(b"x" * 9)[:-3])
    with pytest.raises(FetchFailed):
        fetch("http://news.example/", max_bytes=10)


@pytest.mark.parametrize("answer", [_response(b"", status="404 Not Found"), _response(b"", status="500 Oh"), b"junk"])
def test_any_other_answer_fails(answers: list[bytes], answer: bytes) -> None:
    answers.append(answer)
    with pytest.raises(FetchFailed, match=r"news\.example"):
        fetch("http://news.example/", max_bytes=10)


def test_an_unknown_host_fails(names: dict[str, list[str]]) -> None:
    with pytest.raises(FetchFailed, match=r"nowhere\.example cannot be found"):
        fetch("http://nowhere.example/", max_bytes=10)


def test_the_time_limit_counts_for_everything_together(answers: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    answers += [_response(b"", status="302 Found", extra="Location: /\r\n"), _response(b"late")]
    moments = iter([0.0, *([1.0] * 4)])
    monkeypatch.setattr(http, "_now", lambda: next(moments, 11.0))
    with pytest.raises(FetchFailed, match="in time"):
        fetch("http://news.example/", max_bytes=10, timeout=10)
