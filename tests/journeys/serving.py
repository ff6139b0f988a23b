"""A newsroom made and served by the real command, in folders and on ports of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent.parent
STANDFIRST = [sys.executable, "-m", "standfirst.cli"]
START_SECONDS = 300.0
STOP_SECONDS = 45.0
T = TypeVar("T")


def wait_until(condition: Callable[[], T], what: str, seconds: float = 20.0) -> T:
    """Ask `condition` again and again until it returns something true, and return that.

    Raises AssertionError naming `what` was waited for when `seconds` are over.
    """
    deadline = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        time.sleep(0.05)


def free_port() -> int:
    """Return a port of loopback nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a command on the newsroom in `home`, without the test suite's own settings."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("STANDFIRST_", "DJANGO_"))}
    return {
        **inherited,
        "STANDFIRST_HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        **more,
    }


def command(*words: str, home: Path, status: int = 0, **variables: str) -> str:
    """Run `standfirst WORDS…` on `home` and return what it printed; fails on another exit status than `status`."""
    done = subprocess.run(
        [*STANDFIRST, *words],
        env=environment(home, **variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == status, f"standfirst {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def prepare(module: str, home: Path) -> str:
    """Run a module of the journeys inside the newsroom's own Django and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        env=environment(home, DJANGO_SETTINGS_MODULE="standfirst.config.settings"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{module}: {done.stdout}{done.stderr}"
    return done.stdout


@dataclass
class Served:
    """A newsroom that is being served."""

    home: Path
    verb: str = "serve"
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_file(self) -> Path:
        return self.home.with_name(f"{self.home.name}.log")

    @property
    def log(self) -> str:
        """Everything the server wrote, mails included."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def start(self) -> Served:
        """Start it and return when it answers."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [*STANDFIRST, self.verb, "--port", str(self.port)],
                env=environment(self.home, STANDFIRST_BASE_URL=self.url),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._answers, f"{self.url} to answer\n{self.log[-2000:]}", START_SECONDS)
        return self

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the server ended by itself:\n{self.log[-4000:]}"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> int:
        """Stop it as an operator does, and return its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def mails_to(self, address: str) -> list[str]:
        """Return the mails to `address` so far, oldest first, as the console got them."""
        mails = re.split(r"^-{79}$", self.log, flags=re.MULTILINE)
        return [mail for mail in mails if re.search(rf"^To: .*{re.escape(address)}", mail, flags=re.MULTILINE)]
