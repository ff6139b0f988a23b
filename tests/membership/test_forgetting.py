"""Whoever is forgotten is nowhere any more: every column of every table of the database is searched for them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests import factories as newsroom
from tests.membership.test_readers_account import sign_in
from tests.money import factories
from tests.money.plain import PlainProvider
from tests.payments.bank.statements import bank, bring, by_bank, row
from wagtail.log_actions import log

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.importers.models import Adoption, ArchivedComment, ImportedObject, MemberImport
from standfirst.membership.actions.give_membership import give_membership
from standfirst.membership.actions.merge_members import merge_members
from standfirst.membership.flows.own_data import own_data
from standfirst.membership.models import Gift, Member, MemberNote, Pledge, SentMail
from standfirst.membership.statements.by_hand import record_gift_of_money
from standfirst.payments import ledger
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.actions.process_event import process
from standfirst.payments.actions.refund_payment import refund_payment
from standfirst.payments.models import Difference, Payment, StatementLine, WebhookEvent
from standfirst.payments.providers.bank.booking import accept, refuse
from standfirst.payments.providers.bank.moving import move
from standfirst.payments.providers.interface import Interval

pytestmark = pytest.mark.django_db
EMAIL, OTHER_EMAIL = "zaza.marker@readers.example", "second.marker@readers.example"
NAME, IBAN, CARD = "Zaza Markerashvili", "GE00MARKER0000077", "Visa •••• 7077"
MARKERS = ("marker@", "markerashvili", "gemarker", "ge00marker", "• 7077", "cus_marker", "tok_marker", "203.0.113.77")


def places(*words: str) -> set[str]:
    """The columns of the database that hold one of `words`, asked of the database itself and not of the models."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            names = [column[0] for column in cursor.description]
            for values in cursor.fetchall():
                found |= {f"{table}.{name}" for name, value in zip(names, values, strict=True) if _speaks(value, words)}
    for session in Session.objects.all():
        if _speaks(json.dumps(session.get_decoded(), default=str), words):
            found.add("django_session.session_data")
    return found


def _speaks(value: Any, words: tuple[str, ...]) -> bool:
    is_bytes = isinstance(value, bytes | memoryview)
    text = bytes(value).decode("utf-8", "replace") if is_bytes else str(value)
    return any(word in text.lower() for word in words)


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture
def staff() -> User:
    return newsroom.staff(Role.MEMBERSHIP_MANAGER)


@pytest.fixture
def person(plain: PlainProvider, staff: User, client: Client) -> Member:
    """A member of whom every table that may know a person knows something, by what happened to them."""
    member = factories.member(EMAIL, pseudonym=NAME, source=f"letter:{EMAIL}")
    signed_in = Client(REMOTE_ADDR="203.0.113.77", headers={"user-agent": f"Phone of {NAME}"})
    sign_in(signed_in, EMAIL)
    signed_in.get("/account/sessions/")
    Client().post("/account/sign-in/", {"email": EMAIL})  # and never typed the code
    _pays_by_card(member, staff)
    _pays_by_bank(member, staff)
    _pays_by_hand(member, staff)
    _gives(member, staff)
    merge_members(keep=member, other=factories.member(OTHER_EMAIL), reason=f"{NAME} said so", by=staff)
    MemberNote.objects.create(member=member, by=staff, text=f"{NAME} likes long stories")
    SentMail.objects.filter(member=member).update(failure=f"SMTPRecipientsRefused: {EMAIL}")
    for row_of in (member.user, member):
        log(instance=row_of, action="wagtail.edit", user=staff, data={"email": EMAIL})
    _was_imported(member)
    return member


def _pays_by_card(member: Member, staff: User) -> None:
    account = factories.account()
    pledge = factories.pledge(member, state=Pledge.State.ENDED)
    agreement = factories.agreement(
        account, reference=pledge.reference, customer_id="cus_marker", instrument=CARD, state="ended", object_id="sub_1"
    )
    agreement.keep_token("tok_marker")
    agreement.save()
    Pledge.objects.filter(pk=pledge.pk).update(agreement=agreement)
    factories.payment(agreement)
    body = json.dumps({"id": "sub_1", "customer_email": EMAIL.upper()}).encode()
    WebhookEvent.objects.create(
        account=account, event_id="e1", kind="paid", body=body, object_ids=["sub_1", "cus_marker"], state="done"
    )
    Difference.objects.create(
        agreement=agreement, key="d1", kind="missing", sentence="-", closed_at=timezone.now(), reason=f"{NAME} knows"
    )


def _pays_by_bank(member: Member, staff: User) -> None:
    agreement = by_bank(bank())
    Pledge.objects.filter(pk=agreement.reference.partition(":")[2]).update(member=member)
    said: dict[str, Any] = {"payer": NAME, "iban": IBAN}
    account = agreement.account
    other = by_bank(account)
    bring(account, row(f"{agreement.object_id} from {NAME}", **said), row(f"order of {NAME}", amount="24,00", **said))
    accept(line=StatementLine.objects.latest("pk"), agreement=agreement, reason=f"{NAME} phoned", by=staff)
    bring(account, row(f"a book for {NAME}", amount="7,00", **said), row(f"a mug, {NAME}", amount="8,00", **said))
    refuse(line=StatementLine.objects.get(amount=700), reason=f"{NAME} bought a book", by=staff)
    bring(account, row("by mistake", amount="13,00", own_id="77", **said))
    line = StatementLine.objects.latest("pk")
    accept(line=line, agreement=other, reason=f"not {NAME}", by=staff)
    move(line=line, agreement=agreement, reason=f"it was {NAME}", by=staff)


def _pays_by_hand(member: Member, staff: User) -> None:
    entry = record_gift_of_money(
        member=member, account=factories.account("by_hand"), kind="cash", money=factories.agreement().money,
        paid_on=timezone.localdate(), tier=factories.tier(), interval="once", note=f"envelope of {NAME}", key=uuid4(),
        by=staff,
    )  # fmt: skip
    payment = Payment.objects.get(provider_id=entry.payment_id)
    refund_payment(payment=payment, amount=payment.money, reason=f"{NAME} changed her mind", by=staff)
    give_membership(member=member, tier=factories.tier(), months=3, reason=f"{NAME} helped us", by=staff)


def _gives(member: Member, staff: User) -> None:
    words = {"tier": factories.tier(), "amount": 1200, "currency": "GEL", "message": f"from {NAME}"}
    Gift.objects.create(giver=member, giver_email=EMAIL, giver_name=NAME, recipient_email="a@readers.example", **words)
    Gift.objects.create(giver_name="Lia", recipient_email=EMAIL.title(), recipient_name=NAME, **words)


def _was_imported(member: Member) -> None:
    run = MemberImport.objects.create(file_name="ghost.csv", problems=[[7, f"{EMAIL} is twice in the list"]])
    Adoption.objects.create(
        account=factories.account(), object_id="cus_marker2", member=member, tier=factories.tier(), run=run, line=3,
        why=f"{NAME} has none",
    )  # fmt: skip
    story = ImportedObject.objects.create(site="old", kind="post", old_id="1")
    ArchivedComment.objects.create(
        story=story, old_id="1", author=NAME, email=EMAIL, text="I agree.", state="approved", kind="comment"
    )


def test_the_search_finds_the_person_wherever_something_is_kept(person: Member) -> None:
    assert {place.partition(".")[0] for place in places(*MARKERS)} >= {
        "account_emailaddress", "accounts_user", "django_session", "importers_adoption", "importers_archivedcomment",
        "importers_memberimport", "membership_gift", "membership_member", "membership_membernote",
        "membership_pledgeevent", "membership_sentmail", "payments_agreement", "payments_difference",
        "payments_handentry", "payments_refund", "payments_statementline", "payments_statementmove",
        "payments_webhookevent", "usersessions_usersession", "wagtailcore_modellogentry",
    }  # fmt: skip


def test_a_manager_forgets_a_person_and_nothing_is_left_but_the_money(
    person: Member, client: Client, staff: User
) -> None:
    stays = list(Payment.objects.order_by("pk").values_list("amount", "currency", "at", "state", "refunded"))
    lines = list(StatementLine.objects.order_by("pk").values_list("own_id", "amount", "booked_on"))
    client.force_login(staff)
    address = f"/desk/membership/members/{person.pk}/erase/"
    assert client.post(address, {"reason": "asked"}).status_code == 422
    assert Member.objects.get(pk=person.pk).user is not None
    assert client.post(address, {"reason": "asked", "sure": "on"}).status_code == 302
    assert places(*MARKERS) == set()
    assert list(Payment.objects.order_by("pk").values_list("amount", "currency", "at", "state", "refunded")) == stays
    assert list(StatementLine.objects.order_by("pk").values_list("own_id", "amount", "booked_on")) == lines
    assert ledger.verify() == []
    note = MemberNote.objects.get(member=person)
    assert (note.by, note.text) == (staff, "Erased: the member asked for it")
    assert client.get(address).status_code == 404
    assert client.get(f"/desk/membership/members/{person.pk}/").status_code == 200


def test_only_managers_may(person: Member, client: Client) -> None:
    client.force_login(newsroom.staff(Role.EDITOR))
    address = f"/desk/membership/members/{person.pk}/erase/"
    assert client.post(address, {"reason": "asked", "sure": "on"}).status_code in {302, 403}
    assert Member.objects.get(pk=person.pk).email == EMAIL


def test_others_keep_what_is_theirs(person: Member, client: Client, staff: User) -> None:
    neighbour = by_bank(StatementLine.objects.earliest("pk").account)
    bring(neighbour.account, row(neighbour.object_id, payer="Lia Neighbour", iban="GE55", own_id="n1"))
    client.force_login(staff)
    client.post(f"/desk/membership/members/{person.pk}/erase/", {"reason": "asked", "sure": "on"})
    kept = StatementLine.objects.get(payer_account="GE55")
    assert (kept.payer_name, kept.agreement) == ("Lia Neighbour", neighbour)
    assert Gift.objects.filter(recipient_email="a@readers.example").exists()
    assert ArchivedComment.objects.get().text == "I agree."


def test_what_a_provider_says_afterwards_is_not_kept(person: Member, plain: PlainProvider, client: Client) -> None:
    client.force_login(newsroom.staff(Role.MEMBERSHIP_MANAGER))
    client.post(f"/desk/membership/members/{person.pk}/erase/", {"reason": "asked", "sure": "on"})
    by_transfer = StatementLine.objects.exclude(agreement=None).earliest("pk").agreement
    assert by_transfer is not None
    refresh(by_transfer)
    event = WebhookEvent.objects.create(
        account=by_transfer.account, event_id="late", kind="customer.updated", body=EMAIL.encode(),
        object_ids=[by_transfer.object_id],
    )  # fmt: skip
    assert process(event.pk)
    assert places(*MARKERS) == set()


def test_the_same_statement_again_brings_nothing_back(person: Member, client: Client, staff: User) -> None:
    line = StatementLine.objects.get(own_id__startswith="id:77:")
    client.force_login(staff)
    client.post(f"/desk/membership/members/{person.pk}/erase/", {"reason": "law", "sure": "on"})
    again = bring(line.account, row("by mistake", amount="13,00", own_id="77", payer=NAME, iban=IBAN))
    assert (again.lines_known, places(*MARKERS)) == (1, set())


def test_the_download_holds_whatever_a_person_may_ask_for(person: Member) -> None:
    data = own_data(person)
    said = json.dumps(data, ensure_ascii=False)
    for marker in (
        EMAIL, OTHER_EMAIL, NAME, IBAN, CARD, "203.0.113.77", f"Phone of {NAME}", f"envelope of {NAME}",
        f"{NAME} phoned", f"{NAME} changed her mind", f"{NAME} likes long stories", f"from {NAME}",
        f"{NAME} helped us",
    ):  # fmt: skip
        assert marker in said, marker
    assert (
        len(data["payments"])
        == Payment.objects.exclude(state="withdrawn")
        .filter(agreement__reference__in=[pledge.reference for pledge in person.pledges.all()])
        .count()
    )
    assert EmailAddress.objects.filter(email=OTHER_EMAIL).exists()
    assert data["bank_transfers"][0]["day"] < (timezone.localdate() + timedelta(days=1)).isoformat()
    assert {one["interval"] for one in data["memberships"]} <= set(Interval)
