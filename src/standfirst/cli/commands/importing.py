"""Move in from another system: `standfirst import wordpress FILE.xml`, `standfirst import members FILE.csv`."""

from __future__ import annotations

import argparse

from standfirst.cli.home import find, start_django
from standfirst.cli.program import add_home
from standfirst.cli.readiness import refuse_unapplied


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add one subcommand for each system."""
    from standfirst.importers.members import command as members
    from standfirst.importers.wordpress import command as wordpress

    systems = parser.add_subparsers(dest="system", metavar="SYSTEM", required=True)
    for name, command, text in (
        ("wordpress", wordpress, "from a WordPress export (WXR)"),
        ("members", members, "a list of members (CSV), such as Ghost's"),
    ):
        parser = systems.add_parser(name, help=text, description=command.__doc__)
        add_home(parser)
        command.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Run the import on the newsroom at `--home`."""
    home = find(options.home)
    start_django(home)
    refuse_unapplied(home.path)
    from standfirst.importers.members import command as members
    from standfirst.importers.wordpress import command as wordpress

    return int((members if options.system == "members" else wordpress).run(options))
