"""The reader: asks for the same stored pages again and again over a few connections, and writes down what came.

One request is repeated, on a new connection, when its connection was closed before a single byte of an answer came:
that is what browsers and proxies do with a GET on a connection they kept (RFC 9112, 9.3.1). Nothing else is repeated.
"""

from __future__ import annotations

import gzip
import http.client
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import quote

import brotli
import zstandard

PATIENCE = 20.0
"""Seconds after which an answer that does not come is a failure."""
ENCODINGS = ("gzip", "br", "zstd", "identity")
CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ConnectionAbortedError)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `at` and `seconds` by the monotonic clock, `problem` says what was wrong with it ("": nothing)."""

    path: str
    at: float
    seconds: float
    status: int = 0
    warning: str = ""
    age: int = 0
    retried: bool = False
    problem: str = ""
    body: bytes = b""


def unpacked(body: bytes, encoding: str) -> bytes:
    """Return `body` without its content encoding. Raises whatever the unpacker raises when it is damaged."""
    if encoding == "br":
        return brotli.decompress(body)
    if encoding == "zstd":
        return zstandard.ZstdDecompressor().decompress(body, max_output_size=32 * 2**20)
    return gzip.decompress(body) if encoding == "gzip" else body


class Client:
    """One connection that is kept open, and what it takes to ask over it."""

    def __init__(self, port: int, *, encoding: str = "gzip", cookie: str = "", patience: float = PATIENCE) -> None:
        self.headers = {"Accept-Encoding": encoding, **({"Cookie": cookie} if cookie else {})}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)

    def get(self, path: str, *, keep_body: bool = False) -> Answer:
        """Ask for `path`; never raises: what goes wrong is the answer's `problem`."""
        started = time.monotonic()
        retried = False
        while True:
            try:
                answer = self._ask(path, started, retried=retried, keep_body=keep_body)
                break
            except CLOSED as error:
                self._connection.close()
                if retried:
                    answer = _failed(path, started, error, retried=True)
                    break
                retried = True
            except (OSError, http.client.HTTPException, ValueError, brotli.error, zstandard.ZstdError) as error:
                self._connection.close()
                answer = _failed(path, started, error, retried=retried)
                break
        return answer

    def _ask(self, path: str, started: float, *, retried: bool, keep_body: bool) -> Answer:
        self._connection.request("GET", quote(path, safe="/%?=&"), headers=self.headers)
        response = self._connection.getresponse()
        try:
            raw = response.read()
        except CLOSED as error:  # an answer that breaks off is not one that never came
            raise http.client.IncompleteRead(b"") from error
        body = unpacked(raw, response.headers.get("Content-Encoding", "identity"))
        problem = "" if response.status == 200 else f"status {response.status}"
        if not problem and path.encode() not in body:
            problem = "the body is not that of this page"
        return Answer(
            path,
            started,
            time.monotonic() - started,
            response.status,
            response.headers.get("Warning", ""),
            int(response.headers.get("Age", "0")),
            retried,
            problem,
            body if keep_body else b"",
        )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _failed(path: str, started: float, error: Exception, *, retried: bool) -> Answer:
    problem = f"{type(error).__name__}: {error}"
    return Answer(path, started, time.monotonic() - started, retried=retried, problem=problem)


@dataclass
class Reader:
    """Reads `paths` in a loop from `connections` threads while the block inside `with` runs."""

    port: int
    paths: Sequence[str]
    connections: int = 4
    pause: float = 0.008
    answers: list[Answer] = field(default_factory=list)

    def __enter__(self) -> Reader:
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(n,), daemon=True) for n in range(self.connections)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _read(self, number: int) -> None:
        client = Client(self.port, encoding=ENCODINGS[number % len(ENCODINGS)])
        place = number * len(self.paths) // self.connections
        while not self._stopping.is_set():
            self.answers.append(client.get(self.paths[place % len(self.paths)]))
            place += 1
            self._stopping.wait(self.pause)
        client.close()

    def go_on(self, seconds: float) -> list[Answer]:
        """Let the readers read for `seconds` more, and return what came in that time."""
        first = len(self.answers)
        self._stopping.wait(seconds)
        return self.answers[first:]

    @property
    def failures(self) -> list[Answer]:
        """What no reader must see: every answer that is not the page."""
        return [answer for answer in self.answers if answer.problem]

    @property
    def stale(self) -> list[Answer]:
        """What was marked as out of date."""
        return [answer for answer in self.answers if answer.warning]

    def check(self, *, within: float, at_least: int = 100) -> None:
        """Fail unless at least so many pages came, every one of them, and each `within` so many seconds."""
        problems = Counter(answer.problem for answer in self.failures)
        examples = [(answer.path, answer.problem, round(answer.seconds, 2)) for answer in self.failures[:5]]
        assert not problems, f"{sum(problems.values())} of {len(self.answers)} failed: {problems}; {examples}"
        assert len(self.answers) >= at_least, f"only {len(self.answers)} answers came: the readers stood still"
        slowest = max(self.answers, key=lambda answer: answer.seconds)
        assert slowest.seconds <= within, f"{slowest.path} took {slowest.seconds:.2f} s"
