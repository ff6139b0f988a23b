"""The reference names every option and every command, and nothing else."""

from __future__ import annotations

import argparse
import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from standfirst.cli.program import COMMANDS
from standfirst.config.options import Options

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
COMMANDS_PAGE = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def _section(heading: str) -> str:
    """The text under `## heading`, up to the next heading of that height."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", COMMANDS_PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/reference/commands.md has no section for {heading}"
    return found[1]


def test_every_option_stands_in_the_reference_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| `([^`]*)` \|", SETTINGS, re.MULTILINE))
    defaults = {
        name: json.dumps(field.get_default(call_default_factory=True)) for name, field in Options.model_fields.items()
    }
    assert rows == defaults


def test_every_command_has_its_section_and_no_other_has() -> None:
    sections = re.findall(r"^## standfirst ([\w-]+)", COMMANDS_PAGE, re.MULTILINE)
    assert list(dict.fromkeys(sections)) == [name for name, _module, _help in COMMANDS]


def _parser(module: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    import_module(f"standfirst.cli.commands.{module}").add_arguments(parser)
    return parser


def _named(parser: argparse.ArgumentParser) -> set[str]:
    """The options of a command by their long names, and its positional arguments by what stands for them."""
    names = set()
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction | argparse._HelpAction):
            names.add(action.option_strings[-1] if action.option_strings else str(action.metavar))
    return names


@pytest.mark.parametrize(
    ("name", "module"),
    [(name, module) for name, module, _help in COMMANDS if name not in {"import", "ledger", "manage"}],
)
def test_every_option_of_a_command_is_explained(name: str, module: str) -> None:
    assert {row.split()[0] for row in ROW.findall(_section(f"standfirst {name}"))} == _named(_parser(module))


@pytest.mark.parametrize(
    ("command", "module", "verbs"),
    [("import", "importing", {"wordpress", "members"}), ("ledger", "ledger", {"verify"})],
)
def test_every_option_of_a_verb_is_explained(command: str, module: str, verbs: set[str]) -> None:
    found = next(a for a in _parser(module)._actions if isinstance(a, argparse._SubParsersAction))
    assert set(found.choices) == verbs
    for verb in verbs:
        rows = {row.split()[0] for row in ROW.findall(_section(f"standfirst {command} {verb}"))}
        assert rows == _named(found.choices[verb])


def test_our_own_django_commands_are_listed() -> None:
    own = {file.stem for file in (ROOT / "src").glob("standfirst/**/management/commands/*.py")} - {"__init__"}
    listed = set(ROW.findall(_section("standfirst manage"))) - {"--home DIR"}
    assert {row.partition(" ")[0] for row in listed} == own
