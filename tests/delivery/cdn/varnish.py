"""A real Varnish on loopback with the configuration of deploy/, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CONFIGURATION = ROOT / "deploy" / "varnish"
VARNISHD = shutil.which("varnishd") or ("/usr/sbin/varnishd" if Path("/usr/sbin/varnishd").exists() else "")
WHY_NOT = "" if VARNISHD else "varnishd is not installed (Debian: apt install varnish varnish-modules)"


def has_xkey() -> bool:
    """Whether the module that forgets by key is installed."""
    return any(Path("/usr/lib").glob("**/varnish/vmods/libvmod_xkey.so"))


@dataclass
class Answer:
    """What a client got."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Varnish:
    """A running Varnish on `port` of loopback; each `host` has pages of its own there."""

    port: int
    host: str = "news.example"
    process: subprocess.Popen[bytes] | None = None

    def ask(
        self, path: str, method: str = "GET", *, headers: dict[str, str] | None = None, source: str = "127.0.0.1"
    ) -> Answer:
        """Ask from the address `source`, which has to be one of loopback."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20, source_address=(source, 0))
        try:
            connection.request(method, path, headers={"Host": self.host} | (headers or {}))
            answer: HTTPResponse = connection.getresponse()
            return Answer(answer.status, dict(answer.headers.items()), answer.read().decode())
        finally:
            connection.close()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let all its processes stand still for a while, as a machine does that cannot be reached."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        processes = [self.process.pid, *map(int, children)]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in reversed(processes):
                os.kill(process, signal.SIGCONT)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self.ask(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def configure(folder: Path, origin: int, keys: str = "keys.vcl") -> Path:
    """Copy the configuration to `folder`, with the origin at port `origin`; return its main file."""
    for file in CONFIGURATION.glob("*.vcl"):
        shutil.copy(file, folder)
    site, main = folder / "site.vcl", folder / "standfirst.vcl"
    _replace(site, '.port = "8000";', f'.port = "{origin}";')
    _replace(main, '"./keys.vcl"', f'"./{keys}"')
    return main


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@contextmanager
def running(folder: Path, origin: int, keys: str = "keys.vcl", port: int = 0) -> Iterator[Varnish]:
    """Run Varnish in front of the origin at port `origin`."""
    main, port = configure(folder, origin, keys), port or free_port()
    command = [VARNISHD, "-F", "-n", str(folder / "work"), "-f", str(main), "-a", f"127.0.0.1:{port}"]
    command += ["-s", "malloc,32m", "-j", "none", "-p", "thread_pools=1", "-p", "thread_pool_min=20"]
    log = folder / "varnishd.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        _wait_until_it_listens(process, port, log)
        yield Varnish(port, process=process)
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"varnishd does not listen: {log.read_text()}")
