"""The units of systemd: it understands them, and they are closed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from tests.deploy.checkers import DEPLOY, needs, run

UNITS = DEPLOY / "systemd"
SERVICES = ["standfirst.service", "standfirst-backup.service"]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units, with a program in place of the one that an operator installs."""
    for unit in UNITS.iterdir():
        text = unit.read_text()
        (tmp_path / unit.name).write_text(text.replace("/opt/standfirst/.venv/bin/standfirst", sys.executable))
    return tmp_path


@needs("systemd-analyze", "systemd")
def test_systemd_finds_nothing_wrong(installed: Path) -> None:
    assert run("systemd-analyze", "verify", *(str(unit) for unit in sorted(installed.iterdir()))) == (0, "")


@needs("systemd-analyze", "systemd")
def test_a_mistake_would_be_found(installed: Path) -> None:
    unit = installed / "standfirst.service"
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "ProtectSystems=strict"))

    assert "'ProtectSystems'" in run("systemd-analyze", "verify", str(unit))[1]


@needs("systemd-analyze", "systemd")
@pytest.mark.parametrize(("service", "most"), [("standfirst.service", 2.0), ("standfirst-backup.service", 3.0)])
def test_little_of_the_machine_is_exposed(installed: Path, service: str, most: float) -> None:
    _status, said = run("systemd-analyze", "security", "--offline=true", str(installed / service))
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)

    assert found
    assert float(found[1]) <= most


@pytest.mark.parametrize("service", SERVICES)
def test_only_the_home_folder_can_be_written(service: str) -> None:
    text = (UNITS / service).read_text()

    assert "Environment=STANDFIRST_HOME=/srv/newsroom\n" in text
    assert re.findall(r"^ReadWritePaths=(.*)$", text, re.MULTILINE) == ["/srv/newsroom"]


def test_a_new_release_comes_by_reload() -> None:
    assert "ExecReload=/bin/kill -HUP $MAINPID\n" in (UNITS / "standfirst.service").read_text()
