"""Fetching from addresses that strangers chose: media named in an import, pages named in an embed.

    FetchError            nothing was fetched
    ├── FetchRefused      the address, its host, the answer's type or size is not allowed: do not try again
    └── FetchFailed       the network, the server or the time limit stood in the way: later it may work

Only http and https are spoken, on their own ports. A host is resolved once, every address it has must be public, and
the connection goes to exactly the address that was checked, so that a name which resolves differently a moment later
(DNS rebinding) gains nothing. Redirects are followed by hand and checked the same way. No proxy, cookie or credential
is ever sent. See OWASP's "Server-Side Request Forgery Prevention".
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import IO, Any, Self
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

PORTS = {"http": 80, "https": 443}
MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
CHUNK = 64 * 1024
IN_MEMORY = 1024 * 1024
USER_AGENT = "Standfirst"
_now = time.monotonic
# Ranges that Python calls global but that lead back into a network: NAT64 (RFC 6052) and 6to4 (RFC 3056) wrap any
# IPv4 address, Teredo (RFC 4380) too.
WRAPPING = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


class FetchError(Exception):
    """Nothing was fetched; `reason` says why, in words for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FetchRefused(FetchError):
    """The address or its answer is not allowed. Trying again gives the same."""


class FetchFailed(FetchError):
    """The network or the server failed. Trying again later may work."""


@dataclass(frozen=True)
class Fetched:
    """What came back: `file` stands at its beginning (in memory up to 1 MB, then on disk).

    Close it after use: `with fetch(…) as fetched:`.
    """

    file: IO[bytes]
    size: int
    content_type: str
    final_url: str

    @property
    def data(self) -> bytes:
        """The whole content."""
        self.file.seek(0)
        return self.file.read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.file.close()


def fetch(url: str, *, max_bytes: int, timeout: float = 10, content_types: tuple[str, ...] = ()) -> Fetched:
    """Fetch `url` by GET.

    Args:
        url: an http or https address.
        max_bytes: the most the body may have.
        timeout: seconds for everything together, redirects included.
        content_types: media types that are wanted, in full ("image/png") or by their first half ("image/"); all types
            when it is empty.

    Raises:
        FetchRefused: another scheme or port, a host inside a private network, a type or size that is not allowed.
        FetchFailed: no such host, no answer in time, a broken connection, any status but 200.
    """
    deadline = _now() + timeout
    for _hop in range(MOST_REDIRECTS + 1):
        parts = _checked(url)
        connection = _connect(parts, deadline)
        watchdog = _cut_at(deadline, connection)
        try:
            response = _ask(connection, parts)
            if response.status not in REDIRECTS:
                return _receive(response, url, max_bytes, content_types, connection, deadline)
            url = urljoin(url, response.getheader("Location") or "")
        except FetchError:
            raise
        except (OSError, http.client.HTTPException) as error:
            _left(deadline, str(parts.hostname))
            raise FetchFailed(f"{parts.hostname} broke the connection ({error or type(error).__name__})") from error
        finally:
            watchdog.cancel()
            connection.close()
    raise FetchRefused(f"{url} redirects more than {MOST_REDIRECTS} times")


def _checked(url: str) -> SplitResult:
    """Split `url`, percent-encoding what needs it. Raises FetchRefused unless it is plain http(s)."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise FetchRefused(f"{url[:200]!r} is no address") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise FetchRefused(f"{url[:200]!r} is not an http or https address")
    if parts.username or parts.password:
        raise FetchRefused(f"{parts.hostname}: an address with a password in it is not fetched")
    if port not in {None, PORTS[parts.scheme]}:
        raise FetchRefused(f"{parts.hostname}:{port} is not fetched; only the ports 80 and 443 are")
    try:
        host = parts.hostname.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FetchRefused(f"{parts.hostname!r} is no host name") from error
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return SplitResult(parts.scheme, f"[{host}]" if ":" in host else host, path, query, "")


def _public_address(host: str, port: int) -> tuple[Any, ...]:
    """Resolve `host` once; return the family and socket address to connect to.

    Raises FetchRefused when any of its addresses is not public: a host with one private address is a trap.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailed(f"{host} cannot be found") from error
    for entry in found:
        if not is_public(str(entry[4][0])):
            raise FetchRefused(f"{host} is inside a private network ({entry[4][0]})")
    return found[0][0], found[0][4]


def is_public(address: str) -> bool:
    """Whether the IP `address` is one of the open internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped or ip
    if any(ip.version == net.version and ip in net for net in WRAPPING):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _left(deadline: float, host: str) -> float:
    """Return the seconds that are left. Raises FetchFailed when there are none."""
    left = deadline - _now()
    if left <= 0:
        raise FetchFailed(f"{host} did not answer in time")
    return left


def _dial(family: int, address: tuple[Any, ...], timeout: float) -> socket.socket:
    plain = socket.socket(family, socket.SOCK_STREAM)
    try:
        plain.settimeout(timeout)
        plain.connect(address)
    except OSError:
        plain.close()
        raise
    return plain


def _connect(parts: SplitResult, deadline: float) -> http.client.HTTPConnection:
    """Open a connection to the checked address; certificate and Host are still those of the name."""
    host, port = str(parts.hostname), PORTS[parts.scheme]
    family, address = _public_address(host, port)
    try:
        tunnel = _dial(family, address, _left(deadline, host))
        if parts.scheme == "https":
            tunnel = ssl.create_default_context().wrap_socket(tunnel, server_hostname=host)
    except OSError as error:
        raise FetchFailed(f"{host} cannot be reached ({error})") from error
    connection = http.client.HTTPConnection(host, port)
    connection.sock = tunnel
    return connection


def _cut_at(deadline: float, connection: http.client.HTTPConnection) -> threading.Timer:
    """Cut the connection at `deadline`: a server that sends its headers byte by byte never meets a socket's timeout."""
    tunnel = connection.sock

    def cut() -> None:
        with contextlib.suppress(OSError):
            tunnel.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - _now()), cut)
    timer.daemon = True
    timer.start()
    return timer


def _ask(connection: http.client.HTTPConnection, parts: SplitResult) -> http.client.HTTPResponse:
    target = urlunsplit(("", "", parts.path, parts.query, ""))
    headers = {"Host": parts.netloc, "User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
    connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    return connection.getresponse()


def _receive(
    response: http.client.HTTPResponse,
    url: str,
    max_bytes: int,
    content_types: tuple[str, ...],
    connection: http.client.HTTPConnection,
    deadline: float,
) -> Fetched:
    """Check the answer, and read its body up to the limits."""
    host = str(urlsplit(url).hostname)
    if response.status != http.client.OK:
        raise FetchFailed(f"{host} answered {response.status} {response.reason}")
    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if content_types and not any(kind == one or (one.endswith("/") and kind.startswith(one)) for one in content_types):
        raise FetchRefused(f"{host} sent {kind or 'no type'}, not {' or '.join(content_types)}")
    if (response.length or 0) > max_bytes:
        raise FetchRefused(f"{host} sent {response.length} bytes; {max_bytes} are allowed")
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        size = _read_into(file, response, connection, host, max_bytes, deadline)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Fetched(file, size, kind, url)


def _read_into(
    file: IO[bytes],
    response: http.client.HTTPResponse,
    connection: http.client.HTTPConnection,
    host: str,
    max_bytes: int,
    deadline: float,
) -> int:
    """Copy the body piece by piece; `read1` returns what came, so that a slow drip meets the deadline."""
    size = 0
    while True:
        left = _left(deadline, host)
        if connection.sock:
            connection.sock.settimeout(left)
        piece = response.read1(CHUNK)
        if not piece:
            break
        size += len(piece)
        if size > max_bytes:
            raise FetchRefused(f"{host} sent more than {max_bytes} bytes")
        file.write(piece)
    _left(deadline, host)  # a body that was cut at the deadline may look like a whole one
    if response.length:
        raise FetchFailed(f"{host} stopped in the middle")
    return size
