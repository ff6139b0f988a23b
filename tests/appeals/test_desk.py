"""Campaigns and appeals in the desk: who may write them, what the forms read and refuse, the preview."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests.appeals import making

from standfirst.accounts.roles import Role
from standfirst.appeals.countries import codes_in, name_of, names
from standfirst.appeals.desk.forms import CampaignForm
from standfirst.appeals.models import Appeal, Campaign, QuietDay, Variant
from standfirst.stories.models import Edition

pytestmark = pytest.mark.django_db
ADD = "/desk/snippets/appeals/appeal/add/"
SCREENS = ("/desk/campaigns/", "/desk/snippets/appeals/appeal/", "/desk/quiet_days/")


@pytest.fixture
def edition() -> Edition:
    return make.edition("en")


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(make.staff(role))
    return client


@pytest.fixture
def writer() -> Client:
    return signed_in(Role.MEMBERSHIP_MANAGER)


def filled_in(edition: Edition, *variants: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    data: dict[str, Any] = {
        "campaign": Campaign.objects.get().pk,
        "edition": edition.pk,
        "place": "box",
        "position": 0,
        "readers": ["stranger", "lapsed"],
        "countries": "",
        "visit": "",
        "cap_views": 4,
        "cap_days": 30,
        "variants-TOTAL_FORMS": len(variants),
        "variants-INITIAL_FORMS": 0,
        "variants-MIN_NUM_FORMS": 1,
        "variants-MAX_NUM_FORMS": 4,
        **fields,
    }
    for at, words in enumerate(variants):
        whole = {"number": at + 1, "preset": "note", "interval": "month", "headline": "", "text": "", **words}
        data |= {f"variants-{at}-{name}": value for name, value in whole.items()}
    return data


@pytest.mark.parametrize("role", [Role.MEMBERSHIP_MANAGER, Role.PUBLISHER, Role.ADMINISTRATOR])
def test_those_who_may_write_appeals(edition: Edition, role: Role) -> None:
    making.appeal(edition)
    client = signed_in(role)
    assert [client.get(address).status_code for address in (*SCREENS, ADD)] == [200] * 4


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.PICTURE_EDITOR])
def test_those_who_may_not(edition: Edition, role: Role) -> None:
    client = signed_in(role)
    assert [client.get(address).status_code for address in (*SCREENS, ADD)] == [302] * 4


def test_an_appeal_is_written(writer: Client, edition: Edition) -> None:
    campaign = making.campaign("Spring")
    section = make.section(edition, "Armenia")
    words = {"headline": "Join", "text": "We rely on you.", "amounts": "5, 12.50", "currency": "eur"}
    fields = {"countries": "am, GE", "sections": [section.pk], "devices": ["phone"], "asks_in_quiet": "on"}
    answer = writer.post(ADD, filled_in(edition, words, {"text": "Other words"}, **fields))
    assert answer.status_code == 302
    kept = Appeal.objects.get()
    assert (kept.campaign, kept.readers, kept.devices) == (campaign, ["stranger", "lapsed"], ["phone"])
    assert (kept.countries, list(kept.sections.all()), kept.asks_in_quiet) == (["AM", "GE"], [section], True)
    control, other = kept.variants.all()
    assert (control.number, control.amounts, control.currency) == (1, [500, 1250], "EUR")
    assert (other.number, other.amounts, other.text) == (2, [], "Other words")
    form = writer.get(f"/desk/snippets/appeals/appeal/edit/{kept.pk}/").content.decode()
    assert 'value="5.00, 12.50"' in form
    assert 'value="Armenia, Georgia"' in form


@pytest.mark.parametrize(
    ("words", "fields", "said"),
    [
        ({}, {}, "an appeal without words asks nothing"),
        ({"headline": "A", "amounts": "5"}, {}, "Amounts need a currency"),
        ({"headline": "A", "amounts": "5, x", "currency": "EUR"}, {}, "is no amount"),
        ({"headline": "A", "amounts": "1,2,3,4,5", "currency": "EUR"}, {}, "up to four amounts"),
        ({"headline": "A", "amounts": "0", "currency": "EUR"}, {}, "up to four amounts"),
        ({"headline": "A", "amounts": "5", "currency": "EEE"}, {}, "is no currency"),
        ({"headline": "A"}, {"countries": "AM, Q1"}, "“Q1” is no country"),
        ({"headline": "A"}, {"countries": "Armenia, Geogria"}, "“Geogria” is no country"),
        ({"headline": "A"}, {"readers": []}, "This field is required"),
        ({"headline": "A"}, {"stories_from": 4, "stories_to": 3}, "no reader would see"),
        ({"headline": "A", "number": 5}, {}, "less than or equal to 4"),
        ({"headline": "A", "number": 2}, {}, "Give one variant the number 1"),
    ],
)
def test_what_is_wrong_is_said_and_not_kept(
    writer: Client, edition: Edition, words: dict[str, Any], fields: dict[str, Any], said: str
) -> None:
    making.campaign()
    answer = writer.post(ADD, filled_in(edition, words, **fields))
    assert said in answer.content.decode()
    assert Appeal.objects.count() == Variant.objects.count() == 0


def test_a_section_of_another_edition_is_refused(writer: Client, edition: Edition) -> None:
    making.campaign()
    foreign = make.section(make.edition("ru"), "Армения")
    answer = writer.post(ADD, filled_in(edition, {"headline": "A"}, sections=[foreign.pk]))
    assert "“Армения” belongs to another edition" in answer.content.decode()
    assert not Appeal.objects.exists()


def test_the_preview_shows_the_words_that_are_being_written(writer: Client, edition: Edition) -> None:
    making.campaign()
    georgian = make.edition("ka")
    data = filled_in(georgian, {"headline": "One"}, {"headline": "Two", "amounts": "7", "currency": "GEL"})
    address = "/desk/snippets/appeals/appeal/preview/"
    assert writer.post(address, data).json()["is_valid"]
    page = writer.get(f"{address}?mode=2").content.decode()
    assert "Two" in page
    assert "One" not in page
    assert "amount=7.00" in page
    assert 'lang="ka"' in page
    assert not Appeal.objects.exists()
    strip = filled_in(edition, {"headline": "On top"}, place="strip")
    assert writer.post(address, strip).json()["is_valid"]
    page = writer.get(f"{address}?mode=1").content.decode()
    assert page.index('class="appeal-strip"') < page.index("<header")


CAMPAIGN = {"name": "Spring", "begins": "2026-03-01 00:00", "position": 0}


def test_the_list_says_when_a_campaign_will_end(writer: Client) -> None:
    making.campaign("Spring", ends=datetime(2031, 3, 20, 21, 30, tzinfo=UTC))
    with timezone.override("Asia/Tbilisi"):
        page = writer.get("/desk/campaigns/").content.decode()
    assert "21 Mar 2031, 01:30" in page
    assert "Just now" not in page


def test_the_list_has_the_words_that_readers_see(edition: Edition) -> None:
    appeal = making.appeal(edition, "A")
    second = Variant.objects.create(appeal=appeal, number=2, headline="B")
    assert Appeal.objects.get().words == "A"
    Appeal.objects.update(trial_begun=timezone.now())
    assert Appeal.objects.get().words == "A"
    Appeal.objects.update(trial_ended=timezone.now(), winner=second)
    assert Appeal.objects.get().words == "B"
    Variant.objects.all().delete()
    assert Appeal.objects.get().words == ""


def test_a_campaigns_goal_is_members_or_money() -> None:
    form = CampaignForm({**CAMPAIGN, "money": "12.50", "goal_currency": "eur"})
    assert form.is_valid(), form.errors
    kept = form.save()
    assert (kept.goal_amount, kept.goal_currency, kept.is_running) == (1250, "EUR", False)
    assert CampaignForm(instance=kept)["money"].value() == "12.50"
    form = CampaignForm({**CAMPAIGN, "goal_members": 60}, instance=kept)
    assert form.is_valid(), form.errors
    kept = form.save()
    assert (kept.goal_members, kept.goal_amount, kept.goal_currency) == (60, None, "")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"ends": "2026-02-01 00:00"}, "ends"),
        ({"money": "5"}, "goal_currency"),
        ({"goal_currency": "EUR"}, "goal_currency"),
        ({"money": "5", "goal_currency": "XXZ"}, "goal_currency"),
        ({"money": "five", "goal_currency": "EUR"}, "money"),
        ({"money": "5", "goal_currency": "EUR", "goal_members": 5}, "goal_members"),
    ],
)
def test_a_campaign_that_makes_no_sense_is_refused(fields: dict[str, Any], wrong: str) -> None:
    form = CampaignForm({**CAMPAIGN, **fields})
    assert not form.is_valid()
    assert wrong in form.errors
    assert not Campaign.objects.exists()


def test_a_quiet_day_is_kept(writer: Client, edition: Edition) -> None:
    answer = writer.post("/desk/quiet_days/new/", {"day": "2026-04-24", "name": "Remembrance", "edition": edition.pk})
    assert answer.status_code == 302
    assert QuietDay.objects.get().edition == edition


def test_a_picture_is_chosen_and_not_picked_from_a_list_of_all(writer: Client, edition: Edition) -> None:
    picture = make.picture("A bridge")
    form = writer.get(ADD).content.decode()
    assert "/desk/images/chooser/" in form
    assert "A bridge" not in form
    chooser = writer.get("/desk/images/chooser/")
    assert chooser.status_code == 200
    assert "A bridge" in chooser.json()["html"]
    assert writer.get("/desk/images/add/").status_code == 302
    making.campaign()
    writer.post(ADD, filled_in(edition, {"headline": "A", "picture": picture.pk}))
    assert Variant.objects.get().picture == picture


def test_whoever_leaves_the_second_tab_as_it_is_asks_everybody_but_members(writer: Client, edition: Edition) -> None:
    form = writer.get(ADD).content.decode()
    assert re.findall(r'name="readers" value="(\w+)"[^>]* checked', form) == ["stranger", "registered", "lapsed"]


def test_variants_number_themselves(writer: Client, edition: Edition) -> None:
    making.campaign()
    words = [{"headline": "One", "number": ""}, {"headline": "Two", "number": 2}, {"headline": "Three", "number": ""}]
    answer = writer.post(ADD, filled_in(edition, *words))
    assert answer.status_code == 302
    assert [(one.number, one.headline) for one in Variant.objects.all()] == [(1, "One"), (2, "Two"), (3, "Three")]
    empty = re.search(r'<input[^>]*name="variants-__prefix__-number"[^>]*>', writer.get(ADD).content.decode())
    assert empty
    assert "value=" not in empty[0]


@pytest.mark.parametrize(
    ("text", "codes"),
    [("Armenia, GE", ["AM", "GE"]), (" am  ge am ", ["AM", "GE"]), ("south africa;\nIRAN", ["ZA", "IR"]), ("", [])],
)
def test_countries_are_named_as_people_name_them(text: str, codes: list[str]) -> None:
    assert codes_in(text) == codes


def test_every_country_is_read_as_it_is_written() -> None:
    assert len(names()) > 200
    assert codes_in(", ".join(names().values())) == list(names())
    assert name_of("XX") == "XX"
