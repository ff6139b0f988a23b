"""How often a test of appeals calls a difference where there is none, and how soon it finds one that is there.

    python -m bench.trials                2,000 made-up tests of each kind, looked at every hour
    python -m bench.trials --runs 200
    python -m bench.trials --said        what the screen says of 300 made-up tests of each kind, read once a day

Exit status 1 when more than five of a hundred tests of variants that are alike ended in a false alarm.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from tests.appeals.trials.simulation import Run, World, run, verdict

from standfirst.appeals.trials.evidence import FALSE_ALARM, joins_needed
from standfirst.appeals.trials.rule import Answer

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


READ = {
    "as good as one another, 20 joins a day": World((0.001, 0.001), 20_000),
    "1.2 times as many, 20 joins a day": World((0.001, 0.0012), 18_180),
    "1.3 times as many, 40 joins a day": World((0.001, 0.0013), 34_780),
    "1.5 times as many, 3 joins a day": World((0.001, 0.0015), 2400),
    "1.5 times as many, 10 joins a day": World((0.001, 0.0015), 8000),
    "twice as many, 3 joins a day": World((0.001, 0.002), 2000),
    "twice as many, 10 joins a day": World((0.001, 0.002), 6667),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int)
    parser.add_argument(
        "--said", action="store_true", help="the whole rule, verdicts and what it says of the difference"
    )
    options = parser.parse_args()
    if options.said:
        return _said(options.runs or 300)
    runs = options.runs or 2000
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


def _said(runs: int) -> int:
    """Read each test once a day from the seventh day on, and do what the first verdict says."""
    print(
        f"The first verdict of {runs} tests each within 28 days, and by how much the winner is then said to be better:"
    )
    for name, world in READ.items():
        found = [verdict(world, seed) for seed in range(runs)]
        better = [one.ratio for one in found if one.answer is Answer.WINNER and one.is_right]
        parts = {answer: sum(one.answer is answer for one in found) / runs for answer in Answer}
        wrong = sum(not one.is_right for one in found) / runs
        said = f"says {statistics.median(better):.1f} times" if better and len(set(world.rates)) > 1 else ""
        print(
            f"  {name:42} winner {parts[Answer.WINNER]:6.1%}, alike {parts[Answer.ALIKE]:6.1%}, "
            f"not enough {parts[Answer.NOT_ENOUGH]:6.1%}, wrong {wrong:5.1%} {said}",
            flush=True,
        )
    return 0


def _all(world: World, runs: int) -> list[Run]:
    return [run(world, seed) for seed in range(runs)]


if __name__ == "__main__":
    sys.exit(main())
