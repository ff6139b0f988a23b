"""One node: a home folder of its own, served by the real command as a process group of its own."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.editing import Editor
from tests.faults.newsroom import Newsroom, Template
from tests.journeys.serving import ROOT, environment

PUBLIC_URL = "http://127.0.0.1:8440"
"""What both nodes call themselves, as behind one load balancer; nobody listens there."""


STORIES = 12


@dataclass(frozen=True)
class Page:
    """One answer of a node."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def is_stale(self) -> bool:
        """Whether it says so (RFC 9111, section 5.5: 110 is "Response is Stale")."""
        return self.headers.get("warning", "").startswith("110")

    @property
    def age(self) -> int:
        return int(self.headers.get("age", "0"))

    @property
    def fresh_for(self) -> int:
        """For how many seconds more a shared cache may call it fresh (RFC 9111, section 4.2)."""
        found = re.search(r"s-maxage=(\d+)", self.headers.get("cache-control", ""))
        return int(found[1]) - self.age if found else 0


class Node(Newsroom):
    """A node of the newsroom in `template`; `variables` are its options over those of the first."""

    @classmethod
    def of(cls, template: Template, home: Path, **variables: str) -> Node:
        """Make a home folder for a node: configuration and secret key are those of the first."""
        home.mkdir(mode=0o700)
        for name in ("standfirst.toml", "secret.key"):
            shutil.copy2(template.home / name, home / name)
        for name in ("media", "backups", "theme/templates"):
            (home / name).mkdir(parents=True)
        return cls(home, template=template, variables=variables, workers=1)

    @property
    def stored(self) -> list[str]:
        """What is read before a test begins: enough to see which pages a change touches."""
        return [*self.template.lists, *self.template.stories[:STORIES]]

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.home, STANDFIRST_BASE_URL=PUBLIC_URL, STANDFIRST_MODE="demo", **self.variables)

    def editor(self) -> Editor:
        """Return somebody who works on this node."""
        variables = {"STANDFIRST_BASE_URL": PUBLIC_URL, "STANDFIRST_MODE": "demo", **self.variables}
        return Editor(self.home, **variables)

    def work(self, what: str) -> dict[str, Any]:
        """Have work done on this node (`tests.nodes.working`); return what was made."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.nodes.working", what],
            env={**self.environment, "DJANGO_SETTINGS_MODULE": "standfirst.config.settings"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{what}: {done.stdout}{done.stderr}"
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    def page(self, path: str, *, patience: float = 30.0, binary: bool = False) -> Page:
        """Ask for a page on a connection of its own. Raises OSError when nothing comes in `patience` seconds."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        try:
            connection.request("GET", path, headers={"Host": "127.0.0.1:8440"})
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Page(response.status, headers, response.read().decode("latin-1" if binary else "utf-8"))
        finally:
            connection.close()

    def seconds_until(self, path: str, words: str, *, since: float, within: float) -> float:
        """Ask for `path` again and again until `words` stand there; return the seconds since `since`."""
        while True:
            asked = time.monotonic()
            if words in self.page(path).body:
                return asked - since
            assert asked - since < within, f"“{words}” did not come to {path} within {within} s\n{self.log[-2000:]}"
            time.sleep(0.01)
