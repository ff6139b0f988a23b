"""What members are told of their pledges, in their own language: before a payment, and of a change."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from tests.money import factories
from tests.money.plain import PlainProvider
from tests.payments.bank.statements import IBAN, bank, by_bank

from standfirst.kit.money import Money
from standfirst.kit.sealing import unseal
from standfirst.membership.actions.change_pledge import change_pledge
from standfirst.membership.hearing import hear_of_pledge
from standfirst.membership.mail_text import write
from standfirst.membership.models import Member, Pledge, PledgeNotice, SentMail
from standfirst.membership.telling import tell_of_renewal
from standfirst.payments.news import News
from standfirst.payments.providers.interface import AgreementState, Snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain")]
DAY = datetime(2026, 5, 1, 12, tzinfo=UTC)


def said(mail: SentMail) -> str:
    return write(mail.kind, mail.language, {"newsroom": "Ridgeline", **json.loads(unseal(mail.sealed))}).text


def notice_of(pledge: Pledge) -> SentMail:
    notice = PledgeNotice.objects.create(pledge=pledge, kind="notice", about=DAY.date(), step=0, at=DAY)
    tell_of_renewal(pledge, notice, DAY)
    return SentMail.objects.get()


def test_before_a_yearly_charge_the_member_is_told_what_will_be_collected() -> None:
    agreement = factories.agreement(instrument="Visa 4242", interval="year")
    pledge = factories.pledge(factories.member(language="ru"), agreement=agreement, interval="year", amount=12000)
    mail = notice_of(pledge)
    assert mail.kind == "renewal_notice"
    assert "1 мая 2026" in said(mail)
    assert "будет списано 120" in said(mail)
    assert "Visa 4242" in said(mail)


@pytest.mark.parametrize(("interval", "words"), [("month", "в месяц"), ("year", "в год")])
def test_who_transfers_the_money_is_told_where_to_and_that_nothing_is_collected(interval: str, words: str) -> None:
    agreement = factories.agreement(
        factories.account("bank"), interval=interval, lines=[["IBAN", "GE29"], ["Code", "SF-1"]]
    )
    pledge = factories.pledge(factories.member(language="ru"), agreement=agreement, interval=interval)
    mail = notice_of(pledge)
    assert mail.kind == "transfer_notice"
    assert words in said(mail)
    assert "IBAN: GE29\nCode: SF-1" in said(mail)
    assert "сами мы ничего не списываем" in said(mail)
    assert "будет списано" not in said(mail)


def changed_pledge(plain: PlainProvider) -> Pledge:
    agreement = factories.agreement(object_id="plain-1", mandate_id="m-1", state="active")
    plain.objects["plain-1"] = Snapshot("plain-1", AgreementState.ACTIVE, mandate_id="m-1", amount=agreement.money)
    ends = timezone.now() + timedelta(days=10)
    return factories.pledge(factories.member(language="ka"), agreement=agreement, period_end=ends)


def test_a_change_is_told_with_the_day_from_which_it_holds(plain: PlainProvider) -> None:
    pledge = changed_pledge(plain)
    change_pledge(pledge=pledge, tier=pledge.tier, amount=2400, interval="month", by=None)
    mail = SentMail.objects.get()
    words = json.loads(unseal(mail.sealed))
    assert (mail.kind, mail.language) == ("changed", "ka")
    assert words["amount"] == Money(1200, "GEL").format("ka")
    assert words["next_amount"] == Money(2400, "GEL").format("ka")
    assert words["interval"] == "თვეში"
    assert words["tier"] == pledge.tier.name
    assert pledge.period_end is not None
    assert str(timezone.localtime(pledge.period_end).day) in words["date"]
    change_pledge(pledge=pledge, tier=pledge.tier, amount=1200, interval="month", by=None)
    change_pledge(pledge=pledge, tier=pledge.tier, amount=2400, interval="month", by=None)
    assert SentMail.objects.count() == 3  # each change is an event of its own


def test_other_terms_agreed_anew_are_told_once_and_another_card_is_not() -> None:
    old = factories.agreement(object_id="plain-1", mandate_id="m-1", state="active")
    pledge = factories.pledge(agreement=old, period_end=timezone.now() + timedelta(days=10))
    same = factories.agreement(old.account, reference=pledge.reference, state="active")
    hear_of_pledge(News(agreement=same, was="open", payments=()))
    assert not SentMail.objects.filter(kind="changed").exists()
    more = factories.agreement(old.account, reference=pledge.reference, state="active", amount=2400)
    hear_of_pledge(News(agreement=more, was="open", payments=()))
    hear_of_pledge(News(agreement=more, was="active", payments=()))
    mail = SentMail.objects.get(kind="changed")
    assert mail.key == f"pledge:{pledge.pk}:changed:agreement:{more.pk}"
    pledge.refresh_from_db()
    assert pledge.agreement == more


def test_who_transfers_the_money_is_told_the_new_amount_from_then_on() -> None:
    agreement = by_bank(bank())
    pledge = Pledge.objects.get()
    pledge.agreement, pledge.period_end = agreement, timezone.now() + timedelta(days=10)
    pledge.move_to(Pledge.State.ACTIVE, why="paid")
    assert ["Amount", "GEL\u00a012, each month (a standing order)"] in agreement.lines
    Member.objects.update(language="ru")
    change_pledge(pledge=pledge, tier=pledge.tier, amount=2400, interval="month", by=None)
    agreement.refresh_from_db()
    assert ["Сумма", "24\u00a0GEL, каждый месяц (регулярный перевод)"] in agreement.lines
    assert ["Номер счёта", IBAN] in agreement.lines
    assert agreement.object_id in dict(agreement.lines).values()
