"""CAMT.053 of two versions: booked entries, batches taken apart, returns; and files that are none."""

from __future__ import annotations

from datetime import date

import pytest
from tests.payments.bank.statements import IBAN, bank, by_bank

from standfirst.payments.models import Payment, StatementLine
from standfirst.payments.providers.bank.camt import read_camt
from standfirst.payments.providers.bank.importing import keep_statement, look_through, read_statement
from standfirst.payments.providers.bank.line import LARGEST_FILE, BadStatement, own_ids

OLD, NEW = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02", "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def camt(*entries: str, space: str = OLD, iban: str = IBAN) -> bytes:
    account = f"<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
    body = f"<BkToCstmrStmt><GrpHdr/><Stmt><Id>1</Id>{account}{''.join(entries)}</Stmt></BkToCstmrStmt>"
    return f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{space}">{body}</Document>'.encode()


def details(text: str, *, amount: str = "", name: str = "<Nm>Ana Kapanadze</Nm>", extra: str = "") -> str:
    money = f'<Amt Ccy="GEL">{amount}</Amt>' if amount else ""
    parties = f"<RltdPties><Dbtr>{name}</Dbtr><DbtrAcct><Id><IBAN>GE11 AA</IBAN></Id></DbtrAcct></RltdPties>"
    return (
        f"<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{money}{parties}"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>{extra}</TxDtls>"
    )


def entry(
    inside: str = "",
    *,
    amount: str = "12.00",
    way: str = "CRDT",
    status: str = "<Sts>BOOK</Sts>",
    own: str = "R1",
    more: str = "",
) -> str:
    return (
        f'<Ntry><Amt Ccy="GEL">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{more}{status}'
        f"<BookgDt><Dt>2026-11-01</Dt></BookgDt><AcctSvcrRef>{own}</AcctSvcrRef><NtryDtls>{inside}</NtryDtls></Ntry>"
    )


@pytest.mark.parametrize(
    ("space", "status", "name"),
    [
        (OLD, "<Sts>BOOK</Sts>", "<Nm>Ana Kapanadze</Nm>"),
        (OLD.replace(".02", ".04"), "<Sts>BOOK</Sts>", "<Nm>Ana Kapanadze</Nm>"),
        (NEW, "<Sts><Cd>BOOK</Cd></Sts>", "<Pty><Nm>Ana Kapanadze</Nm></Pty>"),
    ],
)
def test_old_and_new_versions_say_the_same(space: str, status: str, name: str) -> None:
    (line,) = read_camt(camt(entry(details("SF-7K2-M4X", name=name), status=status), space=space)).lines
    assert (line.booked_on, line.money.amount, line.money.currency) == (date(2026, 11, 1), 1200, "GEL")
    assert (line.payer_name, line.payer_account, line.text, line.bank_id) == (
        "Ana Kapanadze",
        "GE11AA",
        "SF-7K2-M4X",
        "R1",
    )


def test_a_batch_is_taken_apart_when_it_adds_up(db: None) -> None:
    both = details("one", amount="5.00") + details("two", amount="7.00")
    lines = read_camt(camt(entry(both))).lines
    assert [(line.money.amount, line.text) for line in lines] == [(500, "one"), (700, "two")]
    assert len(set(own_ids(lines))) == 2
    (whole,) = read_camt(camt(entry(both, amount="13.00"))).lines
    assert whole.money.amount == 1300


def test_what_is_not_booked_or_not_readable_is_told_and_the_rest_comes() -> None:
    found = read_camt(camt(entry(status="<Sts>PDNG</Sts>"), entry(amount="1,x"), entry(way="BOTH"), entry()))
    assert len(found.lines) == 1
    assert [problem.number for problem in found.problems] == [1, 2, 3]
    assert "not booked yet (PDNG)" in found.problems[0].why


def test_a_return_is_negative_and_marked() -> None:
    (line,) = read_camt(camt(entry(details("x", extra="<RtrInf/>"), way="DBIT"))).lines
    assert (line.money.amount, line.is_return) == (-1200, True)
    (turned,) = read_camt(camt(entry(details("x"), way="DBIT", more="<RvslInd>true</RvslInd>"))).lines
    assert turned.is_return


@pytest.mark.parametrize(
    "data",
    [
        b"<a/>",
        b"<Document/>",
        b"<Document><Stmt>",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Document>&b;</Document>',
        b'<?xml version="1.0" encoding="klingon"?><Document/>',
    ],
)
def test_what_is_none_or_dangerous_is_refused(data: bytes) -> None:
    with pytest.raises(BadStatement):
        read_camt(data)


@pytest.mark.django_db
def test_it_is_booked_like_any_statement_and_only_for_our_account() -> None:
    account = bank()
    agreement = by_bank(account)
    data = camt(entry(details(f"Gift {agreement.object_id}")))
    for _twice in range(2):
        keep_statement(account=account, file_name="a.xml", found=read_statement(account, data, None), by=None)
        look_through(account=account, names_of=lambda references: {})
    assert (Payment.objects.get().agreement, StatementLine.objects.count()) == (agreement, 1)
    with pytest.raises(BadStatement, match="is about GE99, not GE29"):
        read_statement(account, camt(entry(), iban="GE99"), None)


@pytest.mark.django_db
def test_a_return_that_the_bank_names_is_booked_by_account_and_amount() -> None:
    account = bank()
    agreement = by_bank(account)
    creditor = "<RltdPties><CdtrAcct><Id><IBAN>GE11AA</IBAN></Id></CdtrAcct></RltdPties><RtrInf/>"
    back = entry(f"<TxDtls>{creditor}</TxDtls>", way="DBIT", own="R2")
    data = camt(entry(details(agreement.object_id)), back)
    keep_statement(account=account, file_name="a.xml", found=read_statement(account, data, None), by=None)
    look_through(account=account, names_of=lambda references: {})
    assert Payment.objects.get().refunded == 1200


@pytest.mark.django_db
def test_of_a_file_with_several_accounts_only_ours_is_read() -> None:
    account, other = bank(), "GE60NB0000000123456789"
    code = by_bank(account).object_id
    theirs = camt(entry(details("theirs"), own="T1"), entry(details("theirs"), own="T2"), iban=other).decode()
    statement = theirs[theirs.index("<Stmt>") : theirs.index("</BkToCstmrStmt>")]
    both = camt(entry(details(code))).decode().replace("</Stmt>", f"</Stmt>{statement}").encode()
    found = read_statement(account, both, None)
    assert [(line.number, line.text) for line in found.lines] == [(1, code)]
    assert [(problem.number, problem.why) for problem in found.problems] == [
        (2, f"2 movements of another account, {other}")
    ]
    with pytest.raises(BadStatement, match=f"about {other}, not {IBAN}"):
        read_statement(account, theirs.encode(), None)


@pytest.mark.django_db
def test_each_entry_keeps_its_own_currency() -> None:
    account = bank()
    euro = entry(details("in euro"), own="E1").replace("GEL", "EUR")
    found = read_statement(account, camt(entry(details("in lari")), euro), None)
    assert [str(line.money) for line in found.lines] == ["12.00 GEL", "12.00 EUR"]


@pytest.mark.django_db
def test_money_that_we_sent_and_that_comes_back_is_no_payment_by_itself() -> None:
    account = bank()
    agreement = by_bank(account)
    back = entry(details(agreement.object_id), more="<RvslInd>true</RvslInd>")
    found = read_statement(account, camt(back), None)
    keep_statement(account=account, file_name="a.xml", found=found, by=None)
    look_through(account=account, names_of=lambda references: {})
    line = StatementLine.objects.get()
    assert (line.state, line.candidates, Payment.objects.count()) == ("proposed", [agreement.pk], 0)
    assert line.why == "The bank calls it money that we sent and that came back."


def test_a_file_that_is_nested_without_end_is_read_and_refused() -> None:
    with pytest.raises(BadStatement, match="is no CAMT"):
        read_camt(b"<a>" * 20_000 + b"</a>" * 20_000)


@pytest.mark.django_db
def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(BadStatement, match="more than 10 MB"):
        read_statement(bank(), b"<" + b" " * LARGEST_FILE, None)
