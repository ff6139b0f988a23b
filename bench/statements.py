"""How long a bank statement takes from the file to the members: read, kept, matched, booked, mails ordered.

    python -m bench.statements                 two statements of 5,000 lines on SQLite
    python -m bench.statements --lines 500
    python -m bench.statements --profile       and where the time goes

The first statement brings the payers' first payments (a pledge begins, a receipt and a thank-you are ordered), the
second the next month of the same payers; of twenty lines one is money that left and one is from nobody known.
Everything is real, also the queue of tasks; the mails are not handed over.
Printed: seconds by the clock and of the processor. Nothing is waited for, so that both are the same on a machine that
does nothing else. Exit status 1 when the processor works more than 30 seconds for 5,000 lines, when a line of 5,000
takes it more than twice as long as one of 500, or when anything was not booked exactly once.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

SECONDS_EACH = 30 / 5_000
SMALL = 500
OTHERS_EACH = 20
"""Of so many lines one is money that left, and one is from nobody known."""
RATIO = 2.0
"""How much longer a line of the large statement may take than one of the small."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=5_000)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "db.sqlite3"
        file.touch()
        os.environ["TESTED_DATABASE"] = str(file)
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.membership.process_settings"
        set_up()
        with _profiled(options.profile):
            return measure(options.lines)


def set_up() -> None:
    """Django with the queue of a newsroom."""
    import django
    from django.conf import settings

    from standfirst.config import base

    settings.TASKS = base.TASKS
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _profiled(is_wanted: bool) -> Iterator[None]:
    profile = cProfile.Profile(time.process_time)
    if is_wanted:
        profile.enable()
    yield
    if is_wanted:
        profile.disable()
        pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


def measure(lines: int) -> int:
    """Import a small and a large pair of statements; return the exit status."""
    small = _pair(min(lines, SMALL))
    large = _pair(lines) if lines > SMALL else small
    ratio = max(large) / max(small)
    print(f"a line of the large statement takes {ratio:.2f} times as long as one of the small")
    wrong = check(lines + (SMALL if lines > SMALL else 0))
    print("each booked exactly once, the ledger balances" if not wrong else f"wrong: {wrong}")
    return 1 if wrong or max(large) > SECONDS_EACH or ratio > RATIO else 0


def _pair(lines: int) -> list[float]:
    """Make `lines` payers of a bank account of their own, import two months; the processor's seconds a line of each."""
    from tests.payments.bank.statements import bank

    account = bank()
    codes = make_payers(account, lines)
    return [_import(account, codes, days) for days in (35, 5)]


def make_payers(account: Any, wanted: int) -> list[str]:
    """Pledges of 12 GEL a month that wait for their first transfer; return the codes."""
    from django.db import transaction
    from tests.money import factories
    from tests.payments.bank.statements import by_bank

    tier = factories.tier()
    with transaction.atomic():
        return [by_bank(account, f"Payer {number}", tier=tier).object_id for number in range(wanted)]


def _import(account: Any, codes: list[str], days_ago: int) -> float:
    """Import one statement with a line for each of `codes`, and print what it took; the processor's seconds a line."""
    from django.utils import timezone
    from tests.payments.bank.statements import MAPPING, csv_file, row

    from standfirst.membership.mail_queue import together
    from standfirst.membership.statements.payers import names_of
    from standfirst.payments.providers.bank.importing import keep_statement, look_through, read_statement

    day = (timezone.localdate() - timedelta(days=days_ago)).strftime("%d.%m.%Y")
    rows = [row(f"Donation {code}", day=day, payer=f"Payer {n}", iban=f"GE{n:020}") for n, code in enumerate(codes)]
    for place in range(0, len(rows), OTHERS_EACH):
        rows[place] = row("Rent and salaries", day=day, amount=f"-{place + 1},00", payer="Somebody", iban="GE77")
        rows[place + 1] = row("Thank you", day=day, payer=f"Stranger {place}")
    data = csv_file(*rows)
    began, worked = time.perf_counter(), time.process_time()
    statement = keep_statement(
        account=account, file_name="bench.csv", found=read_statement(account, data, MAPPING), by=None
    )
    kept = time.perf_counter() - began
    look_through(account=account, names_of=names_of, around=together)
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    print(
        f"{statement.lines_read:>6} lines in {seconds:>6.1f} s (read and kept after {kept:.1f} s), the processor "
        f"{worked:.1f} s ({worked / len(codes) * 1000:.1f} ms each)",
        flush=True,
    )
    return worked / len(codes)


def check(lines: int) -> str:
    """What is wrong after two statements of `lines` each, in all; "" when nothing is."""
    from standfirst.membership.models import Pledge, SentMail
    from standfirst.payments import ledger
    from standfirst.payments.models import Payment, StatementLine

    payers, states = lines - 2 * (lines // OTHERS_EACH), StatementLine.State
    found = {
        "booked lines": StatementLine.objects.filter(state=states.APPLIED).count() - 2 * payers,
        "lines to decide": StatementLine.objects.filter(state=states.PROPOSED).count() - 2 * (lines // OTHERS_EACH),
        "payments": Payment.objects.filter(state=Payment.State.SETTLED).count() - 2 * payers,
        "active pledges": Pledge.objects.filter(state=Pledge.State.ACTIVE).count() - payers,
        "mails": SentMail.objects.filter(kind__in=["receipt", "thank_you"]).count() - 3 * payers,
        "faults of the ledger": len(ledger.verify()),
    }
    return ", ".join(f"{name} {off:+}" for name, off in found.items() if off)


if __name__ == "__main__":
    sys.exit(main())
