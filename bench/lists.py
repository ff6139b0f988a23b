"""How long a bank statement and a list of members take.

    python -m bench.lists --lines 5000

On an SQLite file as a newsroom has it. The statement: each line is the payment of another agreement by bank transfer,
nine of ten with their code, the rest without; from the bytes of the file to the ledger. The list: one row in five a
guest, written in Ghost's format. Budget: 30 s for either. Exit status 1 when it is not kept.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

MOST_SECONDS = 30


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        begin(Path(folder))
        took = [("list of members", bring_members(options.lines)), ("statement", bring_statement(options.lines))]
    for name, seconds in took:
        print(f"{name} of {options.lines} lines: {seconds:.1f} s, {options.lines / seconds:.0f} lines a second")
    return 0 if all(seconds <= MOST_SECONDS for _name, seconds in took) else 1


def begin(folder: Path) -> None:
    """Make a newsroom's database in `folder`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.money.apart_settings"
    os.environ["APART_FOLDER"] = str(folder)
    (folder / "db.sqlite3").touch()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def bring_members(lines: int) -> float:
    """Import a list of new members; return the seconds."""
    from tests.money import factories

    from standfirst.importers.members.bring_in import Import, bring_in, choose_tier
    from standfirst.importers.members.reading import read_members
    from standfirst.membership.models import Member

    factories.tier()
    rows = ["email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,labels"]
    rows += [
        f"reader{number}@readers.example,Reader {number},,true,{str(number % 5 == 0).lower()},,2024-01-01T10:00:00Z,"
        for number in range(lines)
    ]
    data = "\n".join(rows).encode()
    begun = time.perf_counter()
    bring_in(work=Import(read_members(data), choose_tier()), file_name="bench.csv")
    took = time.perf_counter() - begun
    if Member.objects.count() != lines:
        sys.exit(f"{Member.objects.count()} of {lines} members came in")
    return took


def bring_statement(lines: int) -> float:
    """Import a statement about as many agreements; return the seconds."""
    from tests.payments.bank.statements import MAPPING, bank, csv_file, row

    from standfirst.membership.statements.payers import names_of
    from standfirst.payments.models import Payment
    from standfirst.payments.providers.bank.importing import keep_statement, look_through, read_statement

    account = bank()
    codes = make_agreements(account.pk, lines)
    data = csv_file(*(row(code if number % 10 else "order", own_id=str(number)) for number, code in enumerate(codes)))
    begun = time.perf_counter()
    keep_statement(account=account, file_name="bench.csv", found=read_statement(account, data, MAPPING), by=None)
    look_through(account=account, names_of=names_of)
    took = time.perf_counter() - begun
    expected = lines - (lines + 9) // 10
    if Payment.objects.count() != expected:
        sys.exit(f"{Payment.objects.count()} of {expected} payments were booked")
    return took


def make_agreements(account_id: int, number: int) -> list[str]:
    """Give as many members a pledge by bank transfer; return their codes."""
    from django.db import transaction
    from tests.payments.bank.statements import order

    from standfirst.membership.models import Member, Pledge, Tier
    from standfirst.payments.actions.start_agreement import start_agreement
    from standfirst.payments.models import Agreement, ProviderAccount

    account, tier, codes = ProviderAccount.objects.get(pk=account_id), Tier.objects.first(), []
    with transaction.atomic():
        for member in Member.objects.all()[:number]:
            pledge = Pledge.objects.create(
                member=member, tier=tier, amount=1200, currency="GEL", interval="month", state=Pledge.State.PENDING
            )
            agreement = Agreement.objects.create(
                account=account, reference=pledge.reference, amount=1200, currency="GEL", interval="month"
            )
            codes.append(start_agreement(agreement=agreement, order=order).object_id)
    return codes


if __name__ == "__main__":
    sys.exit(main())
