"""How fast a WordPress export comes in, in how much memory, and what readers notice meanwhile.

    python -m bench.import_wordpress --posts 10000

A newsroom of its own is made and served; a reader asks for the front page and stories, one request after the other,
first alone and then while the import runs. Printed: posts a second over the whole command (start of Python and the
first reading of the file included), its processor time, its peak resident memory, and the reader's waits. The search
index follows in the background. Targets: 160 posts/s, 300 MB, p99 during the import at most twice that without.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from itertools import cycle
from pathlib import Path

from bench.serving import STANDFIRST, free_port, wait_for
from bench.wxr import write

WORKERS = 2
FIRST = 200
"""Posts that are there before, for the reader to read."""
PAUSE = 0.02
"""Seconds a reader pauses between two requests."""


class Reader(threading.Thread):
    """Asks for pages until told to stop, and remembers how long each took."""

    def __init__(self, addresses: list[str]) -> None:
        super().__init__(daemon=True)
        self.addresses = addresses
        self.waits: list[float] = []
        self.wrong = 0
        self.done = threading.Event()

    def run(self) -> None:
        for address in cycle(self.addresses):
            if self.done.is_set():
                return
            start = time.perf_counter()
            try:
                with urllib.request.urlopen(address, timeout=30) as response:  # noqa: S310 - loopback
                    response.read()
            except OSError:
                self.wrong += 1
            self.waits.append(time.perf_counter() - start)
            time.sleep(PAUSE)

    def stop(self) -> Reader:
        self.done.set()
        self.join()
        return self


def share(waits: list[float], part: float) -> float:
    """The wait in milliseconds that `part` of all requests stayed under."""
    ordered = sorted(waits)
    return 1000 * ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def line(name: str, reader: Reader) -> str:
    waits = reader.waits
    return (
        f"{name:>24} {len(waits):>9} {share(waits, 0.5):>8.1f} {share(waits, 0.95):>8.1f} {share(waits, 0.99):>8.1f} "
        f"{1000 * max(waits):>8.1f} {reader.wrong:>7}"
    )


def run_import(home: Path, file: Path) -> tuple[float, float, float]:
    """Import `file`; returns seconds, processor seconds and peak megabytes of the command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([STANDFIRST, "import", "wordpress", str(file), "--no-media", "--home", str(home)], check=True)
    took = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, cpu, after.ru_maxrss / 1024


def watch(addresses: list[str], seconds: float) -> Reader:
    reader = Reader(addresses)
    reader.start()
    time.sleep(seconds)
    return reader.stop()


def measure(folder: Path, posts: int, seconds: float, port: int) -> None:
    home = folder / "home"
    address = f"http://127.0.0.1:{port}"
    init = [STANDFIRST, "init", "--home", str(home), "--name", "Bench", "--admin-email", "bench@example.org"]
    subprocess.run([*init, "--base-url", address], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        [STANDFIRST, "import", "wordpress", str(write(folder / "first.xml", FIRST)), "--no-media", "--home", str(home)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    file = write(folder / "export.xml", posts)
    environment = {**os.environ, "STANDFIRST_MODE": "demo"}
    serve = [STANDFIRST, "serve", "--home", str(home), "--port", str(port), "--workers", str(WORKERS)]
    with (home / "serve.log").open("wb") as log:
        group = subprocess.Popen(serve, stdout=log, stderr=log, env=environment)
    try:
        wait_for(f"{address}/en/")
        addresses = [f"{address}/en/", f"{address}/en/georgia/", f"{address}/?p=7", f"{address}/?p=150"]
        watch(addresses, 3)  # warms the templates up
        alone = watch(addresses, seconds)
        during = Reader(addresses)
        during.start()
        took, cpu, peak = run_import(home, file)
        during.stop()
    finally:
        group.send_signal(signal.SIGTERM)
        group.wait(timeout=60)
    posts -= FIRST  # they were there before
    print(f"\n{posts} posts in {took:.1f} s: {posts / took:.0f} posts/s ({posts / cpu:.0f} a second of processor time)")
    print(f"peak memory {peak:.0f} MB, file {file.stat().st_size / 1e6:.0f} MB")
    print(f"{'reader, ms':>24} {'requests':>9} {'p50':>8} {'p95':>8} {'p99':>8} {'worst':>8} {'errors':>7}")
    print(line("alone", alone))
    print(line("during the import", during))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20, help="how long readers are watched without an import")
    parser.add_argument("--port", type=int, default=0, help="port of the measured server (default: a free one)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="standfirst-import-") as folder:
        measure(Path(folder), options.posts, options.seconds, options.port or free_port())


if __name__ == "__main__":
    sys.exit(main())
