"""How long a run of renewals takes: pledges that are all due, collected one after the other, the provider in process.

    python -m bench.renewals                   10,000 pledges on SQLite
    python -m bench.renewals --pledges 1000

Everything is real but the provider, which answers at once: rows, locks, snapshots, ledger, mails' rows and timelines.
Exit status 1 when it takes more than five minutes for ten thousand, or when anything was not collected exactly once.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

SECONDS_EACH = 300 / 10_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pledges", type=int, default=10_000)
    wanted = parser.parse_args().pledges
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "db.sqlite3"
        file.touch()
        os.environ["TESTED_DATABASE"] = str(file)
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.membership.process_settings"
        return measure(wanted)


def measure(wanted: int) -> int:
    """Make the pledges, renew them all, print how long it took; return the exit status."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0, interactive=False)
    provider = make_provider()
    make_pledges(provider, wanted)
    from standfirst.membership.renewing import renew_all

    now = timezone.now()
    began, worked = time.perf_counter(), time.process_time()
    done = looks = 0
    while attempts := renew_all(now):
        done += attempts
        looks += 1
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    print(f"{done} renewals in {seconds:.1f} s ({seconds / max(done, 1) * 1000:.1f} ms each), {looks} looks")
    print(f"the processor worked {worked / max(done, 1) * 1000:.1f} ms for each")
    wrong = check(wanted)
    print("each collected exactly once, the ledger balances" if not wrong else f"wrong: {wrong}")
    return 1 if wrong or done != wanted or seconds > wanted * SECONDS_EACH else 0


def make_provider() -> Any:
    """A provider in this process whose payments we collect, found by its agreement's name at once."""
    from tests.money.plain import PlainProvider

    from standfirst.payments import providers
    from standfirst.payments.providers.interface import ProviderError, RunBy, Snapshot

    class QuickProvider(PlainProvider):
        def fetch(self, account: object, object_id: str) -> Snapshot:
            found = self.objects.get(object_id)
            if found is None:
                raise ProviderError(f"there is no {object_id}", code="unknown")
            return found

        def _name(self, object_id: str) -> str:
            return object_id

    provider = QuickProvider(RunBy.US)
    providers.provider_named = lambda _name: provider
    return provider


def make_pledges(provider: Any, wanted: int) -> None:
    """Make `wanted` pledges that were paid a month ago, as their first payment left them."""
    import time_machine
    from django.db import transaction
    from django.utils import timezone
    from tests.money import factories

    from standfirst.kit.money import Money
    from standfirst.payments.actions.apply_snapshot import refresh
    from standfirst.payments.providers.interface import AgreementState, PaymentFact, PaymentState, Snapshot

    account, tier = factories.account(), factories.tier()
    began = timezone.now() - timedelta(days=31, minutes=30)
    amount = Money(1200, "GEL")
    with time_machine.travel(began, tick=False), transaction.atomic():
        for number in range(wanted):
            pledge = factories.pledge(state="pending", tier=tier)
            name = f"agreement-{number}"
            fact = PaymentFact(f"p-{number}", amount, PaymentState.SETTLED, began, fee=30)
            provider.objects[name] = Snapshot(name, AgreementState.ACTIVE, (fact,), mandate_id=name)
            refresh(factories.agreement(account, reference=pledge.reference, object_id=name))


def check(wanted: int) -> str:
    """What is wrong after the run; "" when nothing is."""
    from standfirst.membership.models import PaidPeriod, Pledge, Renewal
    from standfirst.payments import ledger
    from standfirst.payments.models import Payment

    found = {
        "settled renewals": Renewal.objects.filter(state=Renewal.State.SETTLED).count() - wanted,
        "payments": Payment.objects.filter(state=Payment.State.SETTLED).count() - 2 * wanted,
        "periods": PaidPeriod.objects.count() - 2 * wanted,
        "active pledges": Pledge.objects.filter(state=Pledge.State.ACTIVE).count() - wanted,
        "faults of the ledger": len(ledger.verify()),
    }
    return ", ".join(f"{name} {off:+}" for name, off in found.items() if off)


if __name__ == "__main__":
    sys.exit(main())
