"""What staff see of reading, with a year of roll-ups, on a generated database.

    python -m bench.reading                               10,000 stories, about a million hourly rows, on SQLite
    python -m bench.reading --stories 1000 --rows 100000  fewer
    python -m bench.reading --database F                  keep the database in F, and use it again where it is there

Printed: the median of several requests in milliseconds, of the processor and by the clock, inside Django (test client,
warm templates). Exit status 1 when the processor's median is over 500 ms for a page about any time, or over 100 ms for
the dashboard's panel.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench.pages import set_up

PAGE_BUDGET, PANEL_BUDGET = 500.0, 100.0
REQUESTS = 5
STAFF = "bench@ridgeline.example"
REFERRERS = ["", "", "", "own", "google.com", "google.com", "facebook.com", "t.me", "news.google.com", "other"]
DEVICES = ["phone", "phone", "phone", "desktop", "tablet"]
BY = ("story", "section", "contributor", "thread", "edition", "referrer", "campaign", "device", "length", "hour")
SCOPES = (
    "by=story&referrer=google.com",
    "by=referrer&section={section}",
    "by=story&sort=name",
    "by=story&device=phone",
)
INSERT = (
    "INSERT INTO counting_storyhour (source, hour, story_id, edition_id, referrer, campaign, device, views, reads,"
    " engaged_seconds, depth_total) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        file = options.database or Path(home) / "db.sqlite3"
        is_new = not file.exists()
        os.environ["BENCH_DATABASE"] = str(file)
        set_up()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        if is_new:
            make(options.stories, options.rows)
        return measure()


def make(stories: int, rows: int) -> None:
    """Generate the database, and say how long it took."""
    from django.db import connection, transaction

    from bench.archive import make_newsroom

    begun = time.monotonic()
    edition = make_newsroom(stories)
    with transaction.atomic(), connection.cursor() as cursor:
        batch: list[tuple[object, ...]] = []
        for row in hours(edition.pk, stories, rows):
            batch.append(row)
            if len(batch) == 5000:
                cursor.executemany(INSERT, batch)
                batch = []
        cursor.executemany(INSERT, batch)
    sum_up()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM counting_storyhour")
        made = cursor.fetchone()[0]
    print(f"{stories} stories, {made} hourly rows, made in {time.monotonic() - begun:.0f} s", flush=True)


def sum_up() -> None:
    """What the background worker does within the hour: sums of days, lengths of stories."""
    from standfirst.counting.days import sum_round
    from standfirst.insights.reading.lengths import measure_lengths

    while sum_round():
        pass
    measure_lengths.func()


def hours(edition: int, stories: int, rows: int) -> Iterator[tuple[object, ...]]:
    """About `rows` roll-ups of a year: most of a story's in its first two days, some long after."""
    from standfirst.stories.models import Article

    chance = random.Random(9)  # noqa: S311 # made-up figures
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for place, story in enumerate(Article.objects.order_by("pk").values_list("pk", flat=True)):
        published = now - timedelta(days=365) * (1 - place / stories)
        for _row in range(rows * 11 // stories // 10):
            late = chance.expovariate(1 / 20) if chance.random() < 0.8 else chance.uniform(0, 24 * 365)
            hour = published + timedelta(hours=int(late))
            if hour > now:
                hour = published + (now - published) * chance.random()
            views = int(chance.paretovariate(1.3))
            reads = sum(chance.random() < 0.45 for _view in range(min(views, 50)))
            yield (
                "bench", hour.replace(minute=0, second=0, microsecond=0), story, edition, chance.choice(REFERRERS),
                "spring" if chance.random() < 0.02 else "", chance.choice(DEVICES), views, reads, views * 41,
                views * 63,
            )  # fmt: skip


def measure() -> int:
    """Ask for the pages as a reporter does, and print what it took."""
    from django.test import Client

    from standfirst.accounts.models import User
    from standfirst.stories.models import Article, Section

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.filter(email=STAFF).first() or User.objects.create_superuser(STAFF))
    today = date.today()  # noqa: DTZ011 # any day will do
    year = f"from={today - timedelta(days=364)}&to={today}"
    section = Section.objects.order_by("pk").first()
    story = Article.objects.order_by("pk").first()
    addresses = [f"/desk/reading/?{period}&by={by}" for period in ("period=28", year) for by in BY]
    addresses += [f"/desk/reading/?{year}&{scope}".format(section=section.pk if section else 0) for scope in SCOPES]
    addresses += [f"/desk/reading/stories/{story.pk if story else 0}/", "/desk/reading/filtered/"]
    over = [address for address in addresses if shown(client, address) > PAGE_BUDGET]
    return 1 if panel() > PANEL_BUDGET or over else 0


def shown(client: object, address: str) -> float:
    """Print what `address` takes; return the milliseconds of the processor."""
    worked, waited = [], []
    for _request in range(REQUESTS + 1):
        begun, work = time.perf_counter(), time.process_time()
        answer = client.get(address)  # type: ignore[attr-defined]
        waited.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - work) * 1000)
        if answer.status_code != 200:
            sys.exit(f"{address} answered {answer.status_code}")
    return said(address, worked, waited)


def panel() -> float:
    """Print what the figures of the dashboard's panel take; return the milliseconds of the processor."""
    from standfirst.insights.reading.panel import read_now

    print(f"{make_slots()} stories and referrers are read in each five minutes")
    worked, waited = [], []
    for _request in range(REQUESTS + 1):
        begun, work = time.perf_counter(), time.process_time()
        read_now()
        waited.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - work) * 1000)
    return said("the dashboard's panel", worked, waited)


def make_slots() -> int:
    """Let a tenth of the stories be read in the last half hour; return how many rows each of its slots has."""
    from django.utils import timezone

    from standfirst.counting.models import StorySlot
    from standfirst.insights.reading.periods import SLOT, last_minutes
    from standfirst.stories.models import Article

    now = last_minutes(timezone.now())
    stories = list(Article.objects.order_by("-pk").values_list("pk", "edition_id"))
    chosen = stories[: max(1, len(stories) // 10)]
    referrers = sorted(set(REFERRERS))[:3]
    StorySlot.objects.all().delete()
    StorySlot.objects.bulk_create(
        StorySlot(slot=now.begin + SLOT * at, story_id=pk, edition_id=edition, referrer=site, views=7, source="bench")
        for at in range(int((now.end - now.begin) / SLOT))
        for pk, edition in chosen
        for site in referrers
    )
    return len(chosen) * len(referrers)


def said(name: str, worked: list[float], waited: list[float]) -> float:
    work = statistics.median(worked[1:])
    print(f"{work:>6.0f} {statistics.median(waited[1:]):>6.0f}  {name}", flush=True)
    return work


if __name__ == "__main__":
    sys.exit(main())
