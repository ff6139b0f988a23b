"""Replays invented days of reading whose answer is known. docs/how-to/replay-traffic.md says more.

    python -m bench.traffic rows --home DIR [--days 8] [--views 5000] [--seed 1] [--again]
        straight into the counts; then every list of what is read most is compared with the answer
    python -m bench.traffic beacons --home DIR --url http://127.0.0.1:8000 [--seconds 60] [--views 2000] [--seed 1]
        as beacons to the newsroom of DIR that is served on this machine; then its counts are compared with them

Never run it against a newsroom that has readers. Exit status 1 when what stands there is not what was invented.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

SOURCE = "replayed"
OURS = (SOURCE, "invented")
MOST_DAYS = 8
MOST_SECONDS = 600
MOST_VIEWS = 20_000
TOLERANCE = 0.05
"""How much of a score decay in steps and slots of five minutes may move; twice as much for three hours."""


def main() -> int:
    options = _options()
    os.environ["STANDFIRST_HOME"] = str(Path(options.home).resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.config.settings"
    import django

    django.setup()
    if options.way == "rows":
        return into_rows(options.days, options.views, options.seed, again=options.again)
    from bench.beacons import replay

    return replay(options.url, options.seconds, options.views, options.seed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ways = parser.add_subparsers(dest="way", required=True)
    rows, beacons = ways.add_parser("rows"), ways.add_parser("beacons")
    for way, views in ((rows, 5000), (beacons, 2000)):
        way.add_argument("--home", required=True, help="the newsroom's home folder")
        way.add_argument("--seed", type=int, default=1)
        way.add_argument("--views", type=int, default=views, help="a day, or in all as beacons")
    rows.add_argument("--days", type=int, default=MOST_DAYS, help=f"1 to {MOST_DAYS}")
    rows.add_argument("--again", action="store_true", help="delete what was invented before")
    beacons.add_argument("--url", required=True, help="where the newsroom is served, on this machine")
    beacons.add_argument("--seconds", type=int, default=60, help=f"20 to {MOST_SECONDS}")
    options = parser.parse_args()
    if options.way == "rows" and not 1 <= options.days <= MOST_DAYS:
        parser.error(f"--days {options.days}: give 1 to {MOST_DAYS}, as counting keeps five minutes no longer.")
    if options.way == "beacons" and not (20 <= options.seconds <= MOST_SECONDS and 0 < options.views <= MOST_VIEWS):
        parser.error(f"Give --seconds 20 to {MOST_SECONDS} and --views 1 to {MOST_VIEWS}: the replay is to end.")
    return options


def into_rows(days: int, views: int, seed: int, *, again: bool) -> int:
    """Write the counts of `days` until now and compare every list with the answer; return the exit status."""
    from django.utils import timezone

    from standfirst.counting.models import StorySlot
    from standfirst.demo.traffic.newsroom import world_of
    from standfirst.demo.traffic.rollups import RollUps
    from standfirst.demo.traffic.visits import visits
    from standfirst.discovery.popular.keeping import refresh

    if again:
        forget()
    if source := StorySlot.objects.values_list("source", flat=True).first():
        sys.exit(
            f"Something was counted here already (source {source!r}): take --again if it was invented, "
            "else a newsroom without readers."
        )
    now = timezone.now()
    start = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=24 * days - 4)
    world = world_of(start, now, views_a_day=views, viral_views=views // 3, attack_beacons=views // 4, seed=seed)
    began = time.process_time()
    found = list(visits(world, start, now))
    invented, began = time.process_time() - began, time.process_time()
    sums = RollUps(timezone.get_current_timezone())
    sums.add(found)
    rows = sums.write(SOURCE)
    written, began = time.process_time() - began, time.process_time()
    refresh(now)
    listed = time.process_time() - began
    print(f"{len(found)} visits invented in {invented:.2f} s of the processor, {rows} rows written in {written:.2f} s")
    print(f"all lists worked out in {listed:.2f} s of the processor")
    return compare(found, now, world.attack.story if world.attack else 0)


def forget() -> None:
    """Delete what was invented before, by this and for the demo."""
    from standfirst.counting.models import Filtered, ReaderDay, StoryHour, StorySlot

    for model in (StoryHour, StorySlot, ReaderDay, Filtered):
        model.objects.filter(source__in=OURS).delete()


def compare(found: list, now: datetime, attacked: int) -> int:
    """Print for every edition and period whether the list is the answer; return the exit status."""
    from standfirst.demo.traffic.answer import answer, disagreement
    from standfirst.discovery.popular.models import Exclusion
    from standfirst.discovery.popular.reading import lists_of, public
    from standfirst.discovery.popular.scoring import FEWEST, PERIODS
    from standfirst.stories.models import Edition

    excluded = set(Exclusion.objects.in_force(now).values_list("story_id", flat=True))
    known = public({visit.story for visit in found} - excluded)
    published = {story: kept.published_at for story, kept in known.items()}
    wrong = 0
    for period in PERIODS.values():
        lists = lists_of(period, now)
        tolerance = TOLERANCE * (2 if period.name == "hours" else 1)
        for edition in Edition.objects.live().order_by("path"):
            standing = [one.story for one in lists.get(f"{edition.list_key}:{period.name}", [])]
            true = answer(found, edition.pk, period, now, published)
            enough = [place for place in true if place.story != attacked]
            said = disagreement([story for story in standing if story != attacked], enough, tolerance)
            if not standing and len(true) < FEWEST:
                said = []
            place = f", the attacked story at place {standing.index(attacked) + 1}" if attacked in standing else ""
            outcome = said or "as the answer says"
            print(f"{edition.slug} {period.name:5}: {len(standing):2} stories, {outcome}{place}")
            wrong += len(said)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
