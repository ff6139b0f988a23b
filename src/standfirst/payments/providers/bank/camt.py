"""Reads bank statements in CAMT.053 (ISO 20022, camt.053.001.02 to .13): booked entries, batches taken apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from standfirst.kit.money import BadAmount, Money, check_currency
from standfirst.payments.providers.bank.line import BadStatement, Line, Problem, Read

_NOT_PROVIDED = {"NOTPROVIDED", "NONREF"}


def is_camt(data: bytes) -> bool:
    """Say whether `data` looks like XML and not like CSV."""
    start = data[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    return start.startswith(b"<")


def read_camt(data: bytes, is_ours: Callable[[str], bool] = lambda _account: True) -> Read:
    """Read a statement; entries that cannot be read become problems. Raises BadStatement when it is none.

    A file may hold the statements of several accounts: only those are read of which `is_ours` says so by the number.
    """
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadStatement(f"The file is no readable XML: {error}.") from error
    statements = list(_all(root, "Stmt"))
    if _name(root) != "Document" or not statements:
        raise BadStatement(f"The file is no CAMT.053: its root is {_name(root)!r} and it has no statement.")
    found = Read("camt.053")
    number = 0
    for statement in statements:
        account, entries = _account(_first(statement, "Acct")), list(_children(statement, "Ntry"))
        found.accounts |= {account} - {""}
        if account and not is_ours(account):
            found.problems.append(Problem(number + 1, f"{len(entries)} movements of another account, {account}"))
            number += len(entries)
            continue
        for number, entry in enumerate(entries, start=number + 1):  # noqa: B020 - it goes on from where it was
            _take(found, entry, number)
    found.check_size()
    return found


def _take(found: Read, entry: Element, number: int) -> None:
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    if status and status != "BOOK":
        found.problems.append(Problem(number, f"not booked yet ({status}); it comes with a later statement"))
        return
    try:
        lines = list(_lines(entry, number))
        if any(not line.money for line in lines):
            raise BadStatement("an amount of nothing")
        found.lines += lines
    except (BadAmount, BadStatement, ValueError) as error:
        found.problems.append(Problem(number, str(error)))


def _lines(entry: Element, number: int) -> Iterator[Line]:
    """One line for each transaction of a batch whose amounts add up to the entry's; else one for the entry."""
    total = _money(entry, _first(entry, "Amt"))
    booked_on = _date(entry)
    own = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    details = [detail for group in _children(entry, "NtryDtls") for detail in _children(group, "TxDtls")]
    amounts = [
        _money(entry, _detail_amount(detail)) if _detail_amount(detail) is not None else None for detail in details
    ]
    is_apart = len(details) > 1 and None not in amounts
    if is_apart and sum(amount.amount for amount in amounts if amount) == total.amount:
        for place, (detail, amount) in enumerate(zip(details, amounts, strict=True), start=1):
            if amount is not None:
                name = _text(detail, "Refs", "AcctSvcrRef") or (f"{own}/{place}" if own else "")
                yield _line(entry, detail, number, booked_on, amount, name)
    else:
        detail = details[0] if len(details) == 1 else entry
        yield _line(entry, detail, number, booked_on, total, own or _text(detail, "Refs", "AcctSvcrRef"))


def _line(entry: Element, detail: Element, number: int, booked_on: date, money: Money, bank_id: str) -> Line:
    side = "Dbtr" if money.amount > 0 else "Cdtr"
    parties = _first(detail, "RltdPties")
    text = _remittance(detail) or _text(entry, "AddtlNtryInf")
    return Line(
        number=number,
        booked_on=booked_on,
        money=money,
        payer_name=(_text(parties, side, "Nm") or _text(parties, side, "Pty", "Nm"))[:200],
        payer_account=_account(_first(parties, f"{side}Acct"))[:60],
        text=text,
        bank_id="" if bank_id.upper() in _NOT_PROVIDED else bank_id,
        is_return=_first(detail, "RtrInf") is not None or _text(entry, "RvslInd") in {"true", "1"},
        raw={
            "entry": bank_id,
            "end_to_end": _text(detail, "Refs", "EndToEndId"),
            "text": text,
            "additional": _text(entry, "AddtlNtryInf"),
        },
    )


def _remittance(detail: Element) -> str:
    """What the payer wrote: free lines, structured references, and the end-to-end id where they put the code."""
    information = _first(detail, "RmtInf")
    pieces = [piece.text or "" for piece in _children(information, "Ustrd")]
    pieces += [_text(structured, "CdtrRefInf", "Ref") for structured in _children(information, "Strd")]
    pieces += [_text(structured, "AddtlRmtInf") for structured in _children(information, "Strd")]
    end_to_end = _text(detail, "Refs", "EndToEndId")
    if end_to_end.upper() not in _NOT_PROVIDED:
        pieces.append(end_to_end)
    return " ".join(piece.strip() for piece in pieces if piece.strip())


def _detail_amount(detail: Element) -> Element | None:
    return (
        _first(detail, "Amt")
        if _first(detail, "Amt") is not None
        else _first(_first(detail, "AmtDtls"), "TxAmt", "Amt")
    )


def _money(entry: Element, amount: Element | None) -> Money:
    if amount is None or not amount.text:
        raise BadStatement("an entry without an amount")
    money = Money.exactly(amount.text, check_currency(amount.get("Ccy", "")))
    direction = _text(entry, "CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise BadStatement(f"{direction!r} is neither CRDT nor DBIT")
    return money if direction == "CRDT" else -money


def _date(entry: Element) -> date:
    for place in ("BookgDt", "ValDt"):
        day = _text(entry, place, "Dt") or _text(entry, place, "DtTm")
        if day:
            return date.fromisoformat(day[:10])
    raise BadStatement("an entry without a date")


def _account(account: Element | None) -> str:
    return (_text(account, "Id", "IBAN") or _text(account, "Id", "Othr", "Id")).replace(" ", "").upper()


def _name(element: Element) -> str:
    """The tag without its namespace, which differs from version to version."""
    return element.tag.rpartition("}")[2]


def _children(element: Element | None, name: str) -> Iterator[Element]:
    return (child for child in (element if element is not None else ()) if _name(child) == name)


def _all(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element.iter() if _name(child) == name)


def _first(element: Element | None, *names: str) -> Element | None:
    for name in names:
        element = next(_children(element, name), None)
        if element is None:
            return None
    return element


def _text(element: Element | None, *names: str) -> str:
    found = _first(element, *names)
    return (found.text or "").strip() if found is not None else ""
