"""What the fakes of providers share as programs: a server on loopback, pages, and a file that outlives a restart."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from socket import socket
from socketserver import ThreadingMixIn
from typing import Any, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from standfirst.payments.providers.fakes import refuse_in_production

refuse_in_production("A fake of a provider")

logger = logging.getLogger("standfirst.payments")

HOST = "127.0.0.1"
STYLE_NAME = "fake.css"
"""The style's address beside a fake's pages: a fake has it at any depth."""
STYLE = """
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0; background: light-dark(#f4f5f7, #15171a); color: light-dark(#1b1f24, #e8eaed); }
main { box-sizing: border-box; max-width: 32rem; margin: 2rem auto; padding: 1.5rem;
  background: light-dark(#fff, #20242a); border-radius: .75rem; overflow-wrap: anywhere; }
@media (max-width: 34rem) { main { margin: 0; border-radius: 0; } }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.0625rem; }
p { margin: 0 0 .75rem; }
.notice { padding: .5rem .75rem; border-radius: .5rem; background: light-dark(#fff1c9, #4a3b0c); font-size: .9375rem; }
.alert { color: light-dark(#a3162a, #ff9aa6); font-weight: 600; }
label { display: flex; gap: .75rem; min-height: 2.75rem; align-items: center; }
button { width: 100%; min-height: 2.75rem; padding: .5rem 1rem; border: 0; border-radius: .5rem; font: inherit;
  font-weight: 600; cursor: pointer; background: light-dark(#2b4acb, #9db2ff); color: light-dark(#fff, #10131a); }
button.quiet, form + form button { background: light-dark(#e6e9f2, #333a45); color: inherit; }
button:focus-visible, a:focus-visible { outline: .1875rem solid light-dark(#e08a00, #ffc46b); outline-offset: .125rem; }
a { color: light-dark(#2b4acb, #9db2ff); display: inline-block; padding: .5rem 0; }
"""

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class World(Protocol):
    """What a fake knows; it is pickled whole."""

    lock: Any
    """Held while anything changes."""


class Server(ThreadingMixIn, WSGIServer):
    """Answers several payers at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Writes no line a request."""

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


def server_of(application: Application, port: int = 0, listener: socket | None = None) -> WSGIServer:
    """Return a server that listens on `port` of loopback (0: any), or on `listener`, and does not answer yet."""
    server = Server((HOST, port), Quiet, bind_and_activate=listener is None)
    if listener is not None:
        server.socket.close()
        server.socket = listener
        server.server_address = listener.getsockname()
        server.server_name, server.server_port = server.server_address[:2]  # type: ignore[assignment]
        server.setup_environ()
    server.set_app(application)
    return server


def page(title: str, body: str, *, notice: str, level: int) -> bytes:
    """Return a whole page. `body` is HTML, title and notice are text; `level`: how deep its address is."""
    style = "../" * level + STYLE_NAME
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="{style}"></head>'
        f'<body><main><p class="notice"><strong>{escape(notice)}</strong></p><h1>{escape(title)}</h1>{body}'
        "</main></body></html>"
    ).encode()


class Kept:
    """A fake that writes down what it knows after each request that may have changed it."""

    def __init__(self, application: Application, world: World, file: Path) -> None:
        self.application, self.world, self.file = application, world, file

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer, and keep what has changed before the answer is sent."""
        answer = self.application(environ, start)
        if environ["REQUEST_METHOD"] == "POST":
            with self.world.lock:
                keep(self.world, self.file)
        return answer


def keep(world: World, file: Path) -> None:
    """Write a world down; a file is there whole or as it was."""
    fresh = file.with_suffix(".new")
    fresh.write_bytes(pickle.dumps(world))
    fresh.replace(file)


def kept(file: Path) -> Any:
    """Return the world that was written down, None where there is none or another version wrote it."""
    try:
        return pickle.loads(file.read_bytes())  # noqa: S301 - written by `keep` into the operator's own folder
    except FileNotFoundError:
        return None
    except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, TypeError) as error:
        logger.warning("the fake begins anew: %s cannot be read (%s)", file, error)
        return None
