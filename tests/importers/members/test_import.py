"""Lists of members come in once, bad rows are told by line, and subscriptions are taken on without a card."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.importers.members import command
from standfirst.importers.members.adopting import adopt_all
from standfirst.importers.members.bring_in import Import, bring_in, choose_tier, look_ahead
from standfirst.importers.members.reading import BadList, read_members
from standfirst.importers.models import Adoption, MemberImport
from standfirst.kit.money import Money
from standfirst.membership.models import Member, MemberNote, Pledge, SentMail, Tier
from standfirst.payments import ledger
from standfirst.payments.actions.apply_snapshot import refresh
from standfirst.payments.models import Agreement, Payment, ProviderAccount
from standfirst.payments.providers.interface import AgreementState, Interval, NotReached, Snapshot
from tests.money import factories
from tests.money.plain import PlainProvider

pytestmark = pytest.mark.django_db
CORPUS = Path(__file__).parents[4] / "shared/cases/ghost"
HEADER = "email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,labels"


def file_of(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *rows, "")).encode()


def bring(data: bytes, account: ProviderAccount | None = None, **columns: str) -> MemberImport:
    work = Import(read_members(data, columns), choose_tier(), account)
    return bring_in(work=work, file_name="members.csv")


@pytest.fixture
def tier() -> Tier:
    return factories.tier(slug="supporter", name="Supporter")


@pytest.fixture
def stripe(plain: PlainProvider, tier: Tier) -> ProviderAccount:
    return factories.account()


def subscription(plain: PlainProvider, name: str, **given: Any) -> None:
    """A subscription of 5 GEL a month that is paid at the provider."""
    plain.objects[name] = Snapshot(name, AgreementState.OPEN, amount=Money(500, "GEL"), interval=Interval.MONTH)
    plain.pay(name)
    plain.change(name, mandate_id=name, **given)


def test_a_member_comes_in_with_what_the_list_says(tier: Tier) -> None:
    run = bring(file_of('Ana@Readers.example,=Ana,"likes, walks",true,false,,2022-02-05T13:02:16.000Z,"a, b"'))
    member = Member.objects.get()
    assert (member.email, member.pseudonym, member.source) == ("ana@readers.example", "=Ana", "import")
    assert member.joined_at == datetime(2022, 2, 5, 13, 2, 16, tzinfo=UTC)
    assert set(MemberNote.objects.values_list("text", flat=True)) == {"likes, walks", "Labels: a, b"}
    assert not member.user.has_usable_password()
    assert not member.user.is_staff
    assert (run.counts["new"], Pledge.objects.count()) == (1, 0)


def test_twice_has_no_effect(tier: Tier, stripe: ProviderAccount, plain: PlainProvider) -> None:
    subscription(plain, "cus_1")
    data = file_of("a@x.example,A,note,true,false,cus_1,,", "b@x.example,B,,true,true,,,")
    tables = (User, Member, MemberNote, Pledge, Adoption, Agreement, Payment)
    bring(data, stripe)
    adopt_all(stripe.pk)
    before = [table.objects.count() for table in tables]
    again = bring(data, stripe)
    adopt_all(stripe.pk)
    assert [table.objects.count() for table in tables] == before == [2, 2, 1, 2, 1, 1, 1]
    assert (again.counts["new"], again.counts["known"], again.counts["comped"]) == (0, 2, 0)


def test_a_guest_becomes_a_pledge_without_money(tier: Tier) -> None:
    bring(file_of("g@x.example,G,,true,true,,2020-01-01,"))
    pledge = Pledge.objects.get()
    assert (pledge.state, pledge.amount, pledge.agreement, pledge.is_import) == ("active", 0, None, True)
    assert pledge.events.get().why == "a guest of the newsroom"
    assert Payment.objects.count() == 0


def test_a_subscription_is_taken_on_by_its_ids(stripe: ProviderAccount, plain: PlainProvider) -> None:
    subscription(plain, "sub_1", customer_id="cus_1")
    header = "email,stripe_customer_id,stripe_subscription_id"
    bring(file_of("a@x.example,cus_1,sub_1", header=header), stripe)
    assert adopt_all(stripe.pk) == (1, 0)
    pledge, agreement = Pledge.objects.get(), Agreement.objects.get()
    assert (agreement.mandate_id, agreement.customer_id, agreement.state) == ("sub_1", "cus_1", "active")
    assert (pledge.state, pledge.amount, pledge.agreement, pledge.is_import) == ("active", 500, agreement, True)
    assert ledger.verify() == []
    assert [call for call in plain.calls if call != "fetch"] == []


def test_nobody_is_mailed_for_what_they_paid_elsewhere(stripe: ProviderAccount, plain: PlainProvider) -> None:
    subscription(plain, "sub_1")
    bring(file_of("a@x.example,sub_1", header="email,stripe_subscription_id"), stripe)
    adopt_all(stripe.pk)
    assert SentMail.objects.count() == 0
    plain.pay("sub_1", at=timezone.now())
    plain.change("sub_1", mandate_id="sub_1")
    refresh(Agreement.objects.get())
    assert [mail.kind for mail in SentMail.objects.all()] == ["receipt"]


@pytest.mark.parametrize(("state", "became"), [("failing", "past_due"), ("paused", "paused")])
def test_one_that_fails_or_pauses_just_now_is_taken_on_too(
    stripe: ProviderAccount, plain: PlainProvider, state: str, became: str
) -> None:
    subscription(plain, "cus_1", state=AgreementState(state))
    bring(file_of("a@x.example,A,,true,false,cus_1,,"), stripe)
    assert adopt_all(stripe.pk) == (1, 0)
    assert Pledge.objects.get().state == became


def test_what_cannot_be_taken_on_says_why_and_is_tried_again(stripe: ProviderAccount, plain: PlainProvider) -> None:
    subscription(plain, "cus_1", state=AgreementState.ENDED)
    bring(file_of("a@x.example,A,,true,false,cus_1,,", "b@x.example,B,,true,false,cus_2,,"), stripe)
    assert adopt_all(stripe.pk) == (0, 2)
    assert set(Adoption.objects.values_list("why", flat=True)) == {
        "cus_1 is ended at the provider; there is nothing to go on.", "there is no cus_2",
    }  # fmt: skip
    assert (Pledge.objects.count(), Agreement.objects.count()) == (0, 0)
    plain.change("cus_1", state=AgreementState.ACTIVE)
    assert adopt_all(stripe.pk) == (1, 1)


def test_a_provider_that_does_not_answer_loses_nothing(stripe: ProviderAccount, plain: PlainProvider) -> None:
    subscription(plain, "cus_1")
    bring(file_of("a@x.example,A,,true,false,cus_1,,"), stripe)
    plain.fails.append(NotReached("no answer"))
    with pytest.raises(NotReached):
        adopt_all(stripe.pk)
    assert (Adoption.objects.get().state, Pledge.objects.count()) == ("waiting", 0)
    assert adopt_all(stripe.pk) == (1, 0)


def test_one_subscription_never_belongs_to_two(stripe: ProviderAccount, plain: PlainProvider) -> None:
    subscription(plain, "cus_1")
    run = bring(file_of("a@x.example,A,,true,false,cus_1,,", "b@x.example,B,,true,false,cus_1,,"), stripe)
    adopt_all(stripe.pk)
    assert run.problems == [(3, "cus_1 belongs to another member of the list already")]
    assert Pledge.objects.get().member.email == "a@x.example"


def test_bad_rows_are_told_by_line_and_the_good_ones_come_in(tier: Tier) -> None:
    run = bring(
        file_of(
            "no address,A,,true,false,,,",
            "a@x.example,A,,true,perhaps,,,",
            "b@x.example,B,,true,false,,31 of May,",
            "c@x.example,C,,true,false,,,,too,many",
            "good@x.example,G,,true,false,,,",
            "GOOD@x.example,G,,true,false,,,",
            "pays@x.example,P,,true,false,cus_9,,",
        )
    )
    told = dict(MemberImport.objects.get(pk=run.pk).problems)
    assert told == {
        2: "'no address' is no e-mail address",
        3: "'perhaps' is neither true nor false",
        4: "'31 of May' is no date",
        5: "it has 10 values, the header has 8",
        7: "good@x.example stands on line 6 already",
        8: "pays by cus_9; choose the payment account that this belongs to",
    }
    assert [member.email for member in Member.objects.all()] == ["good@x.example"]
    assert run.counts["refused"] == 6


def test_who_is_known_stays_as_they_are(tier: Tier) -> None:
    known = factories.member("ana@x.example", pseudonym="Ana")
    staff = User.objects.create_user("editor@x.example", "a password", is_staff=True)
    bring(file_of("ana@x.example,Another,note,true,false,,,", "editor@x.example,Editor,,true,false,,,"))
    known.refresh_from_db()
    staff.refresh_from_db()
    assert (known.pseudonym, MemberNote.objects.count()) == ("Ana", 0)
    assert (staff.is_staff, staff.check_password("a password"), staff.member.pseudonym) == (True, True, "Editor")


def test_a_dry_run_counts_the_same_and_writes_nothing(tier: Tier) -> None:
    data = file_of("a@x.example,A,,true,true,,,", "bad,B,,true,false,,,", "c@x.example,C,,true,false,,,")
    ahead = look_ahead(Import(read_members(data), choose_tier()))
    assert (Member.objects.count(), MemberImport.objects.count()) == (0, 0)
    assert asdict(ahead) == bring(data).counts


def test_columns_of_another_list_are_named(tier: Tier) -> None:
    bring(
        file_of("ana@x.example,Hannah,x", header="correo_electrpnico,nombre,note"),
        email="correo_electrpnico",
        name="nombre",
    )
    assert Member.objects.get().pseudonym == "Hannah"
    with pytest.raises(BadList, match="no column 'e_mail'; it has email"):
        read_members(b"email\n", {"email": "e_mail"})
    with pytest.raises(BadList, match="Say which column has the e-mail address; the file has id, name"):
        read_members(b"id,name\n1,A\n")


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "new", "comped", "refused"),
    [
        ("test__fixtures__members-csv-old.csv", 5, 0, 0),
        ("test__fixtures__members-csv-new.csv", 4, 0, 1),
        ("test__fixtures__existing-members.csv", 15, 5, 5),
        ("test__fixtures__updated-members.csv", 20, 8, 10),
        ("ghost-v4-fixtures/test__utils__fixtures__csv__members-duplicate-emails.csv", 1, 0, 1),
        ("ghost-v4-fixtures/test__utils__fixtures__csv__members-invalid-values.csv", 0, 0, 2),
        ("ghost-v4-fixtures/test__utils__fixtures__csv__valid-members-import.csv", 2, 0, 0),
        ("ghost-v4-fixtures/test__utils__fixtures__csv__members-with-stripe-ids.csv", 0, 0, 2),
        ("ghost-v2-fixtures/core__test__utils__fixtures__csv__two-columns-obscure-header.csv", 2, 0, 0),
        ("migrate-tool-fixtures/packages__mg-mailchimp-members__src__test__fixtures__subscribed.csv", 5, 0, 0),
        ("migrate-tool-fixtures/packages__mg-curated-members-csv__test__fixtures__subscribers.csv", 16, 0, 4),
        ("migrate-tool-fixtures/packages__mg-beehiiv-members__src__test__fixtures__members.csv", 7, 0, 2),
        ("migrate-tool-fixtures/packages__mg-tinynews-members__test__fixtures__subs-v1.csv", 3, 0, 0),
    ],
)
def test_real_lists_come_in_without_an_account(tier: Tier, name: str, new: int, comped: int, refused: int) -> None:
    if not CORPUS.is_dir():
        pytest.skip(f"{CORPUS} is not there")
    run = bring((CORPUS / name).read_bytes())
    assert (run.counts["new"], run.counts["comped"], run.counts["refused"]) == (new, comped, refused)


@pytest.mark.corpus
def test_the_newer_export_adopts_who_has_begun_to_pay_since(stripe: ProviderAccount, plain: PlainProvider) -> None:
    if not CORPUS.is_dir():
        pytest.skip(f"{CORPUS} is not there")
    for number in (*range(1, 6), 12, 14, 21, 24, 26):
        subscription(plain, f"cus_{number:02}ABCDEFGABCED")
    bring((CORPUS / "test__fixtures__existing-members.csv").read_bytes(), stripe)
    assert adopt_all(stripe.pk) == (5, 0)
    bring((CORPUS / "test__fixtures__updated-members.csv").read_bytes(), stripe)
    assert adopt_all(stripe.pk) == (5, 0)
    assert (Member.objects.count(), Agreement.objects.count()) == (30, 10)
    assert Pledge.objects.filter(agreement=None, amount=0).count() == 8
    assert ledger.verify() == []


def options(*words: str) -> Namespace:
    parser = ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(list(words))


def test_the_command_reports_by_line(tier: Tier, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, report = tmp_path / "list.csv", tmp_path / "report.csv"
    path.write_bytes(file_of("a@x.example,A,,true,false,,,", "=cmd,B,,true,false,,,"))
    assert command.run(options(str(path), "--dry-run")) == 1
    assert Member.objects.count() == 0
    assert command.run(options(str(path), "--report", str(report))) == 1
    said = capsys.readouterr().out
    assert "1 new members, 0 known before" in said
    assert "line 3: '=cmd' is no e-mail address" in said
    assert report.read_text() == "line,why\n3,'=cmd' is no e-mail address\n"
    assert command.run(options(str(tmp_path / "none.csv"))) == 2
    assert command.run(options(str(path), "--account", "77")) == 2
    assert "There is no payment account 77; there are none." in capsys.readouterr().err


def test_who_joined_on_no_known_day_joined_today(tier: Tier) -> None:
    bring(file_of("a@x.example,A,,true,false,,,"))
    assert abs((Member.objects.get().joined_at - timezone.now()).total_seconds()) < 60
