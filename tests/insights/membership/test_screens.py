"""The screens of the numbers: who sees them, that every figure leads to its rows, and what is entered there."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import factories
from tests.insights.membership.life import START, make_lives, write
from tests.money import factories as money

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.delivery import fragments, trace
from standfirst.insights.membership import charts
from standfirst.insights.membership.figures import FIGURES, span_of
from standfirst.insights.membership.independence import by_month, estimate
from standfirst.insights.membership.troubles import members_who_pay_twice
from standfirst.insights.models import ExchangeRate, FundingPage, MonthlyMoney
from standfirst.kit.money import Money
from standfirst.membership.goal import show_goal
from standfirst.membership.models import MembershipTerms, Pledge, PledgeEvent, Price, ShownGoal
from standfirst.payments.models import Difference, WebhookEvent
from standfirst.stories.models import Edition, InformationPage

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
A_LINK = re.compile(r'href="(/desk/membership/figures/[^"]+)"[^>]*>([^<]*)<')


@pytest.fixture(autouse=True)
def now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(factories.staff(Role.MEMBERSHIP_MANAGER))
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"membership_numbers:{name}", args=args)


def some_money() -> None:
    agreement = money.agreement()
    money.payment(agreement, amount=1200, fee=30, at=NOW - timedelta(days=3))
    money.payment(agreement, amount=1200, fee=30, refunded=400, at=NOW - timedelta(days=40))
    money.payment(agreement, amount=1200, state="lost", at=NOW - timedelta(days=2))


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR])
def test_others_see_no_numbers(role: Role) -> None:
    event = WebhookEvent.objects.create(account=money.account(), event_id="1", kind="x", body=b"", state="dead")
    reader: User = money.member().user
    pages = [url("dashboard"), url("rows", "now"), url("rates"), url("independence"), url("month", "2026-11")]
    pages += [url("explained", "2026-11")]
    pages += [url("try_again", event.pk), url("funding_page", "en")]
    other = Client()
    other.force_login(factories.staff(role))
    for page in pages:
        for answer in (other.get(page), other.post(page)):
            assert (answer.status_code, answer["Location"]) == (302, "/desk/"), page
    for person in (reader, None):
        client = Client()
        if person:
            client.force_login(person)
        assert {client.get(page).status_code for page in pages} <= {302, 403}
    event.refresh_from_db()
    assert event.state == "dead"
    assert not MonthlyMoney.objects.exists()


def test_every_figure_has_as_many_rows_as_it_says(desk: Client) -> None:
    write(make_lives(7, 25, START, NOW), money.tier())
    some_money()
    page = desk.get(url("dashboard"))
    assert page.status_code == 200
    links = [(unescape(address), said.strip()) for address, said in A_LINK.findall(page.content.decode())]
    assert len(links) > 150
    assert '<th scope="row">the nameplate</th>' in page.content.decode()
    counted = 0
    for address, said in dict(links).items():
        if not said.replace(",", "").isdecimal():
            continue
        path, _mark, query = address.partition("?")
        given = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
        span = span_of(given.pop("in", ""))
        rows = FIGURES[path.rstrip("/").rpartition("/")[2]].rows(span, given).count()
        if counted % 10 == 0:  # the page itself says the same
            assert desk.get(address).context["page"].paginator.count == rows
        assert rows == int(said.replace(",", "")), address
        counted += 1
    assert counted > 100
    said = dict(links)[url("rows", "now")]
    assert int(said.partition(" ")[0]) == desk.get(url("rows", "now")).context["page"].paginator.count


def test_a_month_is_explained_to_the_cent_and_to_its_rows(desk: Client) -> None:
    write(make_lives(7, 25, START, NOW), money.tier())
    some_money()
    for name in ("2026-11", "2026-10"):
        answer = desk.get(url("explained", name))
        page, people = answer.content.decode(), answer.context["people"]
        assert people.before + people.new - people.lost == people.after
        assert "does not add up" not in page
        links = {unescape(address): said for address, said in A_LINK.findall(page)}
        assert len(links) == 9
        for address, said in links.items():
            if said.isdecimal():
                assert desk.get(address).context["page"].paginator.count == int(said), address
            else:
                lines = b"".join(desk.get(address + "&format=csv")).decode().splitlines()[1:]
                total = sum(Decimal(line.split(",")[3].lstrip("'")) for line in lines)
                assert abs(total) == Decimal(said.partition(" ")[0]), address
    file = b"".join(desk.get(url("explained", "2026-10"), {"format": "csv"})).decode()
    assert "Paid,12.00,GEL" in file
    assert "Left,7.70,GEL" in file
    assert desk.get(url("explained", "2026-13")).status_code == 404


def test_a_month_that_does_not_add_up_says_so(desk: Client) -> None:
    pledge = money.pledge()
    PledgeEvent.objects.create(pledge=pledge, at=NOW - timedelta(days=50), was="pending", became="active", why="")
    PledgeEvent.objects.create(pledge=pledge, at=NOW - timedelta(days=1), was="paused", became="ended", why="")
    page = desk.get(url("explained", "2026-11")).content.decode()
    assert "does not add up: 1." in page


def test_the_rows_of_the_ledger_sum_to_what_the_page_says(desk: Client) -> None:
    some_money()
    page = desk.get(url("dashboard")).content.decode()
    links = [(unescape(address), said) for address, said in A_LINK.findall(page) if "/booked/" in address]
    assert len(links) == 10
    for address, said in links:
        lines = b"".join(desk.get(address + "&format=csv")).decode().splitlines()[1:]
        total = sum(Decimal(line.split(",")[3].lstrip("'")) for line in lines)
        assert abs(total) == abs(Decimal(said.partition(" ")[0])), address


def test_the_rows_of_a_cohort_are_those_that_stayed(desk: Client) -> None:
    write(make_lives(11, 40, START, NOW), money.tier())
    for one in desk.get(url("dashboard")).context["retention"]:
        for name, cohort, shares in one["rows"]:
            for age, share in shares:
                if share is not None:
                    query = {"in": name, "interval": one["interval"], "still": age}
                    rows = desk.get(url("rows", "cohort"), query).context["page"].paginator.count
                    assert rows == cohort.staying[age]


def test_wrong_addresses_are_not_found(desk: Client) -> None:
    assert desk.get(url("rows", "nothing")).status_code == 404
    assert desk.get(url("rows", "new"), {"in": "2026-13"}).status_code == 404
    assert desk.get(url("month", "2026-99")).status_code == 404


def test_a_message_that_was_given_up_is_tried_again(desk: Client) -> None:
    event = WebhookEvent.objects.create(
        account=money.account(), event_id="evt-1", kind="invoice.paid", body=b"", state="dead", tries=12, failure="why"
    )
    assert "evt-1" in desk.get(url("dashboard")).content.decode()
    assert desk.get(url("try_again", event.pk)).status_code == 405
    assert desk.post(url("try_again", event.pk)).status_code == 302
    event.refresh_from_db()
    assert (event.state, event.tries) == ("received", 0)
    assert "evt-1" not in desk.get(url("dashboard")).content.decode()


def test_a_difference_is_closed_with_a_reason(desk: Client) -> None:
    found = Difference.objects.create(agreement=money.agreement(), key="k", kind="unknown", sentence="It is not there.")
    assert "It is not there." in desk.get(url("dashboard")).content.decode()
    assert desk.post(url("close_difference", found.pk), {"reason": " "}).status_code == 422
    assert desk.post(url("close_difference", found.pk), {"reason": "asked Stripe"}).status_code == 302
    found.refresh_from_db()
    assert (found.reason, found.closed_at) == ("asked Stripe", NOW)
    assert "It is not there." not in desk.get(url("dashboard")).content.decode()


def test_a_member_who_pays_twice_is_shown_until_one_of_the_two_ends(desk: Client) -> None:
    member = money.member()
    pledges = [money.pledge(of=member) for _number in range(2)]
    for pledge in pledges:
        pledge.agreement = money.agreement(reference=pledge.reference)
        pledge.save()
    money.pledge()
    assert [found.pk for found in members_who_pay_twice()] == [member.pk]
    assert "These members pay twice" in desk.get(url("dashboard")).content.decode()
    pledges[0].move_to(Pledge.State.CANCELLING, why="asked")
    assert "These members pay twice" not in desk.get(url("dashboard")).content.decode()


def test_rates_come_by_hand_and_by_file(desk: Client) -> None:
    assert desk.post(url("rates"), {"currency": "gel", "day": "2026-11-01", "rate": "0,32"}).status_code == 302
    file = io.BytesIO(b"day;currency;rate\n2026-11-01;GEL;0.33\n2026-11-02;AMD;0.0023\n")
    assert desk.post(url("rates"), {"file": file}).status_code == 302
    kept = {(rate.currency, str(rate.day)): rate.rate for rate in ExchangeRate.objects.all()}
    assert kept == {("GEL", "2026-11-01"): Decimal("0.33"), ("AMD", "2026-11-02"): Decimal("0.0023")}
    for bad in (
        b"2026-11-03,GEL,0\n",
        b"2026-11-03,GEL,x\n",
        b"2026-11-03,ZZZ,1\n",
        b"2026-02-30,GEL,1\n",
        b"2026,1\n",
        b"",
    ):
        answer = desk.post(url("rates"), {"file": io.BytesIO(b"2026-12-01,GEL,1\n" + bad)}) if bad else None
        if answer is not None:
            assert answer.status_code == 422, bad
            assert "Line 2" in answer.content.decode()
    assert desk.post(url("rates"), {}).status_code == 422
    assert ExchangeRate.objects.count() == 2


def months_of_money() -> None:
    """Readers bring 24 EUR (less 1 fee) in each of three months; costs 100, grants 60, advertising 10, other 6."""
    MembershipTerms.objects.create(home_currency="EUR", goal=10)
    agreement = money.agreement(amount=1200, currency="EUR")
    for number in (8, 9, 10):
        at = datetime(2026, number, 10, tzinfo=UTC)
        for _payment in range(2):
            money.payment(agreement, amount=1200, fee=50, at=at)
        MonthlyMoney.objects.create(
            month=date(2026, number, 1), currency="EUR", costs=10000, grants=6000, advertising=1000, other=600
        )
    for _member in range(4):
        money.pledge()


def test_members_needed_to_get_off_grants() -> None:
    months_of_money()
    found = by_month(date(2026, 11, 23), 6)
    assert [one.share for one in found] == [None, None, 0.23, 0.23, 0.23, None]
    one = estimate(found, date(2026, 11, 23))
    assert one is not None
    # A month: 100 - 10 - 6 = 84 to carry; 23 from 4 members, 5.75 each: 84 / 5.75 = 14.6 members.
    assert (one.gap, one.each, one.members, one.needed, one.missing) == (
        Money(8400, "EUR"), Money(575, "EUR"), 4, 15, 11,
    )  # fmt: skip
    assert estimate(found[:1], date(2026, 11, 23)) is None


def test_a_months_money_is_entered(desk: Client) -> None:
    MembershipTerms.objects.create(home_currency="EUR")
    data = {"grants": "100.50", "advertising": "0", "other": "0", "costs": "200", "note": "Spring"}
    assert desk.post(url("month", "2026-10"), data | {"costs": "-1"}).status_code == 422
    assert desk.post(url("month", "2026-10"), data | {"costs": "1.005"}).status_code == 422
    assert desk.post(url("month", "2026-10"), data | {"costs": ""}).status_code == 422
    assert not MonthlyMoney.objects.exists()
    assert desk.post(url("month", "2026-10"), data).status_code == 302
    assert desk.post(url("month", "2026-10"), data | {"costs": "300"}).status_code == 302
    kept = MonthlyMoney.objects.get()
    assert (kept.month, kept.grants, kept.costs, kept.currency) == (date(2026, 10, 1), 10050, 30000, "EUR")
    assert "100.50 EUR" in desk.get(url("independence")).content.decode()
    assert "2026-10,EUR,0.00,100.50,0.00,0.00,300.00" in b"".join(
        desk.get(url("independence"), {"format": "csv"})
    ).decode()  # fmt: skip


def about(edition: Edition, kind: str = "funding") -> InformationPage:
    """The page of that kind that each edition begins with."""
    return InformationPage.objects.child_of(edition).get(kind=kind)


def test_the_public_page_shows_what_the_newsroom_chose(desk: Client) -> None:
    edition = factories.edition()
    address = about(edition).url
    months_of_money()
    show_goal(NOW)
    reader = Client()
    assert "4 of 10" not in reader.get(address).content.decode()
    assert desk.post(url("funding_page", "en"), {"shows_members": "on"}).status_code == 302
    assert "4 of 10" not in reader.get(address).content.decode()
    desk.post(url("funding_page", "en"), {"shows_members": "on", "is_public": "on"})
    page = reader.get(address).content.decode()
    assert "How we are funded" in page
    assert "4 of 10" in page
    assert not re.search(r"23 %|€", page)
    assert "<style" not in page
    assert not re.search(r"<[^>]+\sstyle=", page)
    FundingPage.objects.update(shows_members=False, shows_share=True, shows_sources=True, shows_costs=True)
    page = reader.get(address).content.decode()
    assert "4 of 10" not in page
    assert "readers carried 23 % of the costs" in page
    assert "€60" in page
    assert "the newsroom cost €100" in page
    assert "exchange rate" not in page


def test_what_has_no_rate_is_said_on_the_public_page(desk: Client) -> None:
    edition = factories.edition()
    address = about(edition).url
    months_of_money()
    money.payment(money.agreement(currency="GEL"), amount=9900, fee=100, at=datetime(2026, 10, 2, tzinfo=UTC))
    FundingPage.objects.create(edition=edition, is_public=True, shows_members=False)
    page = Client().get(address).content.decode()
    assert "Not counted, for want of an exchange rate: GEL" in page.replace("\xa0", " ")
    page = desk.get(url("independence")).content.decode()
    assert "98.00 GEL have no rate" in page
    assert "98.00 GEL of readers’ money are not in the estimate" in page
    file = b"".join(desk.get(url("independence"), {"format": "csv"})).decode()
    assert [line for line in file.splitlines() if line.endswith(",98.00 GEL") and line.startswith("2026-10,")]


@pytest.mark.parametrize(("language", "word"), [("ru", "Гранты"), ("ka", "გრანტები"), ("fa", "کمک")])
def test_each_edition_shows_its_numbers_in_its_own_language(language: str, word: str) -> None:
    edition = factories.edition(language)
    address = about(edition).url
    months_of_money()
    FundingPage.objects.create(edition=edition, is_public=True, shows_sources=True)
    page = Client().get(address).content.decode()
    assert word in page
    assert not re.search(r"Grants|Readers|Carried|Where the money", page)


def test_the_numbers_of_readers_money_are_ten_minutes_old_at_most_and_no_payment_makes_them_anew() -> None:
    edition = factories.edition()
    months_of_money()
    FundingPage.objects.create(edition=edition, is_public=True, shows_members=False)
    with trace.tracing() as found:
        fragments.render("funding", fragments.request_for("en", None))
    assert found.fresh_until == (NOW + timedelta(minutes=10)).timestamp()
    assert {"table:insights_monthlymoney", "table:insights_exchangerate", "table:insights_fundingpage"} <= found.keys
    assert not [key for key in found.keys if key.startswith(("table:payments", "table:membership"))]


def test_pages_about_money_lead_to_joining_and_back() -> None:
    money.tier()
    edition = factories.edition()
    why, funding = about(edition, "join"), about(edition)
    assert f'href="{why.url}"' not in Client().get("/join/", {"lang": "en"}).content.decode()
    why.body = [("paragraph", "Because.")]
    why.save()
    for page in (why, funding):
        assert 'href="/join/?lang=en&amp;source=page"' in Client().get(page.url).content.decode()
    joining = Client().get("/join/", {"lang": "en"}).content.decode()
    assert f'href="{funding.url}"' in joining
    assert f'href="{why.url}"' in joining
    ShownGoal.objects.create(members=2314, wanted=4000, at=NOW)
    assert "2,314 of 4,000" in Client().get(why.url).content.decode()
    assert "2,314 of 4,000" not in Client().get(funding.url).content.decode()
    Price.objects.update(is_open=False)
    assert "source=page" not in Client().get(why.url).content.decode()


def test_the_desk_says_where_the_numbers_stand(desk: Client) -> None:
    page = about(factories.edition())
    answer = desk.get(url("funding_page", "en")).content.decode()
    assert "nobody sees these numbers" not in answer
    assert f'href="{page.url}"' in answer
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in answer
    page.unpublish()
    assert "nobody sees these numbers" in desk.get(url("funding_page", "en")).content.decode()


def test_a_chart_can_be_read_without_seeing_it() -> None:
    drawn = charts.bars("Members <b>", "Three new", ["a", "b"], [charts.Series("new", [3, -2])])
    root = ElementTree.fromstring(drawn)  # noqa: S314 # we drew it
    assert [root[0].text, root[1].text] == ["Members <b>", "Three new"]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{root[0].get('id')} {root[1].get('id')}"
    bars = list(root.iter("rect"))
    assert [bar[0].text for bar in bars] == ["a: new 3", "b: new -2"]
    both = charts.bars("t", "d", ["a"], [charts.Series("new", [3]), charts.Series("lost", [1], "two")])
    assert {">new</text>", ">lost</text>"} <= set(re.findall(r">[a-z]+</text>", both))
    assert all(float(bar.get("height", 0)) > 0 for bar in bars)
    assert "-0<" not in charts.bars("t", "d", ["a"], [charts.Series("new", [3])])
    assert ElementTree.fromstring(charts.lines("t", "d", [], [charts.Series("new", [])])) is not None  # noqa: S314


def test_of_what_is_counted_there_is_no_half() -> None:
    assert charts.scale_of([4, 2]).levels == [0, 5]
    assert charts.scale_of([8]).levels == [0, 5, 10]
    assert charts.scale_of([-2, 3]).levels == [-2, 0, 5]
    assert charts.scale_of([0.4]).levels == [0, 0.25, 0.5]


def test_on_a_phone_every_second_label_makes_room() -> None:
    drawn = charts.bars("t", "d", ["a", "b", "c"], [charts.Series("new", [1, 2, 3])])
    assert re.findall(r'<text class="([^"]+)" x="[^"]+" y="212"', drawn) == [
        "chart-text",
        "chart-text chart-between",
        "chart-text",
    ]


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([], 0, 1), ([0], 0, 1), ([3, 7], 0, 10), ([240], 0, 250), ([-3, 1], -5, 1), ([-4], -5, 0)],
)
def test_a_scale_holds_every_value_and_zero(values: list[float], low: float, high: float) -> None:
    scale = charts.scale_of(values)
    assert (scale.low, scale.high) == (low, high)
    assert all(0 <= scale.y(value) <= charts.HEIGHT for value in values)
    assert timezone.now() == NOW
