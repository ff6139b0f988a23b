"""Runs every measurement one after the other, or those that are named.

python -m bench                          all, about an hour on two cores
python -m bench membership renewals      these two
"""

from __future__ import annotations

import subprocess
import sys

RUNS = (
    ["bench.pages", "--stories", "300", "100000"],
    ["bench.serving", "--stories", "300", "100000"],
    ["bench.import_wordpress", "--posts", "10000"],
    ["bench.webhooks"],
    ["bench.membership"],
    ["bench.reading"],
    ["bench.renewals"],
    ["bench.statements"],
    ["bench.trials"],
    ["bench.lists"],
    ["bench.search"],
    ["bench.counting"],
    ["bench.budgets"],
    ["bench.delivery", "--stories", "300", "10000", "100000"],
    ["bench.delivery.edge_cost"],
)


def main() -> int:
    names = {run[0].removeprefix("bench.") for run in RUNS}
    wanted = set(sys.argv[1:])
    if unknown := sorted(wanted - names):
        sys.exit(f"There is no measurement {unknown[0]!r}: name some of {', '.join(sorted(names))}, or none for all.")
    failed = 0
    for module, *arguments in RUNS:
        if wanted and module.removeprefix("bench.") not in wanted:
            continue
        print(f"\n== python -m {module} {' '.join(arguments)}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", module, *arguments], check=False).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
