"""Renews pledges in processes that are killed, or that are many: `python -m tests.membership.renewing_process VERB`.

The provider is a file of its own with one row for each key that it collected by, as a provider's own database. Prints
JSON. `killed`: one pledge for each step of a renewal; its first process is killed with SIGKILL at that step, and
others come later. `parallel`: fifty processes renew the same pledges at the same time. `prepare`: migrates.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

PROCESSES = 50
PLEDGES = 6
LATER = timedelta(minutes=11)


class Steps:
    """Counts the steps of a process, and kills it at one of them."""

    def __init__(self, kill_at: int = 0) -> None:
        self.kill_at = kill_at
        self.taken = 0

    def step(self) -> None:
        """Be killed here, if this is the step."""
        self.taken += 1
        if self.taken == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around_query(self, execute: Callable[..., Any], *given: Any) -> Any:
        """Each query is a step before it and one after it."""
        self.step()
        found = execute(*given)
        self.step()
        return found


def make_provider(file: Path, steps: Steps) -> Any:
    """A provider whose payments we collect, kept in `file`."""
    from tests.money.plain import PlainProvider

    from standfirst.kit.money import Money
    from standfirst.payments.providers.interface import (
        AgreementState,
        Collect,
        PaymentFact,
        PaymentState,
        RunBy,
        Snapshot,
        Started,
    )  # fmt: skip

    class FileProvider(PlainProvider):
        def start(self, account: object, what: object) -> Started:
            assert isinstance(what, Collect)
            steps.step()
            with sqlite3.connect(file, timeout=60) as bank:
                bank.execute("INSERT OR IGNORE INTO charge VALUES (?, ?, ?)", (what.key, what.mandate_id, now()))
                bank.execute("INSERT INTO asked VALUES (?, ?)", (what.key, what.mandate_id))
            bank.close()
            steps.step()
            return Started(what.mandate_id)

        def fetch(self, account: object, object_id: str) -> Snapshot:
            steps.step()
            with sqlite3.connect(file, timeout=60) as bank:
                rows = bank.execute("SELECT key, at FROM charge WHERE mandate = ? ORDER BY at", (object_id,)).fetchall()
            bank.close()
            steps.step()
            amount = Money(1200, "GEL")
            facts = tuple(
                PaymentFact(f"p-{key}", amount, PaymentState.SETTLED, moment(at), fee=30, key=key) for key, at in rows
            )
            return Snapshot(object_id, AgreementState.ACTIVE, facts, mandate_id=object_id, amount=amount)

    return FileProvider(RunBy.US)


def now() -> str:
    """The moment, as the provider's file keeps it."""
    from django.utils import timezone

    return timezone.now().isoformat()


def moment(text: str) -> Any:
    """The moment that `text` says."""
    from datetime import datetime

    return datetime.fromisoformat(text)


def use(provider: Any) -> None:
    """Let `provider` be found under the name `plain`."""
    from standfirst.payments import providers

    providers.provider_named = lambda _name: provider


def in_process(act: Callable[[], None]) -> int:
    """Run `act` in a process of its own; return its number. No connection may be open here."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        act()
        status = 0
    finally:
        os._exit(status)


def wait(child: int) -> int:
    """Wait for a process; return its exit status, below zero the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def make_pledges(file: Path, numbers: Iterator[int], how_many: int) -> list[int]:
    """Make pledges that are due, each paid once; return their numbers."""
    import time_machine
    from django.utils import timezone
    from tests.money import factories

    from standfirst.membership.models import Pledge
    from standfirst.payments.actions.apply_snapshot import refresh
    from standfirst.payments.models import ProviderAccount

    account = ProviderAccount.objects.first() or factories.account()
    tier = factories.tier()
    made = []
    for _ in range(how_many):
        number = next(numbers)
        pledge = factories.pledge(state=Pledge.State.PENDING, tier=tier, of=factories.member(f"m{number}@x.example"))
        mandate = f"mandate-{number}"
        agreement = factories.agreement(account, reference=pledge.reference, object_id=mandate)
        with sqlite3.connect(file) as bank:
            began = timezone.now() - timedelta(days=31, hours=1)
            bank.execute("INSERT INTO charge VALUES (?, ?, ?)", (f"first-{number}", mandate, began.isoformat()))
        bank.close()
        with time_machine.travel(began, tick=False):
            refresh(agreement)
        made.append(pledge.pk)
    return made


def renew_one(file: Path, pledge_id: int, kill_at: int, later: timedelta) -> None:
    """Renew one pledge, and be killed at a step."""
    from django.db import connection
    from django.utils import timezone

    from standfirst.membership.actions.renew_pledge import renew_pledge
    from standfirst.membership.models import Pledge

    steps = Steps(kill_at)
    use(make_provider(file, steps))
    with connection.execute_wrapper(steps.around_query):
        renew_pledge(pledge=Pledge.objects.get(pk=pledge_id), now=timezone.now() + later)
        steps.step()


def outcome(file: Path, pledge_id: int) -> dict[str, Any]:
    """What became of one pledge, here and at the provider."""
    from standfirst.membership.models import Pledge
    from standfirst.payments.models import Payment

    pledge = Pledge.objects.select_related("agreement").get(pk=pledge_id)
    assert pledge.agreement is not None
    with sqlite3.connect(file) as bank:
        mandate = (pledge.agreement.object_id,)
        charges = bank.execute("SELECT count(*) FROM charge WHERE mandate = ?", mandate).fetchone()[0]
        keys = bank.execute("SELECT count(DISTINCT key) FROM asked WHERE mandate = ?", mandate).fetchone()[0]
    bank.close()
    payments = Payment.objects.filter(agreement=pledge.agreement, state="settled")
    return {
        "charges": charges,
        "keys": keys,
        "payments": payments.count(),
        "periods": pledge.paid_periods.count(),
        "renewals": list(pledge.renewals.values_list("state", flat=True)),
        "state": pledge.state,
        "is_due": bool(pledge.period_end and pledge.period_end.isoformat() < now()),
    }


def killed(file: Path) -> dict[str, Any]:
    """Kill a renewal at each of its steps, and renew again later."""
    numbers, found, kills = count(1), [], 0
    for step in count(1):
        (pledge,) = make_pledges(file, numbers, 1)
        status = wait(in_process(lambda pledge=pledge, step=step: renew_one(file, pledge, step, timedelta())))
        for later in (LATER, 2 * LATER, 3 * LATER):
            wait(in_process(lambda pledge=pledge, later=later: renew_one(file, pledge, 0, later)))
        found.append(outcome(file, pledge))
        if status == 0:
            break
        kills += status == -signal.SIGKILL
    return {"kills": kills, "outcomes": found, "faults": faults()}


def parallel(file: Path) -> dict[str, Any]:
    """Let many processes renew the same pledges at the same time."""
    from django.utils import timezone

    from standfirst.membership.renewing import renew_all

    pledges = make_pledges(file, count(1), PLEDGES)
    children = [in_process(lambda: bool(renew_all(timezone.now())) and None) for _ in range(PROCESSES)]
    statuses = [wait(child) for child in children]
    return {"statuses": statuses, "outcomes": [outcome(file, pledge) for pledge in pledges], "faults": faults()}


def faults() -> list[str]:
    """What is wrong with the ledger."""
    from standfirst.payments import ledger

    return [fault.sentence for fault in ledger.verify()]


def main(verb: str) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    if verb == "prepare":
        call_command("migrate", verbosity=0, interactive=False)
        return
    file = Path(os.environ["TESTED_PROVIDER"])
    with sqlite3.connect(file) as bank:
        bank.executescript(
            "PRAGMA journal_mode=WAL; CREATE TABLE charge (key TEXT PRIMARY KEY, mandate TEXT, at TEXT);"
            "CREATE TABLE asked (key TEXT, mandate TEXT);"
        )
    bank.close()
    use(make_provider(file, Steps()))
    print(json.dumps({"killed": killed, "parallel": parallel}[verb](file)))  # noqa: T201 - a program


if __name__ == "__main__":
    main(sys.argv[1])
