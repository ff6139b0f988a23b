"""Beacons a second: wrk against the real server with one web worker, each beacon another view by another network.

    python -m bench.counting --seconds 10

Three runs. The first sends views that all count (another address, another view and one of 300 stories each time) at
some 5,000 a second; the second as many as are answered; the third a mixture as pages send it, without a pause: a view,
and later its end. Printed for each: beacons a second, latencies in
milliseconds, CPU seconds of the web worker and of the background worker for 1,000 beacons, how many were counted of
those that were answered, and the seconds until the database had them all. Answers that are lost are an error.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.delivery.wrk import CONNECTIONS, Drive, read
from bench.serving import STANDFIRST, descendants, free_port, wait_for
from standfirst.delivery.published import read_all

STORIES = 300
QUIET = 8.0
STEADY = 5_300
"""Beacons a second that are aimed at; pauses are whole milliseconds, and answers take a while, too."""
SCRIPT = """
local tokens, name, mixed = {TOKENS}, 0, {MIXED}
if {PAUSE} > 0 then
  delay = function() return {PAUSE} end
end
request = function()
  name = name + 1
  local by = string.format("10.%d.%d.1", math.floor(name / 250) % 250 + 1, name % 250 + 1)
  local body
  if mixed and name % 2 == 0 then
    local before = name - 1
    by = string.format("10.%d.%d.1", math.floor(before / 250) % 250 + 1, before % 250 + 1)
    body = "p=" .. tokens[before % #tokens + 1] .. "&n=view" .. before .. "&k=end&s=64&t=2"
  else
    body = "p=" .. tokens[name % #tokens + 1] .. "&n=view" .. name .. "&k=view&r=t.me&c=&d=0"
  end
  return wrk.format("POST", "/reads/", {{
    ["Content-Type"] = "application/x-www-form-urlencoded;charset=UTF-8",
    ["User-Agent"] = "{AGENT}",
    ["Accept-Language"] = "en",
    ["Sec-Fetch-Site"] = "same-origin",
    ["X-Forwarded-For"] = by,
  }}, body)
end
"""
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; on Debian and Ubuntu: apt install wrk")
    print(
        f"{'beacons':>8} {'a second':>9} {'p50':>6} {'p99':>6} {'longest':>8} {'web CPU':>8} {'back CPU':>9}  counted"
    )
    for kind in ("steady", "views", "mixed"):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder) / "home", kind, options.seconds)


def measure(home: Path, kind: str, seconds: int) -> None:
    """Serve a new newsroom, and drive it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    init = [STANDFIRST, "init", "--home", str(home), "--name", "Bench", "--admin-email", "bench@example.org"]
    subprocess.run([*init, "--base-url", address], check=True, stdout=subprocess.DEVNULL)
    script = home.parent / "beacons.lua"
    pause = round(1000 * CONNECTIONS / STEADY) if kind == "steady" else 0
    tokens = "{" + ",".join(f'"{token}"' for token in tokens_of(home)) + "}"
    script.write_text(SCRIPT.format(TOKENS=tokens, MIXED=str(kind == "mixed").lower(), PAUSE=pause, AGENT=AGENT))
    with served(home, port, address) as group:
        before = cpu(home, group)
        found = drive(f"{address}/reads/", script, seconds)
        answered, begun = round(found.rate * seconds), time.monotonic()
        counted = settled(home)
        waited = time.monotonic() - begun - QUIET
        web, background = (1000 * (now - then) / answered for now, then in zip(cpu(home, group), before, strict=True))
    print(
        f"{kind:>8} {found.rate:>9.0f} {found.p50:>6.1f} {found.p99:>6.1f} {found.longest:>8.1f} {web:>8.3f} "
        f"{background:>9.3f}  of {answered}: {counted}, in the database {waited:.1f} s after the last",
        flush=True,
    )
    if found.failed:
        sys.exit(f"{found.failed} requests were not answered")


def tokens_of(home: Path) -> list[str]:
    """Tokens of invented stories, signed as this newsroom signs them."""
    program = (
        "import django; django.setup()\n"
        "from standfirst.counting.tokens import page_token\n"
        f"print(*[page_token(story, 3) for story in range(1, {STORIES} + 1)])"
    )
    environment = {**os.environ, "STANDFIRST_HOME": str(home), "DJANGO_SETTINGS_MODULE": "standfirst.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, env=environment, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.split()


@contextmanager
def served(home: Path, port: int, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the newsroom with one web worker, behind a proxy that names the readers' addresses."""
    more = {"STANDFIRST_HOME": str(home), "STANDFIRST_MODE": "demo", "STANDFIRST_BEHIND_PROXY": "true"}
    command = [STANDFIRST, "serve", "--home", str(home), "--port", str(port), "--workers", "1"]
    with (home / "serve.log").open("wb") as log:
        group = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **more})
    try:
        wait_for(f"{address}/en/")
        yield group
    finally:
        group.send_signal(signal.SIGTERM)
        group.wait(timeout=30)


def drive(url: str, script: Path, seconds: int) -> Drive:
    """Send beacons as fast as they are answered."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), url]
    return read(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def cpu(home: Path, group: subprocess.Popen[bytes]) -> tuple[float, float]:
    """CPU seconds so far of the web worker and of the background worker."""
    running = set(descendants(group.pid))
    seconds = {"web": 0.0, "background": 0.0}
    for slot in read_all(home / "run"):
        if slot.role in seconds and slot.process in running:
            fields = Path(f"/proc/{slot.process}/stat").read_text().rpartition(")")[2].split()
            seconds[slot.role] += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds["web"], seconds["background"]


def settled(home: Path) -> str:
    """Wait until the database has not changed for `QUIET` seconds; return what it has counted and filtered."""
    now, since = counted(home), time.monotonic()
    while time.monotonic() - since < QUIET:
        time.sleep(0.5)
        before, now = now, counted(home)
        since = since if now == before else time.monotonic()
    return now


def counted(home: Path) -> str:
    """Views and filtered hits in the database."""
    with closing(sqlite3.connect(home / "db.sqlite3", timeout=20)) as database:
        (views,) = database.execute("SELECT coalesce(sum(views), 0) FROM counting_storyhour").fetchone()
        reasons = database.execute("SELECT reason, sum(hits) FROM counting_filtered GROUP BY reason").fetchall()
    return ", ".join([f"{views} views", *(f"{hits} {reason}" for reason, hits in reasons)])


if __name__ == "__main__":
    main()
