"""The membership desk: who may enter, and what staff do there."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories
from tests.money import factories as money
from tests.money.plain import PlainProvider

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.kit.money import Money
from standfirst.membership.actions import merge_members as merging
from standfirst.membership.actions.merge_members import CannotMerge, merge_members
from standfirst.membership.models import Member, MembershipTerms, Pledge, Price, Tier
from standfirst.payments.models import Payment, ProviderAccount, Refund
from standfirst.payments.providers.interface import AgreementState, NotReached, PaymentFact, PaymentState, Snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return factories.staff(Role.MEMBERSHIP_MANAGER)


@pytest.fixture
def desk(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"membership_desk:{name}", args=args)


def paid(plain: PlainProvider, member: Member, amount: int = 1200) -> Payment:
    """A payment of a pledge of `member`, known to the provider too."""
    agreement = money.agreement(object_id="plain-1", mandate_id="m-1", state="active", amount=amount)
    pledge = money.pledge(member, agreement=agreement, amount=amount)
    agreement.reference = pledge.reference
    agreement.save()
    payment = money.payment(agreement, provider_id="pay-1")
    fact = PaymentFact("pay-1", Money(amount, "GEL"), PaymentState.SETTLED, payment.at)
    plain.objects["plain-1"] = Snapshot(
        "plain-1", AgreementState.ACTIVE, (fact,), mandate_id="m-1", amount=Money(amount, "GEL")
    )
    return payment


def addresses(member: Member, payment: Payment, tier: Tier) -> list[str]:
    return [
        url("members"),
        url("member", member.pk),
        url("note", member.pk),
        url("give", member.pk),
        url("merge", member.pk),
        url("refund", payment.number),
        url("tiers"),
        url("add_tier"),
        url("tier", tier.pk),
        url("accounts"),
        url("account", payment.account_id),
        url("terms"),
    ]


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.PUBLISHER, Role.PICTURE_EDITOR])
def test_nobody_but_managers_enters(plain: PlainProvider, role: Role, settings: object) -> None:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]
    member = money.member()
    all_of_them = addresses(member, paid(plain, member), Pledge.objects.get().tier)
    other = Client()
    other.force_login(factories.staff(role))
    reader = Client()
    reader.force_login(member.user)
    for address in all_of_them:  # Wagtail leads who may not see a page to the first one
        for answer in (other.get(address), other.post(address)):
            assert (answer.status_code, answer["Location"]) == (302, "/desk/"), address
        for answer in (reader.get(address), reader.post(address), Client().get(address)):
            assert answer.status_code in {302, 403}, address
    assert not Refund.objects.exists()
    assert not member.notes.exists()


def test_every_page_of_the_desk_answers(plain: PlainProvider, desk: Client) -> None:
    member = money.member()
    for address in addresses(member, paid(plain, member), Pledge.objects.get().tier):
        assert desk.get(address).status_code == 200, address


def test_members_are_found_by_whatever_a_letter_names(plain: PlainProvider, desk: Client) -> None:
    member = money.member("ana@readers.example", pseudonym="Ана К")
    money.member("boris@readers.example")
    payment = paid(plain, member)
    known = ["ana@", "АНА", "ана", "plain-1", "m-1", "pay-1", str(member.number), str(payment.number)]
    for text in [*known, str(Pledge.objects.get().number)]:
        found = desk.get(url("members"), {"q": text}).content.decode()
        assert url("member", member.pk) in found, text
        assert "boris@" not in found, text
    assert "0 members" in desk.get(url("members"), {"q": "nobody"}).content.decode()


def test_the_list_is_narrowed(desk: Client) -> None:
    yearly = money.pledge(interval=Price.Interval.YEAR).member
    ended = money.pledge(state=Pledge.State.ENDED).member
    without = money.member()

    def found(**given: str) -> set[int]:
        page = desk.get(url("members"), given).context["members"]
        return {member.pk for member, _pledges, _came_by in page}

    assert found() == {yearly.pk, ended.pk, without.pk}
    assert found(state="counting") == {yearly.pk}
    assert found(state="ended") == {ended.pk}
    assert found(state="none") == {without.pk}
    assert found(interval="year") == {yearly.pk}
    assert found(currency="eur") == set()
    assert found(joined="2001-01") == set()


def test_the_file_of_members_holds_no_formula(desk: Client) -> None:
    money.pledge(money.member("ana@readers.example", pseudonym="=HYPERLINK(1)"))
    answer = desk.get(url("members"), {"format": "csv"})
    text = b"".join(answer).decode()
    assert "'=HYPERLINK(1)" in text
    assert ",12.00,GEL,month" in text
    assert "no-store" in answer["Cache-Control"]


def test_a_payment_is_given_back_with_a_reason(plain: PlainProvider, desk: Client, manager: User) -> None:
    member = money.member()
    payment = paid(plain, member)
    answer = desk.post(url("refund", payment.number), {"amount": "5", "reason": ""})
    assert answer.status_code == 422
    assert "refund" not in plain.calls
    assert desk.post(url("refund", payment.number), {"amount": "12.01", "reason": "sorry"}).status_code == 422
    assert "refund" not in plain.calls
    answer = desk.post(url("refund", payment.number), {"amount": "5", "reason": "paid by mistake"})
    assert answer.status_code == 302
    payment.refresh_from_db()
    assert payment.refunded == 500
    note = member.notes.get()
    assert note.by == manager
    assert "5.00 GEL" in note.text
    assert "paid by mistake" in note.text
    assert "paid by mistake" in desk.get(url("member", member.pk)).content.decode()


def test_a_refund_that_is_on_its_way_is_said_to_be(plain: PlainProvider, desk: Client) -> None:
    member = money.member()
    payment = paid(plain, member)
    plain.fails = [NotReached("no answer")]
    answer = desk.post(url("refund", payment.number), {"amount": "12", "reason": "sorry"})
    assert answer.status_code == 422
    assert "do not ask for it a second time" in answer.content.decode()
    assert Refund.objects.get().state == Refund.State.ASKED
    assert "Asked to give" in member.notes.get().text
    assert desk.post(url("refund", payment.number), {"amount": "12", "reason": "again"}).status_code == 422
    assert Refund.objects.count() == 1


def test_a_membership_is_given(desk: Client, manager: User) -> None:
    member, tier = money.member(), money.tier()
    assert desk.post(url("give", member.pk), {"tier": tier.pk, "months": 3, "reason": " "}).status_code == 422
    assert not Pledge.objects.exists()
    answer = desk.post(url("give", member.pk), {"tier": tier.pk, "months": 3, "reason": "won a quiz"})
    assert answer.status_code == 302
    pledge = Pledge.objects.get()
    assert (pledge.state, pledge.amount, pledge.member) == (Pledge.State.ACTIVE, 0, member)
    assert 85 <= (pledge.ends_at - pledge.began_at).days <= 92
    assert "won a quiz" in pledge.events.get().why
    assert pledge.events.get().by == manager
    assert "won a quiz" in member.notes.get().text


def test_duplicates_become_one(plain: PlainProvider, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    revoked: set[str] = set()
    monkeypatch.setattr(merging, "revoke_access", lambda *, subject: revoked.add(subject))
    keep, other = money.member("ana@readers.example"), money.member("ana@work.example", pseudonym="Ana")
    payment = paid(plain, other)
    number = other.number
    sums = list(Payment.objects.values_list("amount", "state"))
    answer = desk.post(url("merge", keep.pk), {"other": "ANA@work.example", "reason": "she wrote to us"})
    assert answer.status_code == 302
    keep.refresh_from_db()
    assert [pledge.member for pledge in Pledge.objects.all()] == [keep]
    assert keep.pseudonym == "Ana"
    assert not Member.objects.filter(number=number).exists()
    assert not User.objects.filter(email="ana@work.example").exists()
    assert keep.user.emailaddress_set.filter(email="ana@work.example").exists()
    assert "she wrote to us" in keep.notes.get().text
    assert list(Payment.objects.values_list("amount", "state")) == sums
    assert url("refund", payment.number) in desk.get(url("member", keep.pk)).content.decode()
    assert revoked >= {number.hex, keep.number.hex}


def test_staff_are_never_merged_away(manager: User) -> None:
    keep = money.member()
    other = Member.objects.create(user=manager)
    with pytest.raises(CannotMerge, match="belongs to somebody of the newsroom"):
        merge_members(keep=keep, other=other, reason="same person", by=manager)
    with pytest.raises(CannotMerge, match="two different"):
        merge_members(keep=keep, other=keep, reason="same person", by=manager)
    assert Member.objects.count() == 2


def test_a_tier_is_written_with_its_prices(desk: Client) -> None:
    data = {
        "name": "Friend", "slug": "friend", "rank": 1, "position": 0, "is_open": "on",
        "texts-TOTAL_FORMS": 1, "texts-INITIAL_FORMS": 0, "texts-0-language": "en", "texts-0-name": "Friend",
        "texts-0-lines": "A letter each week\n\nOur thanks", "texts-0-summary": "", "texts-0-thanks": "",
        "prices-TOTAL_FORMS": 1, "prices-INITIAL_FORMS": 0, "prices-0-currency": "gel", "prices-0-interval": "month",
        "prices-0-price": "12.50", "prices-0-least": "0", "prices-0-suggestions": "6; 12.5, 24",
        "prices-0-is_open": "on",
    }  # fmt: skip
    assert desk.post(url("add_tier"), data | {"prices-0-price": "12.505"}).status_code == 422
    assert not Tier.objects.exists()
    assert desk.post(url("add_tier"), data | {"prices-0-least": "13"}).status_code == 422
    assert desk.post(url("add_tier"), data).status_code == 302
    price = Price.objects.get()
    assert (price.amount, price.minimum, price.suggested, price.currency) == (1250, 0, [600, 1250, 2400], "GEL")
    assert price.tier.texts.get().benefits == ["A letter each week", "Our thanks"]


def test_secrets_are_kept_sealed_and_never_shown(
    plain: PlainProvider, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django import forms

    class Settings(forms.Form):
        secret_fields = ("signing",)
        shop = forms.CharField()
        signing = forms.CharField()

    monkeypatch.setattr(plain, "settings_form", lambda: Settings)
    account = money.account()
    page = desk.get(url("account", account.pk)).content.decode()
    assert "not shown" in page
    assert 'value="secret"' not in page
    data = {"label": "Card", "taken": "gel eur", "position": 0, "is_open": "on", "own-shop": "12", "own-signing": ""}
    assert desk.post(url("account", account.pk), data | {"taken": "XYZ1"}).status_code == 422
    assert desk.post(url("account", account.pk), data).status_code == 302
    account = ProviderAccount.objects.get()
    assert (account.secrets, account.settings, account.currencies) == (
        {"signing": "secret"},
        {"shop": "12"},
        ["GEL", "EUR"],
    )
    desk.post(url("account", account.pk), data | {"own-signing": "another-secret"})
    account = ProviderAccount.objects.get()
    assert account.secrets == {"signing": "another-secret"}
    assert "another-secret" not in account.sealed + json.dumps(account.settings)
    page = desk.get(url("account", account.pk)).content.decode()
    assert "another-secret" not in page


def test_the_connection_is_tested(plain: PlainProvider, desk: Client) -> None:
    account = money.account()
    answer = desk.post(url("check_account", account.pk), follow=True)
    assert "It works." in answer.content.decode()
    plain.fails = [NotReached("no answer")]
    answer = desk.post(url("check_account", account.pk), follow=True)
    assert "does not work: no answer" in answer.content.decode()
    assert desk.get(url("check_account", account.pk)).status_code == 405


def test_the_sandbox_is_offered_only_where_nothing_is_real(desk: Client, settings: object) -> None:
    assert desk.get(url("add_account", "sandbox")).status_code == 200
    assert url("add_account", "sandbox") in desk.get(url("accounts")).content.decode()
    settings.PAYMENT_FAKES = False  # type: ignore[attr-defined]
    assert desk.get(url("add_account", "sandbox")).status_code == 404
    page = desk.get(url("accounts")).content.decode()
    assert url("add_account", "sandbox") not in page
    assert url("add_account", "stripe") in page


@pytest.mark.parametrize("provider", ["stripe", "flitt", "bank", "by_hand"])
def test_the_form_of_every_provider_shows(desk: Client, provider: str) -> None:
    assert desk.get(url("add_account", provider)).status_code == 200
    assert desk.get(url("add_account", "nobody")).status_code == 404


def test_the_terms_are_kept(desk: Client) -> None:
    data = {"goal": 500, "home_currency": "gel", "grace_days": 14, "notice_days": 7, "retries": "2, 5"}
    data |= {"currencies_en": "EUR, USD"}
    for wrong in ({"retries": "5, 2"}, {"retries": "x"}, {"home_currency": "ZZZ"}, {"currencies_en": "NO1"}):
        assert desk.post(url("terms"), data | wrong).status_code == 422, wrong
    assert not MembershipTerms.objects.exists()
    assert desk.post(url("terms"), data).status_code == 302
    terms = MembershipTerms.current()
    assert (terms.goal, terms.home_currency, terms.retries) == (500, "GEL", (2, 5))
    assert terms.currencies_of("en") == ["EUR", "USD"]
    assert terms.currencies_of("ru") == ["GEL"]
