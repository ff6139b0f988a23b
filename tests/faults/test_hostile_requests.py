"""What scanners and attackers send, over real sockets to the real server: cheap refusals, and pages as ever."""

from __future__ import annotations

import re
import socket
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.faults.conftest import Serve
from tests.faults.newsroom import Newsroom, quiet_port
from tests.faults.reader import Client

HOST = b"Host: 127.0.0.1:%d\r\n"
GET = b"GET /en/ HTTP/1.1\r\n" + HOST

REQUESTS: dict[str, tuple[bytes, set[int]]] = {
    "two slashes": (b"GET //evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n", {404}),
    "a way up": (b"GET /en/../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n", {404}),
    "a way up, encoded": (b"GET /en/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n", {404}),
    "NUL": (b"GET /en/%00 HTTP/1.1\r\n" + HOST + b"\r\n", {400}),
    "a line break": (b"GET /en/%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\n" + HOST + b"\r\n", {400}),
    "no UTF-8": (b"GET /en/%ff%fe/ HTTP/1.1\r\n" + HOST + b"\r\n", {400}),
    "ten kilobytes of path": (b"GET /" + b"a" * 10_240 + b" HTTP/1.1\r\n" + HOST + b"\r\n", {414}),
    "ten kilobytes of query": (b"GET /en/?a=" + b"b" * 10_240 + b" HTTP/1.1\r\n" + HOST + b"\r\n", {414}),
    "another host": (b"GET /en/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", {421}),
    "no host": (b"GET /en/ HTTP/1.1\r\n\r\n", {400}),
    "a host with a path": (b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1/evil\r\n\r\n", {400}),
    "two hosts": (b"GET /en/ HTTP/1.1\r\nHost: evil.example\r\n" + HOST + b"\r\n", {400, 421}),
    "a forwarded host": (GET + b"X-Forwarded-Host: evil.example\r\n\r\n", {200}),
    "an address of another host": (b"GET http://evil.example/en/ HTTP/1.1\r\n" + HOST + b"\r\n", {200, 400, 421}),
    "TRACE": (b"TRACE /en/ HTTP/1.1\r\n" + HOST + b"\r\n", {405}),
    "CONNECT": (b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", {400, 404, 405, 421}),
    "a verb of their own": (b"BREW /en/ HTTP/1.1\r\n" + HOST + b"\r\n", {400, 405}),
    "DELETE": (b"DELETE /en/ HTTP/1.1\r\n" + HOST + b"\r\n", {405}),
    "a form to a page": (
        b"POST /en/ HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\na=b",
        {403, 404, 405},
    ),
    "another verb in a header": (GET + b"X-HTTP-Method-Override: DELETE\r\n\r\n", {200}),
    "a forged token": (GET + b"Cookie: standfirst_access=v1.e30.AAAA\r\n\r\n", {200}),
    "a megabyte of cookies": (
        b"GET /en/ HTTP/1.1\r\n" + HOST + b"Cookie: a=" + b"b" * 1_000_000 + b"\r\n\r\n",
        {0, 431},
    ),
    "ranges without end": (
        GET + b"Range: bytes=" + b",".join([b"0-1"] * 500) + b"\r\n\r\n",
        {200},
    ),
    "encodings nobody has": (
        b"GET /en/ HTTP/1.1\r\n" + HOST + b"Accept-Encoding: x;q=9,*;q=-1,,br;q=a\r\n\r\n",
        {200, 406},
    ),
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n", {0, 400}),
    "HTTP/0.9": (b"GET /en/\r\n\r\n", {0, 400}),
    "two lengths": (b"POST /en/ HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", {0, 400}),
    "length and chunks": (
        b"POST /en/ HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        {0, 400, 403, 404, 405},
    ),
}


def send(port: int, request: bytes) -> tuple[int, bytes]:
    """Send `request` as it is; return the status, 0 when the server said nothing, and all that came in a second."""
    came = b""
    with socket.create_connection(("127.0.0.1", port), timeout=3) as connection:
        try:
            connection.sendall(request.replace(b"%d", str(port).encode(), 1) if HOST in request else request)
            while len(came) < 200_000 and (more := connection.recv(65_536)):
                came += more
                connection.settimeout(0.3)
        except OSError:  # it may close before it has read a megabyte, and keeps a connection that it understood
            pass
    return int(came[9:12]) if came.startswith(b"HTTP/1.") else 0, came


@pytest.fixture(scope="module")
def newsroom(serve_for_module: Serve) -> Newsroom:
    """One with metrics, which count what is rendered."""
    return serve_for_module(variables={"STANDFIRST_METRICS_PORT": str(quiet_port())})


def rendered(newsroom: Newsroom) -> float:
    """How many pages all workers have rendered so far."""
    address = f"http://127.0.0.1:{newsroom.variables['STANDFIRST_METRICS_PORT']}/metrics"
    with urllib.request.urlopen(address, timeout=10) as response:
        found = response.read().decode()
    return sum(float(number) for number in re.findall(r"^standfirst_render_seconds_count\S* (\S+)$", found, re.M))


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_hostile_request_is_refused_cheaply(newsroom: Newsroom, kind: str) -> None:
    """It gets its 4xx, nothing of it comes back in the answer, and the page of the next reader is as it was."""
    before = newsroom.ask("/en/")
    request, allowed = REQUESTS[kind]
    status, came = send(newsroom.port, request)
    assert status in allowed, came[:500]
    assert b"evil" not in came
    assert b"Traceback" not in came
    assert b"\r\nSet-Cookie" not in came
    after = newsroom.ask("/en/")
    assert (after.status, after.body, after.problem) == (200, before.body, "")


def test_a_flood_of_unknown_addresses_is_held_off(newsroom: Newsroom) -> None:
    """Four scanners ask for addresses that never existed: few are looked up, nothing is stored, readers are served."""
    folder = newsroom.home / "pages.lmdb"
    renderings = rendered(newsroom)
    size = sum(file.stat().st_blocks for file in folder.iterdir())

    def scan(scanner: int) -> list[int]:
        client = Client(newsroom.port)
        answers = [client.get(f"/en/{scanner}/{number}.php") for number in range(1500)]
        client.close()
        return [answer.status for answer in answers]

    with newsroom.reader() as reader, ThreadPoolExecutor(4) as pool:
        statuses = [status for found in pool.map(scan, range(4)) for status in found]
        reader.go_on(0.2)
    reader.check(within=1)
    assert set(statuses) <= {301, 404}
    assert statuses.count(404) > 5000
    grown = sum(file.stat().st_blocks for file in folder.iterdir()) - size
    assert grown * 512 < 2 * 2**20
    assert 0 < rendered(newsroom) - renderings < 600
    newsroom.heals(within=10)
