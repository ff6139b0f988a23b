"""CPU time of rendering pages that no store holds, at several archive sizes.

    python -m bench.pages --stories 300 100000

Each size runs in a process of its own on a database of its own. Printed: median and 95th percentile of the CPU
milliseconds a request takes inside Django (test client, warm templates), and the number of queries.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REQUESTS = 60
BUDGET = {"article": 15.0, "front": 30.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, nargs="+", default=[300, 100_000])
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return
    print(f"{'stories':>8} {'page':<12} {'median ms':>9} {'p95 ms':>8} {'queries':>8} {'bytes':>8}")
    for stories in options.stories:
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "BENCH_DATABASE": str(Path(home) / "db.sqlite3")}
            command = [sys.executable, "-m", "bench.pages", "--measure", str(stories)]
            subprocess.run(command, check=True, env=environment)


def measure(stories: int) -> None:
    set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from bench.archive import article_paths, make_newsroom

    make_newsroom(stories)
    paths = {
        "article": list(article_paths(REQUESTS)),
        "front": ["/en/"] * REQUESTS,
        "section": ["/en/georgia/"] * REQUESTS,
        "contributor": ["/en/contributors/person-1/"] * REQUESTS,
        "feed": ["/en/feed.xml"] * (REQUESTS // 3),
    }
    for page, addresses in paths.items():
        report(stories, page, addresses)


def set_up() -> None:
    """Django on the bench's own database file, with the settings a newsroom runs with."""
    import django
    from django.conf import settings

    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.config.testing"
    settings.DATABASES["default"]["NAME"] = os.environ["BENCH_DATABASE"]
    settings.ALLOWED_HOSTS.append("localhost")
    django.setup()


def report(stories: int, page: str, addresses: list[str]) -> None:
    from django.db import connection
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    for address in addresses[:5]:
        client.get(address)
    queries: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        response = client.get(addresses[0])
    if response.status_code != 200:
        sys.exit(f"{addresses[0]} answered {response.status_code}")
    spent = []
    for address in addresses:
        start = time.process_time()
        body = client.get(address).content
        spent.append((time.process_time() - start) * 1000)
    p95 = sorted(spent)[int(len(spent) * 0.95)]
    over = " over budget" if statistics.median(spent) > BUDGET.get(page, 1e9) else ""
    print(
        f"{stories:>8} {page:<12} {statistics.median(spent):>9.1f} {p95:>8.1f} {len(queries):>8} {len(body):>8}{over}",
        flush=True,
    )


if __name__ == "__main__":
    main()
