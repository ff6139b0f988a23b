"""The statements desk: who may enter, what an upload does, and how unsure lines are decided."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests import factories as newsroom
from tests.money import factories
from tests.payments.bank.statements import MAPPING, bank, bring, by_bank, csv_file, row

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.membership.models import MemberNote, Pledge
from standfirst.membership.statements.payers import names_of
from standfirst.membership.statements.tasks import look_through_account
from standfirst.payments import ledger
from standfirst.payments.actions.refund_payment import refund_payment
from standfirst.payments.models import HandEntry, Payment, ProviderAccount, Statement, StatementLine

pytestmark = pytest.mark.django_db
DESK = "/desk/membership"


@pytest.fixture
def manager(client: Client) -> User:
    user = newsroom.staff(Role.MEMBERSHIP_MANAGER)
    client.force_login(user)
    return user


def send(client: Client, account: ProviderAccount, data: bytes, **given: Any) -> Any:
    form = MAPPING.as_columns() | given | {"file": SimpleUploadedFile("march.csv", data)}
    return client.post(f"{DESK}/statements/import/{account.pk}/", form)


@pytest.mark.parametrize(
    "path", ["/statements/", "/statements/to-decide/", "/statements/import/1/", "/members/1/by-hand/"]
)
def test_only_membership_managers_enter(client: Client, path: str) -> None:
    client.force_login(newsroom.staff(Role.EDITOR))
    assert client.get(DESK + path).status_code in {302, 403}
    client.force_login(factories.member().user)
    assert client.get(DESK + path).status_code in {302, 403}


def test_an_upload_is_kept_looked_through_and_reported_by_line(client: Client, manager: User) -> None:
    account = bank()
    agreement = by_bank(account, "=Ana")
    data = csv_file(row(agreement.object_id), row("=1+1", payer="@Nobody"), row("broken", amount="twelve"))
    answer = send(client, account, data)
    statement = Statement.objects.get()
    assert (answer.status_code, answer.url) == (302, f"{DESK}/statements/{statement.pk}/")
    assert client.get(answer.url).headers["Refresh"] == "2"
    look_through_account.func(account.pk)
    page = client.get(answer.url)
    assert "Refresh" not in page.headers
    assert b"is no amount in GEL" in page.content
    assert (statement.by, statement.lines_read, Payment.objects.count()) == (manager, 2, 1)
    report = b"".join(client.get(f"{answer.url}report.csv")).decode()  # type: ignore[arg-type]
    assert "'=1+1" in report
    assert "'@Nobody" in report
    assert client.get(f"{DESK}/statements/").status_code == 200


def test_the_mapping_is_remembered(client: Client, manager: User) -> None:
    account = bank()
    send(client, account, csv_file(row("a")))
    page = client.get(f"{DESK}/statements/import/{account.pk}/")
    assert page.context["form"]["text"].value() == "Purpose"


def test_a_file_that_is_no_statement_is_refused_and_leaves_nothing(client: Client, manager: User) -> None:
    account = bank()
    for data, sentence in (
        (b"<?xml version='1.0'?><a/>", b"is no CAMT.053"),
        (b"a,b\n1,2\n", b"no row with all columns of the mapping"),
        (b"\0\1\2", b"contains zero bytes"),
    ):
        answer = send(client, account, data, encoding="utf-8")
        assert (answer.status_code, sentence in answer.content) == (422, True), sentence
    assert (Statement.objects.count(), StatementLine.objects.count()) == (0, 0)


def test_staff_decide_with_a_reason_that_stands_on_the_member(client: Client, manager: User) -> None:
    account = bank()
    agreement = by_bank(account, "Ana")
    bring(account, row(agreement.object_id, amount="24,00"), row("a book"))
    line, other = StatementLine.objects.order_by("pk")
    address = f"{DESK}/statements/lines/{line.pk}/"
    assert agreement.object_id.encode() in client.get(address).content
    without = client.post(address, {"accept": "1", "accept-agreement": agreement.pk})
    assert (without.status_code, Payment.objects.count()) == (422, 0)
    client.post(address, {"accept": "1", "accept-agreement": agreement.pk, "accept-reason": "two months"})
    assert Payment.objects.get().amount == 2400
    note = MemberNote.objects.get()
    assert (note.by, note.text.endswith("from the bank statement: two months")) == (manager, True)
    client.post(f"{DESK}/statements/lines/{other.pk}/", {"refuse": "1", "refuse-reason": "book sale"})
    other.refresh_from_db()
    assert (other.state, other.reason, other.decided_by) == ("refused", "book sale", manager)
    assert b"None." in client.get(f"{DESK}/statements/to-decide/").content


def test_a_wrong_booking_is_moved_with_a_reason_that_stands_on_both_members(client: Client, manager: User) -> None:
    account = bank()
    wrong, right = by_bank(account, "Ana"), by_bank(account, "Anna")
    bring(account, row(wrong.object_id))
    address = f"{DESK}/statements/lines/{StatementLine.objects.get().pk}/"
    without = client.post(address, {"move": "1", "move-code": right.object_id})
    assert (without.status_code, MemberNote.objects.count()) == (422, 0)
    same = client.post(address, {"move": "1", "move-code": wrong.object_id, "move-reason": "double-click"})
    assert (same.status_code, MemberNote.objects.count()) == (302, 0)
    for _again in range(2):
        answer = client.post(address, {"move": "1", "move-code": right.object_id, "move-reason": "she phoned"})
        assert answer.url == address
    assert list(MemberNote.objects.order_by("pk").values_list("member__pseudonym", "by")) == [
        ("Ana", manager.pk),
        ("Anna", manager.pk),
    ]
    page = client.get(address).content.decode()
    assert wrong.object_id in page
    assert "she phoned" in page
    assert ledger.verify() == []


def test_a_code_that_is_typed_is_found_and_a_wrong_one_told(client: Client, manager: User) -> None:
    account = bank()
    agreement = by_bank(account)
    bring(account, row("for the newsroom"))
    address = f"{DESK}/statements/lines/{StatementLine.objects.get().pk}/"
    wrong = client.post(address, {"accept": "1", "accept-code": "SF-222-223", "accept-reason": "phoned"})
    assert (wrong.status_code, b"has the code SF-222-223" in wrong.content) == (422, True)
    client.post(address, {"accept": "1", "accept-code": agreement.object_id.lower(), "accept-reason": "phoned"})
    assert Payment.objects.get().agreement == agreement


def test_names_come_from_members() -> None:
    pledge = factories.pledge(factories.member(pseudonym="Ana K"))
    assert names_of([pledge.reference, "pledge:999", "gift:x", "other:1"]) == {pledge.reference: ("Ana K",)}


def by_hand(client: Client, member: Any, **given: Any) -> Any:
    tier = factories.tier()
    account = ProviderAccount.objects.filter(provider="by_hand").first() or factories.account("by_hand")
    values = {
        "key": str(uuid4()), "account": account.pk, "kind": "cash", "amount": "12", "currency": "GEL",
        "paid_on": timezone.localdate(), "tier": tier.pk, "interval": "month", "note": "in an envelope",
    } | given  # fmt: skip
    return client.post(f"{DESK}/members/{member.pk}/by-hand/", values)


def test_cash_makes_a_member_once_however_often_the_form_is_sent(client: Client, manager: User) -> None:
    member, key = factories.member(), str(uuid4())
    for _again in range(2):
        assert by_hand(client, member, key=key).status_code == 302
    pledge = Pledge.objects.get()
    assert (pledge.state, pledge.amount, pledge.member) == ("active", 1200, member)
    assert (Payment.objects.get().amount, HandEntry.objects.get().by) == (1200, manager)
    assert "Recorded 12.00 GEL by hand (cash" in MemberNote.objects.get().text
    assert by_hand(client, member).status_code == 302
    assert (Pledge.objects.count(), Payment.objects.count()) == (1, 2)
    assert ledger.verify() == []


def test_cash_from_somebody_who_pays_by_card_leaves_the_card_alone(client: Client, manager: User) -> None:
    member = factories.member()
    card = factories.pledge(member, agreement=factories.agreement(factories.account(), state="active"))
    by_hand(client, member, interval="once")
    card.refresh_from_db()
    assert (card.agreement.account.provider, Pledge.objects.count()) == ("plain", 2)


def test_what_was_wrong_is_taken_back_by_a_counter_booking(client: Client, manager: User) -> None:
    by_hand(client, factories.member())
    payment = Payment.objects.get()
    refund_payment(payment=payment, amount=payment.money, reason="written twice", by=manager)
    payment.refresh_from_db()
    assert (payment.refunded, HandEntry.objects.count()) == (1200, 2)
    assert list(HandEntry.objects.order_by("pk").values_list("amount", flat=True)) == [1200, -1200]
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"amount": "-1"}, b"above zero"),
        ({"amount": "1.2345"}, b"more decimal places"),
        ({"amount": "1.234"}, b"could be 1234 or 1.23"),
        ({"currency": "USD"}, b"Recorded here: GEL, EUR"),
        ({"paid_on": "2999-01-01"}, b"yet to come"),
        ({"note": ""}, b"required"),
    ],
)
def test_what_cannot_be_recorded_is_told_and_leaves_nothing(
    client: Client, manager: User, given: dict[str, str], sentence: bytes
) -> None:
    answer = by_hand(client, factories.member(), **given)
    assert (answer.status_code, sentence in answer.content) == (422, True)
    assert (Pledge.objects.count(), HandEntry.objects.count(), Payment.objects.count()) == (0, 0, 0)
