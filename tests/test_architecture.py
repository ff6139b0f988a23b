"""The house rules that no linter of ours holds: sizes, names of migrations, no registry's address."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MOST_FUNCTION_LINES = 50
MOST_FILE_LINES = 400
# May only shrink: a name that no longer needs its place here makes the test fail, too.
LONG_FUNCTIONS: set[str] = set()
LONG_FILES: set[str] = set()
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "stuff"}
REGISTRIES = re.compile(
    "|".join(("py" + r"pi\.org", "python" + r"hosted\.", "npm" + r"js\.", "deb" + r"ian\.org/debian")), re.IGNORECASE
)


def _own_sources() -> list[Path]:
    return [file for file in SOURCES if "migrations" not in file.parts]


def _functions(file: Path) -> list[tuple[str, int]]:
    """Name and length in lines, decorators and docstring included, of each function in `file`."""
    name = file.relative_to(ROOT).as_posix()
    return [
        (f"{name}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_functions_are_read_in_one_look() -> None:
    long = {name for file in _own_sources() for name, lines in _functions(file) if lines > MOST_FUNCTION_LINES}
    assert long == LONG_FUNCTIONS


def test_files_are_short() -> None:
    long = {
        file.relative_to(ROOT).as_posix()
        for file in _own_sources()
        if len(file.read_text(encoding="utf-8").splitlines()) > MOST_FILE_LINES
    }
    assert long == LONG_FILES


def test_the_median_function_is_short() -> None:
    lengths = sorted(lines for file in _own_sources() for _name, lines in _functions(file))
    assert lengths[len(lengths) // 2] < 12


def test_no_module_has_a_vague_name() -> None:
    assert [file for file in _own_sources() if file.stem in VAGUE_NAMES] == []


def test_migrations_have_telling_names() -> None:
    names = [file.stem for file in SOURCES if file.parent.name == "migrations" and file.stem != "__init__"]
    assert names
    assert [name for name in names if re.search(r"_auto|_initial$|\d{4}$|_migration$", name)] == []


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout, so that nobody can say which files belong to the project")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_no_file_names_a_package_registry() -> None:
    own = Path(__file__).resolve()
    named = []
    for file in _tracked():
        if file == own or not file.is_file():
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if REGISTRIES.search(text):
            named.append(file.relative_to(ROOT).as_posix())
    assert named == []


def test_the_locks_hold_every_direct_dependency() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for file, wanted in (
        ("requirements.txt", project["dependencies"]),
        ("requirements-dev.txt", [*project["dependencies"], *project["optional-dependencies"]["dev"]]),
    ):
        locked = {
            line.partition("==")[0].partition("[")[0].lower()
            for line in (ROOT / file).read_text(encoding="utf-8").splitlines()
            if "==" in line and not line.startswith((" ", "#"))
        }
        names = {re.split(r"[\[<>=!~ ;]", one)[0].lower() for one in wanted}
        assert names - locked == set(), f"run `make lock`: {file} is behind pyproject.toml"


def test_every_direct_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    page = (ROOT / "docs/explanation/dependencies.md").read_text(encoding="utf-8")
    reasons = re.findall(r"^\| ([A-Za-z0-9-]+) \| .+ \|$", page, re.MULTILINE)
    names = {re.split(r"[\[<>=!~ ;]", one)[0] for one in wanted}
    assert set(reasons) - {"package"} == names
