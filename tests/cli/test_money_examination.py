"""The doctor of money, and `standfirst ledger verify`."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from standfirst.cli.commands import ledger as command
from standfirst.cli.examination import money
from standfirst.cli.examination.finding import Grade
from standfirst.cli.home import Home, find
from standfirst.membership.models import SentMail
from standfirst.payments.models import Difference, Payment, ProviderAccount, WebhookEvent
from tests.money import factories
from tests.money.conftest import plain
from tests.money.plain import PlainProvider

__all__ = ["plain"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def home(bare_home: Path) -> Home:
    return find(bare_home)


def test_a_newsroom_without_accounts_has_nothing_to_say_of_them(home: Home) -> None:
    assert list(money.check_payment_accounts(home)) == []
    assert list(money.check_messages(home)) == []


def test_an_account_whose_secrets_cannot_be_unsealed_is_a_problem(home: Home, plain: PlainProvider) -> None:
    factories.account(label="Sound")
    broken = factories.account(label="Broken")
    ProviderAccount.objects.filter(pk=broken.pk).update(sealed="gAAAAABsealed with another key")
    bad, good = money.check_payment_accounts(home)
    assert (bad.grade, bad.subject) == (Grade.PROBLEM, "payments, Broken")
    assert "sealed with another secret key" in bad.found
    assert "enter the account's secrets again" in bad.remedy
    assert (good.grade, good.found) == (Grade.GOOD, "the secrets of Sound can be read")


def test_an_account_of_a_provider_that_is_not_there_is_a_problem(home: Home) -> None:
    factories.account("gone", label="Gone")
    (found,) = money.check_payment_accounts(home)
    assert (found.grade, found.subject) == (Grade.PROBLEM, "payments, Gone")
    assert "no payment provider 'gone'" in found.found


def test_a_ledger_that_could_be_changed_is_a_problem(home: Home) -> None:
    assert [found.grade for found in money.check_ledger_guard(home)] == [Grade.GOOD]
    name = "payments_ledgerentry_no_update"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (" ON payments_ledgerentry" if connection.vendor != "sqlite" else ""))
    (found,) = money.check_ledger_guard(home)
    assert (found.grade, name in found.found) == (Grade.PROBLEM, True)


def test_messages_that_were_given_up_and_open_differences_are_said(home: Home, plain: PlainProvider) -> None:
    agreement = factories.agreement()
    WebhookEvent.objects.create(
        account=agreement.account, event_id="e", kind="paid", body=b"", state="dead", failure="this key has no rights"
    )
    Difference.objects.create(agreement=agreement, key="1:state", kind="state", sentence="It ended and goes on.")
    dead, open_ones = money.check_messages(home)
    assert (dead.grade, dead.found) == (Grade.PROBLEM, "1 messages were given up, the last one: this key has no rights")
    assert (open_ones.grade, open_ones.found) == (Grade.NOTE, "1 differences with a provider are open")


def test_mails_to_members_that_were_given_up_are_said_for_a_week(home: Home) -> None:
    given = {"kind": "receipt", "email": "nino@readers.example", "language": "en", "state": SentMail.State.FAILED}
    old = timezone.now() - timedelta(days=8)
    SentMail.objects.create(key="old", failure="long ago", made_at=old, **given)
    assert list(money.check_member_mails(home)) == []
    SentMail.objects.create(key="new", failure="SMTPException: mailbox full", **given)
    (found,) = money.check_member_mails(home)
    assert found.grade == Grade.PROBLEM
    assert found.found == "1 were not sent, the last one: SMTPException: mailbox full"


@pytest.fixture
def verify(home: Home, monkeypatch: pytest.MonkeyPatch) -> argparse.Namespace:
    """The options of `standfirst ledger verify`, in this process and on the tests' own database."""
    monkeypatch.setattr(command, "start_django", lambda _home: None)
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(["verify", "--home", str(home.path)])


def test_a_ledger_that_balances_ends_well(
    verify: argparse.Namespace, plain: PlainProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    factories.payment(fee=30)
    assert command.run(verify) == 0
    assert capsys.readouterr().out == "ok    GEL: 1 transactions, 11.70 GEL at providers\n\nThe ledger balances.\n"


def test_a_ledger_that_does_not_ends_with_status_1_and_says_which_payment(
    verify: argparse.Namespace, plain: PlainProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    made = factories.payment()
    Payment.objects.update(refunded=200)
    assert command.run(verify) == 1
    said = capsys.readouterr().out
    assert f"BAD   payment {made.pk} is settled; its books show provider 1200, income -1200, not" in said
    assert said.endswith("\n1 fault.\n")
