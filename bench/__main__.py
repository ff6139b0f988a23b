"""Runs every measurement one after the other: `python -m bench`, about half an hour on two cores."""

from __future__ import annotations

import subprocess
import sys

RUNS = (
    ["bench.pages", "--stories", "300", "100000"],
    ["bench.serving", "--stories", "300", "100000"],
    ["bench.import_wordpress", "--posts", "10000"],
    ["bench.webhooks"],
    ["bench.membership"],
    ["bench.lists"],
    ["bench.budgets"],
    ["bench.delivery", "--stories", "300", "10000", "100000"],
    ["bench.delivery.edge_cost"],
)


def main() -> int:
    failed = 0
    for module, *arguments in RUNS:
        print(f"\n== python -m {module} {' '.join(arguments)}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", module, *arguments], check=False).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
