"""Serve a newsroom: the web server and the background worker, as one supervised group.

Ctrl-C or SIGTERM stops all of it after the requests and tasks in flight. A child that crashes is restarted. SIGHUP
brings the version that is installed now, without a request that fails; with --check it is only examined whether that
would go well.
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys

from standfirst.cli.errors import Refusal
from standfirst.cli.home import Home, find, start_django
from standfirst.cli.program import add_home
from standfirst.cli.readiness import collect_static, follow_base_url, refuse_sandbox, refuse_unapplied
from standfirst.cli.serving.renewal import Handover, Renewal
from standfirst.cli.serving.start import add_serving_arguments, children_of, hold_home, open_listener, preload
from standfirst.cli.serving.supervisor import Child, Supervisor
from standfirst.cli.serving.web import examine, load_application
from standfirst.delivery.published import forget_all

logger = logging.getLogger("standfirst.serve")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `standfirst serve`."""
    add_home(parser)
    add_serving_arguments(parser)
    parser.add_argument(
        "--check",
        nargs="?",
        const="",
        metavar="HOST:PORT",
        help="examine whether this version could serve the newsroom, also while another serves it, and end",
    )


def run(options: argparse.Namespace) -> int:
    """Check home, port and database, then serve until told to stop."""
    if options.check is not None:
        return _check(options)
    if handover := Handover.taken():
        return _take_over(options, handover)
    home = find(options.home)
    host, port = _address(options, home)
    with open_listener(host, port) as listener, hold_home(home.path) as lock:
        forget_all(home.path / "run")
        _prepare(home)
        print(f"Serving {home.path} at {home.options.base_url} (listening on {host}:{port}). Ctrl-C stops.", flush=True)
        children = children_of(home, listener, _workers(options, home))
        Supervisor(children, renewal=Renewal(listener.fileno(), lock.fileno(), f"{host}:{port}")).run()
    return 0


def _take_over(options: argparse.Namespace, handover: Handover) -> int:
    """Go on where the release before left off, whose workers serve until ours answer."""
    with socket.socket(fileno=handover.listener) as listener, os.fdopen(handover.lock, "a+") as lock:
        children: list[Child] = []
        try:
            home = find(options.home)
            _prepare(home)
            children = children_of(home, listener, _workers(options, home))
        except Exception as error:  # noqa: BLE001 - whatever keeps this release from starting
            print(
                f"standfirst: this release cannot start, the one before goes on: {error}", file=sys.stderr, flush=True
            )
        renewal = Renewal(listener.fileno(), lock.fileno(), handover.address)
        Supervisor(children, adopted=list(handover.children), renewal=renewal).run()
    return 0


def _check(options: argparse.Namespace) -> int:
    """Do everything that a start does, short of listening. Raises Refusal when this version could not serve."""
    home = find(options.home)
    host, port = _address(options, home)
    if options.check and options.check != f"{host}:{port}":
        raise Refusal(
            f"the site listens on {options.check} and host and port now say {host}:{port}; stop and start it for that."
        )
    start_django(home)
    refuse_unapplied(home.path)
    refuse_sandbox()
    collect_static(home.path)
    preload()
    examine(load_application())
    print(f"This version can serve {home.path}.")
    return 0


def _prepare(home: Home) -> None:
    start_django(home)
    refuse_unapplied(home.path)
    refuse_sandbox()
    follow_base_url(home.options.base_url)
    collect_static(home.path)


def _address(options: argparse.Namespace, home: Home) -> tuple[str, int]:
    return options.host or home.options.host, options.port or home.options.port


def _workers(options: argparse.Namespace, home: Home) -> int:
    return int(options.workers or home.options.workers)
