"""The programs that read our configurations, and the reason why a test is skipped where one is missing."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def program(name: str) -> str:
    """Where `name` is, also among the administrator's programs; "" when it is not installed."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin") or ""


def needs(name: str, package: str) -> pytest.MarkDecorator:
    """Skip where `name` is not installed."""
    return pytest.mark.skipif(not program(name), reason=f"{name} is not installed (Debian: apt install {package})")


def run(name: str, *words: str) -> tuple[int, str]:
    """Run it; return exit status and everything it said."""
    done = subprocess.run(
        [program(name), *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens on `port`; fails when `process` ends before."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert process.poll() is None
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"nobody listens on port {port}")
