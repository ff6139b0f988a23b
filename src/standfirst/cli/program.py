"""The `standfirst` command: finds the subcommand, runs it, and turns refusals into one sentence and status 2."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from standfirst import __version__
from standfirst.cli.errors import Refusal

# Name, module and line of help. A module is loaded only for its own command, so that `--help` and refusals are quick.
COMMANDS = [
    ("init", "init", "make a newsroom: home folder, configuration, database, editions, administrator"),
    ("demo", "demo", "make the demo newsroom if there is none yet, and serve it"),
    ("serve", "serve", "serve a newsroom: web server and background worker"),
    ("import", "importing", "move in from another system"),
    ("backup", "backup", "write one archive of everything a newsroom owns"),
    ("restore", "restore", "bring a newsroom back from an archive"),
    ("move-database", "move_database", "bring a newsroom from SQLite to PostgreSQL, or back"),
    ("ledger", "ledger", "recompute the ledger of money from its entries"),
    ("doctor", "doctor", "examine a newsroom and say what to do about each finding"),
    ("upgrade", "upgrade", "bring database and static files to this version"),
    ("manage", "manage", "run any Django command on a newsroom"),
]
REFUSED = 2
T = TypeVar("T")


def add_home(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Add `--home` to a command's options."""
    fallback = os.environ.get("STANDFIRST_HOME") or default
    shown = default or "$STANDFIRST_HOME"
    parser.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        default=Path(fallback) if fallback else None,
        help=f"the newsroom's home folder (default: {shown})",
    )


def _command_module(name: str) -> ModuleType | None:
    modules = {command: module for command, module, _help in COMMANDS}
    return import_module(f"standfirst.cli.commands.{modules[name]}") if name in modules else None


def build_parser(wanted: str | None) -> argparse.ArgumentParser:
    """Return the parser; only the subcommand `wanted` gets its options (the others just their line of help)."""
    parser = argparse.ArgumentParser(
        prog="standfirst",
        description="Publishing and membership platform for small independent newsrooms.",
        epilog="Every command takes --home DIR, or the environment variable STANDFIRST_HOME. "
        "`standfirst COMMAND --help` explains one command.",
    )
    parser.add_argument("--version", action="version", version=f"standfirst {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, _module, help_line in COMMANDS:
        module = _command_module(name) if name == wanted else None
        description = module.__doc__ if module else help_line
        child = commands.add_parser(
            name,
            help=help_line,
            description=description,
            add_help=name != "manage",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if module:
            module.add_arguments(child)
            child.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0 done, 1 not well, 2 refused."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    wanted = next((word for word in words if not word.startswith("-")), None)
    if wanted == "manage":
        # Django parses the rest itself, its own --help included.
        from standfirst.cli.commands import manage

        return _run(manage.run_words, words[words.index("manage") + 1 :])
    options = build_parser(wanted).parse_args(words)
    return _run(options.run, options)


def _run(command: Callable[[T], int], value: T) -> int:
    """Run `command`; say a refusal in its one sentence."""
    try:
        return command(value)
    except Refusal as refusal:
        # A database's own words may run over several lines; a line break of ours parts two sentences.
        print("standfirst:", re.sub(r"\n\s+", " ", str(refusal)), file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("\nstandfirst: interrupted.", file=sys.stderr)
        return 130
