"""The screen of the lists: who sees it, that it shows what readers see and why, and that a story is kept out there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests import factories as make
from tests.discovery.popular.log import NOW, SITE, lists, read

from standfirst.accounts.roles import Role
from standfirst.discovery.popular.actions.exclude_story import exclude_story
from standfirst.discovery.popular.desk.standing import Row, places
from standfirst.discovery.popular.keeping import refresh
from standfirst.discovery.popular.models import Exclusion, PopularEntry
from standfirst.discovery.popular.scoring import DAY, Reads, score
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.models import Article

pytestmark = pytest.mark.django_db
INDEX = "/desk/popular/"


@pytest.fixture(autouse=True)
def now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def stories() -> list[Article]:
    """`viral`, `steady` and `quiet` are listed; `late` is read, but not yet listed."""
    section = make.section(make.edition("en"), "Georgia")
    made = [make.story(section, name, published_at=NOW - timedelta(days=1)) for name in ("viral", "steady", "quiet")]
    read(made[0], direct=40, search=20, site=400)
    read(made[1], direct=40, search=20)
    read(made[2], direct=20, search=20)
    refresh(NOW)
    late = make.story(section, "late", published_at=NOW - timedelta(hours=3))
    read(late, direct=90, search=90)
    return [*made, late]


def desk(role: Role = Role.EDITOR) -> Client:
    client = Client()
    client.force_login(make.staff(role))
    return client


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.EDITOR, True),
        (Role.PUBLISHER, True),
        (Role.MEMBERSHIP_MANAGER, True),
        (Role.ADMINISTRATOR, True),
        (Role.REPORTER, False),
        (Role.PICTURE_EDITOR, False),
    ],
)
def test_editors_and_managers_look_after_the_lists(stories: list[Article], role: Role, may: bool) -> None:
    client = desk(role)
    form = {"story": stories[0].pk, "reason": "why"}
    assert (client.get(INDEX).status_code == 200) == may
    assert client.post(f"{INDEX}exclude/", form).status_code == 302
    assert Exclusion.objects.exists() == may
    made = Exclusion.objects.first() or Exclusion.objects.create(story=stories[0], reason="x", excluded_at=NOW)
    client.post(f"{INDEX}exclusions/{made.pk}/end/")
    made.refresh_from_db()
    assert (made.ended_at is not None) == may
    home = client.get("/desk/").content.decode()
    assert ('"/desk/popular/"' in home) == may


def test_it_shows_what_readers_see_and_the_parts_of_each_score(stories: list[Article]) -> None:
    shown = desk().get(INDEX, {"period": "hours"}).context["shown"]

    assert [(row.place, row.story.title) for row in shown.rows] == [(1, "viral"), (2, "steady"), (3, "quiet")]
    assert [(row.place, row.story.title) for row in shown.coming] == [(0, "late")]
    score = shown.rows[0].score
    assert (score.reads, score.weighed, score.guarded, score.value) == (460, 230, 30 + 30 + 10, 70)
    assert [row.limited for row in shown.rows] == [f"cut: {SITE}", "", ""]
    html = desk().get(INDEX, {"period": "hours"}).content.decode()
    for said in (f"cut: {SITE}", "'Reads'>460<", "'After decay'>230.0<", "'Score'>70.0<", "'Freshness'>100 %<"):
        assert said.replace("'", '"') in html
    assert '<th scope="col"></th>' not in html


def test_of_small_scores_it_is_seen_which_is_the_larger(stories: list[Article]) -> None:
    given = score(DAY, [Reads("", 28, 9.0)], timedelta(days=580))
    row = Row(1, stories[0], given)
    assert (row.value, row.freshness) == ("0.109", "1.21 %")
    assert Row(1, stories[0], replace(given, value=1234.5, damping=1.0)).value in {"1,234", "1,235"}
    assert (Row(1, stories[0], replace(given, value=0.0)).value, Row(1, stories[0], None).value) == ("0", "")


def test_what_fell_below_the_least_says_that_it_goes(stories: list[Article]) -> None:
    with time_machine.travel(NOW + timedelta(hours=5), tick=False):
        html = desk().get(INDEX, {"period": "hours"}).content.decode()
    assert html.count("it goes with the next look") == 3


def test_places_are_those_that_readers_see_after_a_story_left(stories: list[Article]) -> None:
    exclude_story(story=stories[0], reason="why", by=None)
    kill_story(article=stories[1], reason="wrong", by=None)
    shown = desk().get(INDEX, {"period": "hours"}).context["shown"]
    assert [(row.place, row.story.title) for row in shown.rows] == [(0, "steady"), (1, "quiet")]
    assert b"readers do not see it" in desk().get(INDEX, {"period": "hours"}).content


def test_an_empty_list_says_why(stories: list[Article]) -> None:
    PopularEntry.objects.all().delete()
    html = desk().get(INDEX, {"period": "week", "list": stories[0].edition.list_key}).content.decode()
    assert "fewer than 3 stories have 20 reads in this period" in html


def test_sections_stand_below_their_edition(stories: list[Article]) -> None:
    georgia = stories[0].section
    make.section(georgia, "Batumi")
    make.section(make.edition("ka"), "Armenia")
    assert [place.name for place in places()] == [
        "English",
        "English › Georgia",
        "English › Georgia › Batumi",
        "ქართული",
        "ქართული › Armenia",
    ]
    answer = desk().get(INDEX, {"list": georgia.list_key, "period": "day"})
    assert [row.story.title for row in answer.context["shown"].rows] == ["viral", "steady", "quiet"]


@pytest.mark.parametrize("query", [{"list": "edition:0"}, {"list": "topic:1"}, {"period": "month"}])
def test_a_list_that_does_not_exist_is_not_found(stories: list[Article], query: dict[str, str]) -> None:
    assert desk().get(INDEX, query).status_code == 404


def test_a_story_is_kept_out_with_a_reason_and_let_in_again(stories: list[Article]) -> None:
    client = desk()
    form = client.get(f"{INDEX}exclude/", {"story": stories[0].pk})
    assert form.context["form"].initial == {"story": stories[0].pk}
    answer = client.post(
        f"{INDEX}exclude/",
        {"story": stories[0].pk, "reason": "about a child", "until": "2025-04-29 12:00"},
        follow=True,
    )

    assert "“viral” is in no list any more." in answer.content.decode()
    assert "about a child" in answer.content.decode()
    assert "viral" not in {title for found in lists().values() for title in found}
    made = Exclusion.objects.get()
    assert made.until == NOW.replace(day=29, hour=8)  # noon in Tbilisi
    answer = client.post(reverse("popular_desk:readmit", args=[made.pk]), follow=True)
    assert "is listed again within minutes" in answer.content.decode()
    assert "Were kept out" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "given", "says"),
    [("reason", "", "This field is required"), ("until", "2025-04-28 12:00", "past"), ("story", "0", "valid choice")],
)
def test_a_wrong_form_changes_nothing(stories: list[Article], field: str, given: str, says: str) -> None:
    form = {"story": stories[0].pk, "reason": "why", field: given}
    answer = desk().post(f"{INDEX}exclude/", form)
    assert (answer.status_code, Exclusion.objects.count()) == (422, 0)
    assert says in answer.content.decode()


def test_an_empty_form_says_what_is_missing(stories: list[Article]) -> None:
    answer = desk().post(f"{INDEX}exclude/", {})
    assert answer.status_code == 422
    assert answer.content.decode().count("This field is required") == 2


@pytest.mark.parametrize("story", ["x", "", "9" * 40, "²"])
def test_a_proposal_that_names_no_story_is_none(stories: list[Article], story: str) -> None:
    assert desk().get(f"{INDEX}exclude/", {"story": story}).context["form"].initial == {"story": None}


def test_an_exclusion_cannot_be_ended_by_a_link(stories: list[Article]) -> None:
    made = Exclusion.objects.create(story=stories[0], reason="x", excluded_at=NOW)
    assert desk().get(f"{INDEX}exclusions/{made.pk}/end/").status_code == 405
