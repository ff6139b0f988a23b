"""Serve a newsroom: the web server and the background worker, as one supervised group.

Ctrl-C or SIGTERM stops all of it after the requests and tasks in flight. A child that crashes is restarted.
"""

from __future__ import annotations

import argparse

from standfirst.cli.home import find, start_django
from standfirst.cli.program import add_home
from standfirst.cli.readiness import collect_static, follow_base_url, refuse_unapplied
from standfirst.cli.serving.start import add_serving_arguments, check_port, hold_home, serve_group


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `standfirst serve`."""
    add_home(parser)
    add_serving_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Check home, port and database, then serve until told to stop."""
    home = find(options.home)
    host, port = options.host or home.options.host, options.port or home.options.port
    check_port(host, port)
    with hold_home(home.path):
        start_django(home)
        refuse_unapplied(home.path)
        follow_base_url(home.options.base_url)
        collect_static(home.path)
        print(f"Serving {home.path} at {home.options.base_url} (listening on {host}:{port}). Ctrl-C stops.", flush=True)
        serve_group(home.path, host, port, options.workers or home.options.workers)
    return 0
