"""Cold start and memory of `standfirst serve`, at several archive sizes.

    python -m bench.serving --stories 300 100000

Each size gets a newsroom of its own. Printed: seconds from the command to the first front page; then, after 2,000
requests, the memory of the whole group (supervisor, two web workers, background worker) as resident set size (shared
pages counted in every process) and as proportional set size (shared pages divided among the processes).
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

WORKERS = 2
REQUESTS = 2000
STANDFIRST = str(Path(sys.executable).with_name("standfirst"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, nargs="+", default=[300, 100_000])
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill:
        fill(options.fill)
        return
    print(f"{'stories':>8} {'first page s':>12} {'processes':>9} {'RSS MB':>7} {'PSS MB':>7} {'req/s':>7}")
    for stories in options.stories:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder) / "home", stories)


def measure(home: Path, stories: int) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    init = [STANDFIRST, "init", "--home", str(home), "--name", "Bench", "--admin-email", "bench@example.org"]
    subprocess.run([*init, "--base-url", address], check=True, stdout=subprocess.DEVNULL)
    environment = {**os.environ, "STANDFIRST_HOME": str(home), "STANDFIRST_MODE": "demo"}
    subprocess.run([sys.executable, "-m", "bench.serving", "--fill", str(stories)], check=True, env=environment)
    start = time.monotonic()
    command = [STANDFIRST, "serve", "--home", str(home), "--port", str(port), "--workers", str(WORKERS)]
    with (home / "serve.log").open("wb") as log:
        group = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        wait_for(f"{address}/en/")
        cold = time.monotonic() - start
        rate = drive(f"{address}/en/")
        processes = descendants(group.pid)
        rss, pss, _files = memory(processes)
        print(f"{stories:>8} {cold:>12.2f} {len(processes):>9} {rss:>7.0f} {pss:>7.0f} {rate:>7.0f}", flush=True)
    finally:
        group.send_signal(signal.SIGTERM)
        group.wait(timeout=30)


def fill(stories: int) -> None:
    """Fill the newsroom in `STANDFIRST_HOME`, in a process of its own."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.config.settings"
    django.setup()
    from bench.archive import fill_edition
    from standfirst.stories.models import Edition

    fill_edition(Edition.objects.get(slug="en"), stories)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - loopback
                if response.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    sys.exit(f"{url} did not answer within {seconds} s")


def drive(url: str) -> float:
    """Ask for the page `REQUESTS` times, one after the other; return requests a second."""
    start = time.monotonic()
    for _ in range(REQUESTS):
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 - loopback
            response.read()
    return REQUESTS / (time.monotonic() - start)


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [found for child in children for found in descendants(int(child))]


def memory(processes: list[int]) -> tuple[float, float, float]:
    """Resident and proportional set size of all processes together, and the part of the latter that is files, in MB.

    Files are the page store and the libraries as the system maps them: it takes that back when it needs the room.
    """
    totals = {"Rss:": 0, "Pss:": 0, "Pss_File:": 0}
    for pid in processes:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name, *rest = line.split()
            if name in totals:
                totals[name] += int(rest[0])
    return totals["Rss:"] / 1024, totals["Pss:"] / 1024, totals["Pss_File:"] / 1024


if __name__ == "__main__":
    main()
