"""A release has another name exactly when something that gives pages their form is another."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from standfirst.config.release import release_name


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "page.html").write_text("<p>")
    (folder / "code.py").write_text("print()")
    return folder


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "theme"
    folder.mkdir(parents=True)
    return folder


def test_the_same_files_elsewhere_and_of_another_time_are_the_same_release(
    package: Path, theme: Path, tmp_path: Path
) -> None:
    (theme / "own.html").write_text("ours")
    name = release_name(theme, package)
    copied, copied_theme = tmp_path / "copied", tmp_path / "copied theme"
    shutil.copytree(package, copied)
    shutil.copytree(theme, copied_theme)
    os.utime(copied / "code.py", (1, 1))
    (copied / "__pycache__").mkdir()
    (copied / "__pycache__" / "code.pyc").write_bytes(b"compiled")

    assert release_name(copied_theme, copied) == name
    assert len(name) == 16


@pytest.mark.parametrize("change", ["template", "size kept", "new file", "theme", "renamed"])
def test_every_change_makes_another_release(package: Path, theme: Path, change: str) -> None:
    before = release_name(theme, package)

    match change:
        case "template":
            (package / "templates" / "page.html").write_text("<p><b>")
        case "size kept":
            (package / "code.py").write_text("print[]")
        case "new file":
            (package / "style.css").write_text("")
        case "theme":
            (theme / "own.html").write_text("ours")
        case "renamed":
            (package / "code.py").rename(package / "node.py")

    assert release_name(theme, package) != before


def test_a_newsroom_without_templates_of_its_own_has_a_release_too(package: Path, tmp_path: Path) -> None:
    assert release_name(tmp_path / "missing", package)
