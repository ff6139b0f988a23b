"""What a membership manager brings into the demo: a bank's statement, and a list of members that Ghost wrote.

The subscriptions of that list are those that `settle_in` makes at the fake of Stripe.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from django.utils import timezone

from standfirst.payments.models import Agreement, ProviderAccount

if TYPE_CHECKING:
    from standfirst.payments.providers.stripe.fake.world import World

STATEMENT, LIST = "bank-statement.xml", "members-from-ghost.csv"
STRANGER = ("Ushguli Trekkers", "20.00", "for the good work")
ELSEWHERE = (
    ("cus_ghost0001", "ghost-ana@readers.example", 800),
    ("cus_ghost0002", "ghost-tigran@readers.example", 500),
)
"""Customers of Stripe whose subscriptions another program made: id, address, euro cents a month."""
MONTHS_ELSEWHERE = 3
_HEADER = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers"
)
_GUESTS = (
    "64f0a3,ghost-guest@readers.example,Maka (invented),helped with the move,true,true,,2026-02-11T10:00:00.000Z,,,",
    "64f0a4,ghost-free@readers.example,Nikoloz (invented),,true,false,,2026-05-02T10:00:00.000Z,,newsletter,",
    "64f0a5,not-an-address,Bad row (invented),,true,false,,2026-05-02T10:00:00.000Z,,,",
)


def write_files(folder: Path) -> None:
    """Write into `folder` what is not there yet."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, content in ((STATEMENT, statement), (LIST, members_list)):
        if not (folder / name).exists():
            (folder / name).write_text(content(), encoding="utf-8")


def statement() -> str:
    """A statement in CAMT.053: each transfer that the demo waits for, one from a stranger, one that goes out."""
    account = ProviderAccount.objects.get(provider="bank")
    day = timezone.localdate().isoformat()
    waiting = Agreement.objects.filter(account=account, state=Agreement.State.OPEN).order_by("pk")
    entries = [
        _entry(day, f"R{agreement.pk}", f"{agreement.money.decimal}", "CRDT", "Nane (invented)", _code(agreement))
        for agreement in waiting
        if agreement.currency == "GEL"
    ]
    entries.append(_entry(day, "R-stranger", STRANGER[1], "CRDT", STRANGER[0], STRANGER[2]))
    entries.append(_entry(day, "R-rent", "900.00", "DBIT", "Rustaveli Offices", "rent"))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>'
        f"<Acct><Id><IBAN>{account.settings['number']}</IBAN></Id></Acct>\n" + "\n".join(entries) + "\n"
        "</Stmt></BkToCstmrStmt></Document>\n"
    )


def _code(agreement: Agreement) -> str:
    """The code among the lines that the payer was shown."""
    return next(str(value) for _label, value in agreement.lines if str(value).startswith("SF-"))


def _entry(day: str, own: str, amount: str, way: str, name: str, text: str) -> str:
    party = "Dbtr" if way == "CRDT" else "Cdtr"
    return (
        f'<Ntry><Amt Ccy="GEL">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{own}</AcctSvcrRef><NtryDtls><TxDtls>"
        f'<Amt Ccy="GEL">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
        f"<RltdPties><{party}><Pty><Nm>{escape(name)}</Nm></Pty></{party}></RltdPties>"
        f"<RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def members_list() -> str:
    """A list as Ghost exports it: who pays at Stripe, a guest, a reader, and a row that cannot come in."""
    paying = [
        f"64f0a{number},{email},{email.partition('@')[0]} (invented),,true,false,{customer},"
        "2026-08-01T10:00:00.000Z,,,Supporter"
        for number, (customer, email, _cents) in enumerate(ELSEWHERE, start=1)
    ]
    return "\n".join([_HEADER, *paying, *_GUESTS]) + "\n"


def settle_in(world: World) -> None:
    """Let the customers of the list have subscribed some months ago, and have paid since. Nobody is told of it."""
    from standfirst.payments.providers.stripe.fake import billing, checkout, clock, money, objects

    now = world.now()
    begun = datetime.fromtimestamp(now, UTC) - timedelta(days=31 * MONTHS_ELSEWHERE - 5)
    told, world.tell = world.tell, lambda _event: None
    world.at(int(begun.timestamp()))
    recurring = {"recurring": {"interval": "month"}, "currency": "eur", "product_data": {"name": "Supporter"}}
    for customer, email, cents in ELSEWHERE:
        world.put(objects.customer(customer, world.now(), email))
        card = money.new_card(world, customer, "pays")
        price = checkout.new_price(world, {**recurring, "unit_amount": str(cents)})
        row = billing.subscribe(world, customer, price, {"card": card["id"], "metadata": {}})
        billing.pay(world, world.get("invoice", row["latest_invoice"]))
    clock.advance(world, now)
    world.tell = told
