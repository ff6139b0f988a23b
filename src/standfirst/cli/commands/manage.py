"""Run any Django command on a newsroom: `standfirst manage [--home DIR] COMMAND …`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from standfirst.cli.home import find, start_django
from standfirst.cli.program import add_home


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--home`; the rest is Django's."""
    add_home(parser)


def run_words(words: Sequence[str]) -> int:
    """Take `--home` out of `words` and hand the rest to Django, which exits with its own status."""
    parser = argparse.ArgumentParser(prog="standfirst manage", add_help=False, allow_abbrev=False)
    add_home(parser)
    options, rest = parser.parse_known_args(list(words))
    start_django(find(options.home))
    from django.core.management import ManagementUtility

    utility = ManagementUtility(["standfirst manage", *rest])
    utility.prog_name = "standfirst manage"
    utility.execute()
    return 0
