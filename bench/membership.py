"""The membership desk with many members: the dashboard and the search, on a generated database.

    python -m bench.membership                     50,000 members, three years of payments, on SQLite
    python -m bench.membership --members 5000      fewer
    python -m bench.membership --database F        keep the database in F; made where it is missing, else used again

Printed: the median of several requests in milliseconds, of the processor and by the clock, inside Django (test client,
warm templates). Nothing is waited for, so that both are the same on a machine that does nothing else. Exit status 1
when the processor's median is over 500 ms for the dashboard or over 100 ms for a search.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from bench.pages import set_up

BUDGETS = {"dashboard": 500.0, "search": 100.0}
REQUESTS = 9
YEARS = 3
STAFF = "bench@ridgeline.example"
SEARCHES = ("member-31@", "Nino", "pay-4711-3", "sub-4711", "nobody at all", "Нино")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=50_000)
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
            make(options.members)
        return measure()


def make(members: int) -> None:
    """Generate the database, and say how long it took."""
    begun = time.monotonic()
    payments = generate(members)
    print(f"{members} members, {payments} payments, made in {time.monotonic() - begun:.0f} s", flush=True)


def generate(members: int) -> int:
    """Members who joined within three years, with their pledges, timelines, payments and ledger; number of payments."""
    from django.db import connection, transaction
    from django.utils import timezone

    from standfirst.membership.models import Tier
    from standfirst.payments.models import ProviderAccount

    chance = random.Random(4)  # noqa: S311 # made-up lives
    account = ProviderAccount.objects.create(provider="by_hand", label="Bench", currencies=["GEL", "EUR"])
    tier = Tier.objects.create(slug="friend", name="Friend")
    now, payments = timezone.now(), 0
    for first in range(0, members, 1000):
        with transaction.atomic():
            payments += _thousand(range(first, min(first + 1000, members)), account.pk, tier.pk, now, chance)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return payments


def _thousand(numbers: range, account: int, tier: int, now: datetime, chance: random.Random) -> int:
    from standfirst.accounts.models import User
    from standfirst.membership.models import Member, Pledge, PledgeEvent
    from standfirst.payments.models import Agreement, LedgerEntry, LedgerTransaction, Payment

    users = User.objects.bulk_create(User(email=f"member-{n}@readers.example") for n in numbers)
    members, pledges, agreements, lives = [], [], [], []
    for user, n in zip(users, numbers, strict=True):
        joined = now - timedelta(days=chance.uniform(1, 365 * YEARS))
        left = joined + timedelta(days=chance.expovariate(1 / 500))
        failed = joined + timedelta(days=chance.uniform(20, 400)) if chance.random() < 0.3 else None
        lives.append((joined, left if left < now else None, failed, chance.random() < 0.7))
        name = chance.choice(["", f"Nino {n}", f"Нино {n}"])
        source = chance.choice(["story:1", "story:2", "header", "letter:9", "import"])
        members.append(Member(user=user, pseudonym=name, source=source, joined_at=joined))
    members = Member.objects.bulk_create(members)
    for member, n, (joined, left, _failed, monthly) in zip(members, numbers, lives, strict=True):
        interval, currency = ("month" if monthly else "year"), chance.choice(["GEL", "GEL", "EUR"])
        amount = chance.choice([500, 1000, 1200, 2500, 700 + n % 40 * 100]) * (1 if monthly else 10)
        state = "ended" if left else "active"
        next_at = now + timedelta(days=chance.uniform(0, 30 if monthly else 365))
        pledges.append(
            Pledge(
                member=member, tier_id=tier, state=state, amount=amount, currency=currency, interval=interval,
                began_at=joined, ended_at=left, period_end=next_at, price_amount=1200,
            )
        )  # fmt: skip
    pledges = Pledge.objects.bulk_create(pledges)
    for pledge, n in zip(pledges, numbers, strict=True):
        agreements.append(
            Agreement(
                account_id=account, reference=f"pledge:{pledge.pk}", state="ended" if pledge.ended_at else "active",
                amount=pledge.amount, currency=pledge.currency, interval=pledge.interval, mandate_id=f"sub-{n}",
                object_id=f"check-{n}", customer_id=f"cus-{n}",
            )
        )  # fmt: skip
    agreements = Agreement.objects.bulk_create(agreements)
    events, payments = [], []
    for pledge, agreement, n, (joined, left, failed, monthly) in zip(pledges, agreements, numbers, lives, strict=True):
        moves = [(joined, "pending", "active")]
        if failed and failed + timedelta(days=5) < (left or now):
            moves += [(failed, "active", "past_due"), (failed + timedelta(days=4), "past_due", "active")]
        if left:
            moves.append((left, "active", "ended"))
        events += [PledgeEvent(pledge=pledge, at=at, was=was, became=became, why="") for at, was, became in moves]
        at, number = joined, 0
        while at < (left or now):
            payments.append(
                Payment(
                    account_id=account, agreement=agreement, provider_id=f"pay-{n}-{number}", state="settled",
                    amount=pledge.amount, currency=pledge.currency, at=at, fee=30,
                )
            )  # fmt: skip
            at, number = at + timedelta(days=30 if monthly else 365), number + 1
    PledgeEvent.objects.bulk_create(events)
    payments = Payment.objects.bulk_create(payments)
    written = LedgerTransaction.objects.bulk_create(
        LedgerTransaction(key=f"payment:{payment.pk}:1", kind="settled", payment=payment, at=payment.at)
        for payment in payments
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=one, book=book, account_id=account, amount=amount, currency=one.payment.currency)
        for one in written
        for book, amount in (
            ("provider", one.payment.amount - 30), ("income", -one.payment.amount), ("fees", 30),
        )
    )  # fmt: skip
    return len(payments)


def measure() -> int:
    """Ask for the pages as a membership manager does, and print what it took."""
    from django.test import Client

    from standfirst.accounts.models import User

    client = Client(HTTP_HOST="localhost")
    person = User.objects.filter(email=STAFF).first() or User.objects.create_superuser(STAFF)
    client.force_login(person)
    pages = [("dashboard", "/desk/membership/")]
    pages += [("search", f"/desk/membership/members/?q={text}") for text in SEARCHES]
    pages += [
        ("list", "/desk/membership/members/"),
        ("rows", "/desk/membership/figures/now/"),
        ("independence", "/desk/membership/independence/"),
    ]
    over = []
    for name, address in pages:
        worked, waited = _times(client, address)
        is_over = worked > BUDGETS.get(name, float("inf"))
        over += [address] if is_over else []
        print(f"{name:<13} {worked:>6.0f} {waited:>6.0f}  {address}{'  over budget' if is_over else ''}", flush=True)
    return 1 if over else 0


def _times(client: object, address: str) -> tuple[float, float]:
    """The medians of the processor's time and of the clock's, in milliseconds, without the first request."""
    worked, waited = [], []
    for _request in range(REQUESTS + 1):
        begun, work = time.perf_counter(), time.process_time()
        answer = client.get(address)  # type: ignore[attr-defined]
        waited.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - work) * 1000)
        if answer.status_code != 200:
            sys.exit(f"{address} answered {answer.status_code}")
    return statistics.median(worked[1:]), statistics.median(waited[1:])


if __name__ == "__main__":
    sys.exit(main())
