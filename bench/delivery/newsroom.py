"""A newsroom of a given size, served by the real command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.serving import STANDFIRST, descendants, free_port, memory, wait_for


class Newsroom:
    """A home folder with `stories` generated stories."""

    def __init__(self, home: Path, stories: int) -> None:
        self.home = home
        self.stories = stories
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "STANDFIRST_HOME": str(home), "STANDFIRST_MODE": "demo"}
        init = [STANDFIRST, "init", "--home", str(home), "--name", "Bench", "--admin-email", "bench@example.org"]
        subprocess.run([*init, "--base-url", self.address], check=True, stdout=subprocess.DEVNULL)
        self.run("fill", str(stories))

    def run(self, *arguments: str) -> str:
        """Run one of the jobs of `bench.delivery.inside` in this newsroom; return what it printed."""
        command = [sys.executable, "-m", "bench.delivery.inside", *arguments]
        done = subprocess.run(command, check=True, env=self.environment, stdout=subprocess.PIPE, text=True)
        return done.stdout

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """As `run`, for a job that is talked with."""
        command = [sys.executable, "-m", "bench.delivery.inside", *arguments]
        pipe: Any = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment, stdin=pipe, stdout=pipe, text=True)

    @contextmanager
    def served(self, workers: int) -> Iterator[subprocess.Popen[bytes]]:
        """Serve it while the block runs."""
        command = [STANDFIRST, "serve", "--home", str(self.home), "--port", str(self.port), "--workers", str(workers)]
        with (self.home / "serve.log").open("ab") as log:
            group = subprocess.Popen(command, stdout=log, stderr=log, env=self.environment)
        try:
            wait_for(f"{self.address}/en/", seconds=60)
            yield group
        finally:
            group.send_signal(signal.SIGTERM)
            group.wait(timeout=60)


def group_memory(group: subprocess.Popen[bytes]) -> tuple[float, float, float]:
    """Resident and proportional set size of the whole group, and how much of the latter is files, in MB."""
    return memory(descendants(group.pid))


def group_cpu(group: subprocess.Popen[bytes]) -> float:
    """Seconds of processor time that the whole group has used."""
    ticks = 0
    for pid in descendants(group.pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
