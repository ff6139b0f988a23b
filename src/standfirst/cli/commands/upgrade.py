"""Bring a newsroom's database and static files to this version of Standfirst.

Make a backup first. Run it after installing a new version, while the site is stopped.
"""

from __future__ import annotations

import argparse

from standfirst.cli.home import Home, find, start_django
from standfirst.cli.program import add_home
from standfirst.cli.readiness import collect_static, migrate, refuse_newer_database
from standfirst.cli.serving.start import hold_home


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `standfirst upgrade`."""
    add_home(parser)


def run(options: argparse.Namespace) -> int:
    """Apply the migrations that are missing, and collect the static files."""
    home = find(options.home)
    with hold_home(home.path):
        return _upgrade(home)


def _upgrade(home: Home) -> int:
    start_django(home)
    state = refuse_newer_database()
    if state.unapplied:
        print(f"Migrating the database ({len(state.unapplied)} steps) …", flush=True)
        migrate()
    changed = collect_static(home.path)
    done = [text for text, was in (("database", bool(state.unapplied)), ("static files", changed)) if was]
    print(f"Upgraded: {', '.join(done)}." if done else "Everything is at this version already.")
    return 0
