"""What pages carry where their readers are asked: candidates, what stands there without a script, when it changes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client
from tests import factories as make
from tests.appeals import making
from tests.money import factories as money

from standfirst.appeals.asking import SPOTS
from standfirst.appeals.models import Appeal, Campaign, Place, Preset, QuietDay, Variant
from standfirst.counting.tokens import read_variant_token
from standfirst.delivery import fragments, trace
from standfirst.delivery.middleware import ENVIRON
from standfirst.delivery.trace import Trace
from standfirst.membership.join_source import JoinSource
from standfirst.membership.models import Pledge
from standfirst.stories.models import Article, Edition, Section

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
ASIDE = re.compile(r"<aside\b.*?</aside>", re.DOTALL)
TEMPLATE = re.compile(r"<template\b.*?</template>", re.DOTALL)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def edition() -> Edition:
    found = make.edition("en")
    found.appeal_title = "The paper's own words"
    found.save()
    return found


@pytest.fixture
def section(edition: Edition) -> Section:
    return make.section(edition, "Armenia")


@pytest.fixture
def story(section: Section) -> Article:
    return make.story(section, "One story")


def at(spot: str) -> tuple[str, Trace]:
    asked = json.dumps({"name": "appeal", "edition": "en", "of": spot})
    with trace.tracing() as found:
        response = Client().get("/en/", **{ENVIRON: asked})  # type: ignore[arg-type]
    pieces = fragments.parse(response.content)
    return (pieces.before + pieces.after).decode(), found


def standing(html: str) -> list[str]:
    """What stands there without a script."""
    return ASIDE.findall(TEMPLATE.sub("", html))


def candidates(html: str) -> list[tuple[int, list[str]]]:
    """The id in the rules of each template, in turn, and the asides in it."""
    found = TEMPLATE.findall(html)
    rules = [json.loads(unescape(re.search(r'data-rules="(.*?)"', one)[1])) for one in found]  # type: ignore[index]
    return [(rule["id"], ASIDE.findall(one)) for rule, one in zip(rules, found, strict=True)]


def test_without_a_campaign_the_editions_own_words_stand_alone(edition: Edition) -> None:
    for spot in ("box", "after", "front"):
        html, _trace = at(spot)
        assert html.count("<aside") == html.count("The paper's own words".replace("'", "&#x27;")) == 1
        assert "<template" not in html
        assert "<script" not in html
    assert at("strip")[0] == at("end")[0] == ""


def test_a_general_appeal_stands_there_without_a_script_and_all_are_candidates(edition: Edition) -> None:
    first = making.campaign(position=1)
    narrow = making.appeal(edition, "Only Armenia", of=first, countries=["AM"])
    general = making.appeal(edition, "Everybody", of=first, position=1)
    members = making.appeal(edition, "Bring a friend", of=first, position=2, readers=["member"])
    html, _trace = at("box")
    assert len(standing(html)) == 1
    assert "Everybody" in standing(html)[0]
    assert [pk for pk, _asides in candidates(html)] == [narrow.pk, general.pk, members.pk, 0, 0]
    thanks, house = candidates(html)[3][1][0], candidates(html)[4][1][0]
    assert "Thank you!" in thanks
    assert "own words" in house
    assert html.index("</template>") < html.index("<appeal-here>")


@pytest.mark.parametrize(
    "narrower",
    [
        {"readers": ["lapsed"]},
        {"countries": ["AM"]},
        {"stories_from": 2},
        {"stories_to": 2},
        {"visit": "first"},
        {"devices": ["phone"]},
    ],
)
def test_an_appeal_for_some_never_stands_where_no_script_runs(edition: Edition, narrower: dict[str, Any]) -> None:
    making.appeal(edition, "For some", **narrower)
    html, _trace = at("box")
    assert ["own words" in one for one in standing(html)] == [True]
    making.appeal(edition, place=Place.STRIP, **narrower)
    assert standing(at("strip")[0]) == []


def test_after_the_text_the_end_goes_first_and_the_script_comes_once(edition: Edition) -> None:
    box, end = making.appeal(edition, "Box"), making.appeal(edition, "End", place=Place.END)
    strip = making.appeal(edition, "Strip", place=Place.STRIP)
    assert [pk for pk, _asides in candidates(at("after")[0])] == [end.pk, box.pk, 0, 0]
    assert [pk for pk, _asides in candidates(at("end")[0])] == [end.pk]
    assert [pk for pk, _asides in candidates(at("strip")[0])] == [strip.pk]
    assert [at(spot)[0].count("<script") for spot in ("strip", "box", "after", "end", "front")] == [1, 0, 0, 0, 0]


def test_the_script_stands_before_every_place_of_a_page(edition: Edition, story: Article) -> None:
    making.appeal(edition, "Box")
    html = Client().get(story.url).content.decode()
    assert html.count("paper/appeals") == 1
    assert html.index("<body") < html.index("paper/appeals") < html.index("<appeal-here>")


def test_what_stands_in_and_under_a_story_is_closed_together(edition: Edition) -> None:
    for place in Place:
        making.appeal(edition, place=place)
    closes = {spot: re.findall(r'data-spot="(\w+)"', at(spot)[0]) for spot in SPOTS}
    assert closes == {"strip": ["strip"], "box": ["story"], "after": ["story"], "end": ["story"], "front": ["front"]}


def test_other_editions_and_places_are_left_out(edition: Edition) -> None:
    making.appeal(make.edition("ru"), "Russian")
    making.appeal(edition, "Front", place=Place.FRONT)
    assert "Russian" not in at("box")[0]
    assert "<template" not in at("box")[0]
    assert "Front" in at("front")[0]


def test_quiet_pages_carry_only_what_is_allowed_there(edition: Edition, section: Section, story: Article) -> None:
    making.appeal(edition, "Loud")
    assert "Loud" in Client().get(story.url).content.decode()
    Article.objects.filter(pk=story.pk).update(is_quiet=True)
    quiet = Client().get(story.url).content.decode()
    assert "Loud" not in quiet
    assert "<aside" not in quiet
    making.appeal(edition, "Soft", asks_in_quiet=True)
    quiet = Client().get(story.url).content.decode()
    assert len(standing(quiet)) == 1
    assert "Soft" in standing(quiet)[0]
    assert "own words" not in quiet
    Article.objects.filter(pk=story.pk).update(is_quiet=False)
    section.is_quiet = True
    section.save()
    quiet = Client().get(story.url).content.decode()
    assert ("Soft" in quiet, "Loud" in quiet) == (True, False)


def test_a_stored_story_depends_on_whether_its_section_is_quiet(section: Section, story: Article) -> None:
    with trace.tracing() as found:
        Client().get(story.url)
    assert f"section:{section.pk}" in found.keys


def test_nothing_at_all_is_asked_on_a_quiet_day(edition: Edition) -> None:
    making.appeal(edition, asks_in_quiet=True)
    QuietDay.objects.create(day=NOON.date(), name="Mourning")
    assert [at(spot)[0] for spot in ("strip", "box", "after", "end", "front")] == [""] * 5


def test_a_quiet_day_of_another_edition_is_none(edition: Edition) -> None:
    QuietDay.objects.create(day=NOON.date(), name="Easter", edition=make.edition("ka"))
    assert "own words" in at("box")[0]


def test_it_changes_in_the_second_in_which_a_campaign_begins_and_ends(edition: Edition, noon: Any) -> None:
    begins, ends = NOON + timedelta(hours=1), NOON + timedelta(hours=3)
    making.appeal(edition, "Now", of=making.campaign(begins=begins, ends=ends))
    html, found = at("box")
    assert ("Now" in html, found.fresh_until) == (False, begins.timestamp())
    noon.move_to(begins)
    html, found = at("box")
    assert ("Now" in html, found.fresh_until) == (True, ends.timestamp())
    noon.move_to(ends)
    html, found = at("box")
    assert ("Now" in html, found.fresh_until) == (False, None)


def test_it_changes_at_midnight_when_a_quiet_day_begins_and_ends(edition: Edition, noon: Any) -> None:
    making.appeal(edition, "Ask")
    QuietDay.objects.create(day=(NOON + timedelta(days=2)).date(), name="Mourning")
    _html, found = at("box")
    assert found.fresh_until is not None
    begins = datetime.fromtimestamp(found.fresh_until, UTC)
    assert NOON + timedelta(days=1) < begins < NOON + timedelta(days=2)
    noon.move_to(begins)
    html, found = at("box")
    assert (html, found.fresh_until) == ("", (begins + timedelta(days=1)).timestamp())
    noon.move_to(begins + timedelta(days=1))
    html, found = at("box")
    assert ("Ask" in html, found.fresh_until) == (True, None)


def test_every_change_of_what_it_shows_is_a_key(edition: Edition) -> None:
    section = make.section(edition, "Georgia")
    kept = making.appeal(edition, sections=[section])
    _html, found = at("box")
    assert {f"appeal:{kept.pk}", f"appeals:{edition.pk}"} & found.keys
    assert f"campaign:{kept.campaign_id}" in found.keys


def test_only_the_winner_is_left_after_a_test_and_losers_are_left_out_during_one(edition: Edition) -> None:
    kept = making.appeal(edition, "One")
    two = Variant.objects.create(appeal=kept, number=2, headline="Two")
    three = Variant.objects.create(appeal=kept, number=3, headline="Three")

    def shown() -> list[str]:
        found = [re.search(r"<h2>(.*?)</h2>", aside) for aside in candidates(at("box")[0])[0][1]]
        return [match[1] for match in found if match]

    assert shown() == ["One"]
    Appeal.objects.update(trial_begun=NOON)
    assert shown() == ["One", "Two", "Three"]
    Variant.objects.filter(pk=three.pk).update(stopped_at=NOON)
    assert shown() == ["One", "Two"]
    Appeal.objects.update(trial_ended=NOON, winner=two)
    assert shown() == ["Two"]
    assert "Two" in standing(at("box")[0])[0]


def test_links_say_what_led_to_joining_and_how_much(edition: Edition) -> None:
    kept = making.appeal(
        edition, of=making.campaign("Больше нас"), amounts=[500, 1250], currency="EUR", place=Place.FRONT
    )
    variant = kept.variants.get()
    (aside,) = standing(at("front")[0])
    assert read_variant_token(re.search(r'data-token="(.*?)"', aside)[1]) == variant.pk  # type: ignore[index]
    links = [parse_qs(urlsplit(unescape(link)).query) for link in re.findall(r'href="(/join/.*?)"', aside)]
    assert [link.get("amount") for link in links] == [["5.00"], ["12.50"], None]
    assert [(link.get("currency"), link.get("interval")) for link in links[:2]] == [(["EUR"], ["month"])] * 2
    source = JoinSource(place="front", appeal=kept.pk, campaign=kept.campaign.word)
    assert [JoinSource.parse(link["source"][0]) for link in links] == [source] * 3
    ((candidate,),) = [asides for _rules, asides in candidates(at("front")[0])][:1]
    chosen = [parse_qs(urlsplit(unescape(link)).query) for link in re.findall(r'href="(/join/.*?)"', candidate)]
    assert [JoinSource.parse(link["source"][0]).variant for link in chosen] == [variant.pk] * 3
    assert kept.campaign.word.isascii()


def test_words_are_escaped_and_parted_at_empty_lines(edition: Edition) -> None:
    making.appeal(edition, "<b>Us</b>", text="One & two\r\n\r\n  \nThree")
    (aside,) = standing(at("box")[0])
    assert "<h2>&lt;b&gt;Us&lt;/b&gt;</h2>" in aside
    assert "<p>One &amp; two</p><p>Three</p>" in aside


def test_each_look_has_a_name_of_its_own_and_a_picture_its_sizes(edition: Edition) -> None:
    kept = making.appeal(edition)
    picture = make.picture()
    picture.ready = [{"ratio": "3x2", "format": "jpeg", "w": 320, "h": 213, "file": "p.jpg"}]
    picture.save()
    for preset in Preset:
        Variant.objects.update(preset=preset, picture=picture)
        (aside,) = standing(at("box")[0])
        assert f"appeal--{preset}" in aside
        assert 'alt=""' in aside
    assert kept.variants.get().picture == picture


class TestGoal:
    def shown(self, **goal: Any) -> str:
        edition = Edition.objects.get()
        Campaign.objects.all().delete()
        campaign = making.campaign(begins=NOON - timedelta(days=5), ends=NOON + timedelta(days=5), **goal)
        making.appeal(edition, of=campaign, shows_goal=True)
        (aside,) = standing(at("box")[0])
        found = re.search(r'<p class="goal">(.*?)</p>', aside, re.DOTALL)
        return re.sub(r"<.*?>|\s+", " ", found[1]).strip() if found else ""

    def test_members_who_began_in_the_campaign_and_count(self, edition: Edition) -> None:
        for days, state in ((6, "active"), (2, "active"), (1, "past_due"), (1, "ended"), (1, "pending")):
            pledge = money.pledge(state=state)
            Pledge.objects.filter(pk=pledge.pk).update(began_at=NOON - timedelta(days=days), is_import=False)
        assert self.shown(goal_members=60) == "2 of 60 new members"

    def test_money_that_came_and_was_not_given_back(self, edition: Edition) -> None:
        for days, amount, refunded, currency in ((6, 900, 0, "EUR"), (2, 1200, 200, "EUR"), (1, 500, 0, "GEL")):
            agreement = money.agreement()
            pledge = money.pledge(state="active")
            Pledge.objects.filter(pk=pledge.pk).update(began_at=NOON - timedelta(days=days), agreement=agreement)
            money.payment(agreement, amount=amount, refunded=refunded, currency=currency, state="settled", at=NOON)
        assert self.shown(goal_amount=500000, goal_currency="EUR") == "€10 of €5,000"

    def test_without_a_goal_of_its_own_the_newsrooms(self, edition: Edition) -> None:
        assert self.shown() == ""


def test_the_script_is_small() -> None:
    script = finders.find("paper/appeals.js")
    assert script
    assert Path(script).stat().st_size < 3_000
