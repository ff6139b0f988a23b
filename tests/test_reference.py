"""The reference is complete: what can be called, hooked or overridden stands in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "standfirst"
REFERENCE = ROOT / "docs" / "reference"


def actions() -> list[str]:
    """Every public function of every `actions` module, as `app.function`; an app may stand in a folder of its layer."""
    return [
        f"{file.parent.parent.name}.{node.name}"
        for file in sorted(SOURCE.glob("**/actions/*.py"))
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize("action", actions())
def test_every_action_stands_in_the_reference(action: str) -> None:
    assert f"`{action}`" in (REFERENCE / "actions.md").read_text()


def test_the_reference_names_no_action_that_is_gone() -> None:
    named = re.findall(r"^\| `(\w+\.\w+)`", (REFERENCE / "actions.md").read_text(), re.MULTILINE)

    assert sorted(named) == sorted(actions())


def test_every_log_action_and_hook_of_ours_stands_in_the_reference() -> None:
    text = (REFERENCE / "signals.md").read_text()
    sources = "\n".join(file.read_text() for file in SOURCE.rglob("*.py"))

    logged = set(re.findall(r'register_action\(\s*"(stories\.\w+)"', sources))
    hooks = set(re.findall(r'^HOOK = "(\w+)"', sources, re.MULTILINE))

    assert logged
    assert hooks
    assert [name for name in sorted(logged | hooks) if f"`{name}`" not in text] == []


def test_every_page_template_stands_in_the_reference() -> None:
    text = (REFERENCE / "templates.md").read_text()
    templates = [file.name for file in (SOURCE / "theme" / "templates" / "stories").glob("*.html")]

    assert templates
    assert [name for name in templates if name not in text] == []


@pytest.mark.parametrize(
    "file", sorted(path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]), ids=str
)
def test_links_between_documents_lead_somewhere(file: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / file).read_text())

    assert [target for target in targets if not (ROOT / file).parent.joinpath(target).exists()] == []
