"""How often a test of appeals calls a difference where there is none, and how soon it finds one that is there.

    python -m bench.trials                2,000 made-up tests of each kind, looked at every hour
    python -m bench.trials --runs 200

Exit status 1 when more than five of a hundred tests of variants that are alike ended in a false alarm.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from tests.appeals.trials.simulation import Run, World, run

from standfirst.appeals.trials.evidence import FALSE_ALARM, joins_needed

ALIKE = {
    "two variants, 5 joins a day": World((0.001, 0.001), 5000),
    "two variants, 50 joins a day": World((0.001, 0.001), 50_000),
    "two variants, a small newsroom, 1 join in 2 days": World((0.002, 0.002), 250),
    "two variants, half of the joins a day late": World((0.001, 0.001), 5000, late=0.5),
    "two variants, a small newsroom, half a day late": World((0.002, 0.002), 250, late=0.5),
    "two variants, seen 95 to 5": World((0.001, 0.001), 5000, shares=(0.95, 0.05)),
    "two variants, one of twenty views joins": World((0.05, 0.05), 1000),
    "four variants, 20 joins a day": World((0.001,) * 4, 20_000),
    "two variants, 5 joins a day, 90 days": World((0.001, 0.001), 5000, days=90),
}
DIFFERENT = {
    "1.2 times as many, 10 joins a day": World((0.001, 0.0012), 9090),
    "1.5 times as many, 10 joins a day": World((0.001, 0.0015), 8000),
    "twice as many, 10 joins a day": World((0.001, 0.002), 6667),
    "three times as many, 10 joins a day": World((0.001, 0.003), 5000),
    "twice as many, 1 join a day": World((0.001, 0.002), 667),
    "twice as many, seen 90 to 10, 10 joins a day": World((0.001, 0.002), 9090, shares=(0.9, 0.1)),
    "four variants, one twice as many, 20 joins a day": World((0.001, 0.001, 0.001, 0.002), 16_000),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    print(f"False alarms of {runs} tests each, 28 days where nothing else is said, looked at every hour:")
    worst = max(_false_alarms(name, world, runs) for name, world in ALIKE.items())
    print(f"\nWhat is found of {runs} tests each:")
    for name, world in DIFFERENT.items():
        _finds(name, world, runs)
    print("\nJoins that a test of two needs by the formula:", {r: joins_needed(2, r) for r in (1.2, 1.5, 2.0, 3.0)})
    return int(worst > FALSE_ALARM)


def _false_alarms(name: str, world: World, runs: int) -> float:
    part = sum(one.found_after is not None for one in _all(world, runs)) / runs
    print(f"  {name:52} {part:6.2%}", flush=True)
    return part


def _finds(name: str, world: World, runs: int) -> None:
    found = _all(world, runs)
    best = world.rates.index(max(world.rates))
    right = [one for one in found if one.found_after is not None and one.winner == best]
    wrong = sum(one.found_after is not None and one.winner != best for one in found)
    days = statistics.median(one.found_after or 0.0 for one in right) if right else 0.0
    joins = statistics.median(one.joins for one in right) if right else 0
    median = f"median {days:4.1f} days and {joins:.0f} joins"
    print(
        f"  {name:52} {len(right) / runs:6.1%} within {world.days} days, {median}; wrong {wrong / runs:.2%}", flush=True
    )


def _all(world: World, runs: int) -> list[Run]:
    return [run(world, seed) for seed in range(runs)]


if __name__ == "__main__":
    sys.exit(main())
