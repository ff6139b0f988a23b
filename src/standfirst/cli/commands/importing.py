"""Move in from another system: `standfirst import wordpress FILE.xml`."""

from __future__ import annotations

import argparse

from standfirst.cli.home import find, start_django
from standfirst.cli.program import add_home
from standfirst.cli.readiness import refuse_unapplied


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add one subcommand for each system."""
    from standfirst.importers.wordpress import command

    systems = parser.add_subparsers(dest="system", metavar="SYSTEM", required=True)
    wordpress = systems.add_parser("wordpress", help="from a WordPress export (WXR)", description=command.__doc__)
    add_home(wordpress)
    command.add_arguments(wordpress)


def run(options: argparse.Namespace) -> int:
    """Run the import on the newsroom at `--home`."""
    home = find(options.home)
    start_django(home)
    refuse_unapplied(home.path)
    from standfirst.importers.wordpress import command

    return int(command.run(options))
