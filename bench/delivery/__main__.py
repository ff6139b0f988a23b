"""The edge beside nginx's static files, cold pages, publishing under load, and memory.

    python -m bench.delivery --stories 300 10000 100000

Needs nginx and wrk. Each size gets a newsroom of its own, which `standfirst serve` serves on loopback; nginx serves the
very bytes it answers, from files, with one worker, and wrk drives both in turn within the same minute. Prints Markdown.
"""

from __future__ import annotations

import argparse
import tempfile
import urllib.request
from pathlib import Path

from bench.delivery.newsroom import Newsroom, group_cpu, group_memory
from bench.delivery.nginx import Nginx
from bench.delivery.readers import ask_cold, publish_under_load
from bench.delivery.wrk import compare, drive

COLD = 1000
MISSES = 200
BR = "Accept-Encoding: br"
PAGES = {
    "article": "",
    "front page": "/en/",
    "section": "/en/georgia/",
    "feed": "/en/feed.xml",
    "sitemap": "/sitemap.xml",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, nargs="+", default=[300, 10_000, 100_000])
    options = parser.parse_args()
    for stories in options.stories:
        print(f"\n### {stories:,} stories\n", flush=True)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            folder.chmod(0o755)
            newsroom = Newsroom(folder / "home", stories)
            paths = newsroom.run("paths", str(min(stories, COLD + MISSES + 1))).split()
            nginx = Nginx(folder / "nginx")
            try:
                with newsroom.served(workers=1):
                    beside_nginx(newsroom, nginx, paths[0])
            finally:
                nginx.stop()
            with newsroom.served(workers=2) as group:
                misses, cold = paths[1 : MISSES + 1], paths[MISSES + 1 :] or paths[1:]
                before = group_cpu(group)
                one_by_one = ask_cold(newsroom.port, misses, clients=1)
                spent = (group_cpu(group) - before) / len(misses) * 1000
                report_cold(f"{len(misses)} cold articles one by one, {spent:.1f} ms CPU each", one_by_one)
                at_once = ask_cold(newsroom.port, cold)
                report_cold(f"{len(cold)} cold articles by 64 clients at once", at_once)
                report_publishing(newsroom)
                rss, pss, files = group_memory(group)
                print(
                    f"- memory of the group with two workers: {pss:.0f} MB (PSS), of which {files:.0f} MB are files "
                    f"that are mapped (the store, libraries); {rss:.0f} MB (RSS)",
                    flush=True,
                )


def beside_nginx(newsroom: Newsroom, nginx: Nginx, article: str) -> None:
    """Print the table of ratios."""
    print("| page | bytes | nginx req/s | edge req/s | edge ÷ nginx | edge p99 ms | failed |", flush=True)
    print("|---|---|---|---|---|---|---|")
    for page, path in (PAGES | {"article": article}).items():
        row(newsroom, nginx, page, path, BR)
    row(newsroom, nginx, "article, not compressed", article)
    cookie = f"Cookie: standfirst_access={newsroom.run('token').strip()}"
    row(newsroom, nginx, "article, with a member's token", article, BR, cookie)
    address = f"{newsroom.address}{article}"
    known, whole = drive(address, BR, f"If-None-Match: {etag(address)}"), drive(address, BR)
    print(f"\n- 304 instead of the article: {known.rate:,.0f} req/s, {known.rate / whole.rate:.2f}× a 200")


def row(newsroom: Newsroom, nginx: Nginx, page: str, path: str, *headers: str) -> None:
    """Measure one page and print its row."""
    address = f"{newsroom.address}{path}"
    body = fetch(address, headers)[0]
    static = nginx.keep(page.replace(" ", "-").replace(",", "").replace("'", ""), body)
    found = compare((address, *headers), (static, *headers))
    print(
        f"| {page} | {len(body):,} | {found.theirs:,.0f} | {found.ours:,.0f} | {found.ratio:.2f} | {found.p99:.1f} "
        f"| {found.failed} |",
        flush=True,
    )


def fetch(address: str, headers: tuple[str, ...]) -> tuple[bytes, str]:
    """Body and entity tag, as they come over the wire."""
    asked = urllib.request.Request(address, headers=dict(header.split(": ", 1) for header in headers))  # noqa: S310 - loopback
    for _ in range(2):  # the first may make it
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - loopback
            found = answer.read(), answer.headers["ETag"]
    return found


def etag(address: str) -> str:
    return fetch(address, (BR,))[1]


def report_cold(what: str, cold: object) -> None:
    """Print how cold pages were answered."""
    print(f"- {what}: median {cold.median * 1000:.0f} ms, slowest {cold.longest * 1000:.0f} ms, {cold.failed} failed")  # type: ignore[attr-defined]


def report_publishing(newsroom: Newsroom) -> None:
    """Publish under load and print what readers saw."""
    found = publish_under_load(newsroom)
    ordered = sorted(found.visible)
    print(
        f"- {len(ordered)} publishes under load ({found.load.rate:,.0f} req/s on the front page): visible after "
        f"{ordered[len(ordered) // 2]:.0f} ms (median), {ordered[-1]:.0f} ms (longest); {found.stale} of {found.asked} "
        f"answers stale after 250 ms; slowest request {found.longest:.0f} ms (observers), {found.load.longest:.0f} ms "
        f"(wrk), {found.load.failed} failed",
        flush=True,
    )


if __name__ == "__main__":
    main()
