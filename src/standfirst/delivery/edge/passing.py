"""What Django answers to a request that it got whole, in the form in which the server needs no thread to send it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from standfirst.delivery.edge.rendering import Django


@dataclass(frozen=True, slots=True)
class Passed:
    """An answer of Django's; `body` is all of it, or what gives it bit by bit and has to be closed."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes | Iterable[bytes]

    def close(self) -> None:
        """Let go of a body that nobody will send."""
        _close(self.body)


def ask(django: Django, environ: dict[str, Any], *, largest: int) -> Passed:
    """Return what `django` answers, read to its end when it says that it has at most `largest` bytes."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    body = django(environ, lambda status, headers, exc_info=None: begun.append((status, headers)))
    try:
        status, headers = begun[-1]
        if not _says_at_most(headers, largest):
            return Passed(status, headers, body)
        whole = b"".join(body)
    except BaseException:
        _close(body)
        raise
    _close(body)
    return Passed(status, headers, whole)


def _says_at_most(headers: list[tuple[str, str]], largest: int) -> bool:
    length = next((value for name, value in headers if name.lower() == "content-length"), "")
    return length.isascii() and length.isdigit() and int(length) <= largest


def _close(body: Any) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
