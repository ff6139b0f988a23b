"""A small group that can be renewed, for `test_renewal`, run as a program: what happens is printed, a line an event.

Its first argument is a file that stands for the release on disk: a name, and what is wrong with it, if anything
("refused": its check fails; "dumb": its workers crash; "unable": the program itself fails after it took over).
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from standfirst.cli.serving.draining import Application
from standfirst.cli.serving.renewal import CHECK, Handover, Renewal
from standfirst.cli.serving.supervisor import Child, Supervisor
from standfirst.cli.serving.web import run_web
from tests.cli.supervised import say, steady

RELEASE = Path(sys.argv[1])


def load(name: str, fault: str) -> Application:
    """Return an application that answers with the release's name and its process."""
    if fault == "dumb":
        os._exit(3)

    def application(environ: dict[str, object], start_response: Application) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"{name} {os.getpid()}".encode()]

    return application


def children(listener: socket.socket, name: str, fault: str) -> list[Child]:
    """Return two web workers and something that may never run twice."""
    if fault == "unable":
        raise RuntimeError("out of order")
    web = [Child(f"web {n}", run_web, (listener, partial(load, name, fault)), answers=True, delay=0.2) for n in (1, 2)]
    return [*web, Child("background", steady, (f"background of {name}",), alone=True)]


def main() -> None:
    logging.basicConfig(format="log %(message)s", stream=sys.stdout, level=logging.INFO)
    name, _space, fault = RELEASE.read_text().partition(" ")
    if sys.argv[-1].startswith(CHECK):
        say("checked", name)
        sys.exit(f"{name} is no good" if fault == "refused" else 0)
    handover = Handover.taken()
    listener = socket.socket(fileno=handover.listener) if handover else socket.create_server(("127.0.0.1", 0))
    lock = os.fdopen(handover.lock) if handover else RELEASE.open()
    group: list[Child] = []
    try:
        group = children(listener, name, fault)
    except RuntimeError as error:
        say("cannot start:", error)
    say("serving", listener.getsockname()[1], name)
    renewal = Renewal(listener.fileno(), lock.fileno(), "here")
    Supervisor(group, adopted=list(handover.children) if handover else [], renewal=renewal).run()
    say("group", "ended")


if __name__ == "__main__":
    main()
