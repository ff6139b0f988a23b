"""A newsroom that is served by the real command, with everything a fault needs to know of its processes and files."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.reader import Answer, Client, Reader
from tests.journeys.making import plain_newsroom
from tests.journeys.serving import ROOT, STANDFIRST, Served, command, environment, prepare, wait_until

from standfirst.delivery.published import read_all

PAGES = 200


@dataclass(frozen=True)
class Template:
    """A filled home folder that every newsroom of the suite is a copy of, and what is in it."""

    home: Path
    stories: list[str]
    lists: list[str]
    cookie: str

    @classmethod
    def make(cls, home: Path, *options: str) -> Template:
        """Make it, which takes some seconds; `options` are more of `standfirst init`."""
        if options:
            command("init", "--name", "Ridgeline", "--admin-email", "first@ridgeline.example", *options, home=home)
        else:
            plain_newsroom(home)
        return cls(home, **json.loads(prepare("tests.faults.filling", home)))

    @classmethod
    def cached(cls, cache: Path) -> Template:
        """Return the one made before by the same migrations and the same filling, or make it."""
        folder = cache / f"faults-{_recipe()}"
        if not folder.exists():
            partial = cache / f"{folder.name}.{os.getpid()}"
            made = cls.make(partial / "newsroom")
            found = {"stories": made.stories, "lists": made.lists, "cookie": made.cookie}
            (partial / "found.json").write_text(json.dumps(found))
            partial.rename(folder)
        return cls(folder / "newsroom", **json.loads((folder / "found.json").read_text()))

    def copy(self, home: Path) -> Path:
        """Copy the newsroom to `home`, and return that; what is stored of its pages is made anew there."""
        shutil.copytree(self.home, home, ignore=shutil.ignore_patterns("pages.lmdb", "run"))
        return home


def _recipe() -> str:
    """Name what the template is made by: another recipe makes another one."""
    files = [*ROOT.glob("src/**/migrations/*.py"), ROOT / "requirements.txt"]
    files += [ROOT / "bench/archive.py", ROOT / "tests/faults/filling.py", *ROOT.glob("src/standfirst/cli/making.py")]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def quiet_port() -> int:
    """Return a free port of loopback below those that the system gives to clients: nobody takes it meanwhile."""
    while True:
        port = random.randint(15_000, 30_000)  # noqa: S311 - any will do
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


@dataclass
class Newsroom(Served):
    """A served copy of the template. `stored` are the pages that the reader asks for, the others are cold."""

    port: int = field(default_factory=quiet_port)
    template: Template = None  # type: ignore[assignment]
    workers: int = 2
    variables: dict[str, str] = field(default_factory=dict)
    launcher: list[str] = field(default_factory=list)

    @property
    def stored(self) -> list[str]:
        return [*self.template.lists, *self.template.stories[: PAGES - len(self.template.lists)]]

    @property
    def cold(self) -> list[str]:
        return self.template.stories[PAGES:]

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.home, STANDFIRST_BASE_URL=self.url, STANDFIRST_MODE="demo", **self.variables)

    def start(self) -> Newsroom:
        """Start it and return when it answers a page."""
        words = [*self.launcher, *STANDFIRST, "serve", "--port", str(self.port), "--workers", str(self.workers)]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(words, env=self.environment, stdout=log, stderr=subprocess.STDOUT)
        wait_until(self._serves, f"{self.url} to answer\n{self.log[-2000:]}", 90)
        return self

    def _serves(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the server ended by itself:\n{self.log[-4000:]}"
        return not self.ask("/en/").problem

    def ask(self, path: str, *, cookie: str = "", patience: float = 20.0, keep_body: bool = True) -> Answer:
        """One request on a connection of its own."""
        client = Client(self.port, cookie=cookie, patience=patience)
        try:
            return client.get(path, keep_body=keep_body)
        finally:
            client.close()

    def warm(self) -> None:
        """Have every page stored, and none of them out of date."""
        client = Client(self.port)

        def is_warm() -> bool:
            answers = [client.get(path) for path in self.stored]
            return not any(answer.problem or answer.warning for answer in answers)

        wait_until(is_warm, "all pages to be stored and current", 60)
        client.close()

    def reader(self, **options: Any) -> Reader:
        return Reader(self.port, self.stored, **options)

    def is_healed(self) -> bool:
        """Whether every page is current again, and the newsroom ready to be worked with."""
        client = Client(self.port)
        try:
            answers = [client.get(path) for path in self.stored]
        finally:
            client.close()
        return not any(answer.problem or answer.warning for answer in answers) and self.readiness()[0] == 200

    def heals(self, *, within: float) -> None:
        """Fail unless everything is well again by itself in so many seconds."""
        wait_until(self.is_healed, f"everything to be well again; {self.readiness()}\n{self.log[-3000:]}", within)

    def readiness(self) -> tuple[int, str]:
        """Status and words of `/readyz`; status 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=10) as response:  # noqa: S310 - loopback
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def until_unready(self, words: str, *, within: float = 15.0) -> None:
        """Fail unless `/readyz` says 503 with these words."""

        def says_so() -> bool:
            status, said = self.readiness()
            return status == 503 and words in said

        wait_until(says_so, f"/readyz to say “{words}”; it says {self.readiness()}", within)

    # Processes

    def _children(self, process: int) -> list[int]:
        try:
            return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
        except OSError:
            return []

    @property
    def all_processes(self) -> list[int]:
        """Every process of the newsroom, the supervisor first."""
        assert self.process is not None
        found = [self.process.pid]
        for pid in found:
            found.extend(self._children(pid))
        return found

    def _of_role(self, role: str) -> list[int]:
        running = set(self.all_processes)
        named = {found.process for found in read_all(self.home / "run") if found.role == role}
        return sorted(running & named)

    @property
    def web_workers(self) -> list[int]:
        """The processes that answer requests."""
        return self._of_role("web")

    @property
    def background(self) -> int:
        """The background worker."""
        (found,) = self._of_role("background")
        return found

    def kill_all(self) -> None:
        """Take the power from all processes at once."""
        assert self.process is not None
        processes = self.all_processes
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)  # nobody restarts anybody meanwhile
        for pid in reversed(processes):
            os.kill(pid, signal.SIGKILL)
        self.process.wait(10)
        wait_until(lambda: not any(_lives(pid) for pid in processes), "all processes to end", 10)

    def end(self) -> None:
        """Stop it whatever state it is in."""
        if self.process is None or self.process.poll() is not None:
            return
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.kill_all()


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(moment: float) -> None:
    """Wait for a moment of the monotonic clock."""
    time.sleep(max(0.0, moment - time.monotonic()))
