"""Recompute the ledger of money from its entries, and say what does not agree. Changes nothing.

`standfirst ledger verify` may run while the newsroom is served. Exit status 0 when all is well, 1 when anything is
wrong.
"""

from __future__ import annotations

import argparse

from standfirst.cli.home import find, start_django
from standfirst.cli.program import add_home
from standfirst.cli.readiness import refuse_unapplied

MOST_SHOWN = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verbs of `standfirst ledger`."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verify = verbs.add_parser("verify", help="recompute everything from the entries", description=__doc__)
    add_home(verify)


def run(options: argparse.Namespace) -> int:
    """Print one line a fault, and what there is by currency."""
    home = find(options.home)
    start_django(home)
    refuse_unapplied(home.path)
    from standfirst.payments import ledger

    faults = ledger.verify()
    for fault in faults[:MOST_SHOWN]:
        print(f"BAD   {fault.sentence}")
    if len(faults) > MOST_SHOWN:
        print(f"      … and {len(faults) - MOST_SHOWN} more")
    for currency, transactions, amount in ledger.totals():
        print(f"ok    {currency}: {transactions} transactions, {amount} at providers")
    count = len(faults)
    print(f"\n{count} fault{'' if count == 1 else 's'}." if faults else "\nThe ledger balances.")
    return 1 if faults else 0
