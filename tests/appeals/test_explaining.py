"""What staff are told of a reader whom they imagine: what is shown in each place, and why nothing else."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from tests import factories as make
from tests.appeals import making

from standfirst.accounts.roles import Role
from standfirst.appeals.explaining import Answer, Imagined, elsewhere, explain, spots_of
from standfirst.appeals.models import Appeal, Place, QuietDay, Variant
from standfirst.stories.context import paper_of
from standfirst.stories.models import Article, Edition, Section

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def edition() -> Edition:
    return make.edition("en")


@pytest.fixture
def section(edition: Edition) -> Section:
    return make.section(edition, "Armenia")


@pytest.fixture
def story(section: Section) -> Article:
    return make.story(section, "One story")


def asked(page: Any, **reader: Any) -> dict[str, Answer]:
    page = page.specific_class.objects.get(pk=page.pk)
    paper = paper_of(RequestFactory().get("/en/"))
    return {answer.spot: answer for answer in explain(page, paper, Imagined(**reader), NOW())}


def reasons(answer: Answer, appeal: Appeal) -> list[str]:
    return next(one.reasons for one in answer.refused if one.appeal == appeal)


def box(title: str = "") -> str:
    return json.dumps([{"type": "appeal", "value": {"title": title, "text": ""}, "id": str(uuid.uuid4())}])


def test_a_reader_in_yerevan_on_the_third_story_once_a_member(edition: Edition, story: Article) -> None:
    yerevan = making.appeal(
        edition, "Yerevan", countries=["AM"], stories_from=3, readers=["lapsed"], devices=["phone"], visit="returning"
    )
    reader = {"state": "lapsed", "country": "AM", "stories": 3, "device": "phone", "visit": "returning"}
    shown = asked(story, **reader)["after"].shown
    assert shown is not None
    assert shown.appeal == yerevan
    for field, value, why in [
        ("country", "GE", "It asks only in these countries: Armenia."),
        ("country", "", "It asks only in these countries: Armenia."),
        ("stories", 2, "This is story 2 of the month; it asks from story 3 on."),
        ("state", "stranger", "It asks only these readers: former members."),
        ("device", "desktop", "It asks only on: phone."),
        ("visit", "first", "It is only for: returning readers."),
        ("seen", 4, "The reader has seen it 4 times; it is shown 4 times in 30 days at most."),
    ]:
        answer = asked(story, **reader | {field: value})["after"]
        assert (answer.shown, answer.instead) == (None, "The edition's own appeal.")
        assert reasons(answer, yerevan) == [why]


def test_sections_threads_and_topics_are_named(edition: Edition, section: Section, story: Article) -> None:
    other = make.section(edition, "Georgia")
    thread, topic = make.thread(edition, "The bridge"), make.topic(edition, "Rivers")
    elsewhere = making.appeal(edition, "Elsewhere", sections=[other], threads=[thread], topics=[topic], stories_to=1)
    answer = asked(story, stories=2)["after"]
    assert reasons(answer, elsewhere) == [
        "It asks only in these sections: Georgia.",
        "It asks only in these threads: The bridge.",
        "It asks only under these topics: Rivers.",
        "This is story 2 of the month; it asks up to story 1.",
    ]
    there = make.story(other, "There", thread=thread, topics=[topic])
    assert asked(there)["after"].shown is not None


def test_the_first_in_order_is_shown_and_the_others_know_it(edition: Edition, story: Article) -> None:
    late = making.appeal(edition, "Late", of=making.campaign("Late", position=2))
    first = making.campaign("First", position=1)
    second_place = making.appeal(edition, "B", of=first, position=5)
    winner = making.appeal(edition, "A", of=first, position=4)
    at_the_end = making.appeal(
        edition, "End", of=making.campaign("Last", position=9), place=Place.END, readers=["lapsed"]
    )
    answer = asked(story)["after"]
    assert answer.shown is not None
    assert answer.shown.appeal == winner
    assert answer.wording == "Variant 1."
    assert [one.appeal for one in answer.refused] == [at_the_end, second_place, late]
    assert reasons(answer, late) == [f"It would fit, but “{winner}: A” comes first."]
    assert reasons(answer, at_the_end) == ["It asks only these readers: former members."]


def test_what_the_campaign_and_the_calendar_forbid(edition: Edition, story: Article) -> None:
    later = NOW() + timedelta(days=2)
    off = making.appeal(edition, of=making.campaign(is_running=False))
    future = making.appeal(edition, of=making.campaign(begins=later))
    past = making.appeal(edition, of=making.campaign(ends=NOW() - timedelta(hours=1)))
    wordless = making.appeal(edition)
    Variant.objects.filter(appeal=wordless).delete()
    answer = asked(story)["after"]
    assert reasons(answer, off) == ["Its campaign is switched off."]
    assert reasons(answer, future)[0].startswith("Its campaign begins on ")
    assert reasons(answer, past)[0].startswith("Its campaign ended on ")
    assert reasons(answer, wordless) == ["It has no words to show: give it a variant with the number 1."]
    good = making.appeal(edition)
    QuietDay.objects.create(day=timezone.localdate() + timedelta(days=40), name="Another day")
    assert asked(story)["after"].shown is not None
    QuietDay.objects.create(day=timezone.localdate(), name="Day of mourning", edition=edition)
    answer = asked(story)["after"]
    assert (answer.shown, answer.instead) == (None, "Nothing: it is a quiet day, Day of mourning.")
    assert reasons(answer, good) == ["Nothing is asked on this day: Day of mourning."]


def test_a_quiet_page_asks_nothing_but_what_is_allowed_there(
    edition: Edition, section: Section, story: Article
) -> None:
    loud = making.appeal(edition)
    Article.objects.filter(pk=story.pk).update(is_quiet=True)
    answer = asked(story)["after"]
    assert (answer.shown, answer.instead) == (None, "Nothing.")
    assert reasons(answer, loud) == ["The page is quiet, and this appeal does not ask where it is quiet."]
    soft = making.appeal(edition, "Soft", asks_in_quiet=True)
    shown = asked(story)["after"].shown
    assert shown is not None
    assert shown.appeal == soft


def test_a_story_in_a_quiet_section_is_quiet(section: Section, story: Article) -> None:
    assert asked(story)["after"].instead == "The edition's own appeal."
    section.is_quiet = True
    section.save()
    assert asked(story)["after"].instead == "Nothing."


def test_members_get_thanks_and_whoever_closed_it_gets_nothing(edition: Edition, story: Article) -> None:
    ask = making.appeal(edition)
    assert asked(story, state="member")["after"].instead == "Thanks."
    answer = asked(story, closed=("story",))["after"]
    assert (answer.shown, answer.instead) == (None, "Nothing: the reader has closed what stood here.")
    assert reasons(answer, ask) == ["The reader closed what stood here; for 30 days nothing stands here again."]
    strip = making.appeal(edition, place=Place.STRIP)
    shown = asked(story, closed=("story",))["strip"].shown
    assert shown is not None
    assert shown.appeal == strip


def test_each_kind_of_page_has_its_places(edition: Edition, section: Section, story: Article) -> None:
    assert spots_of(story) == ["strip", "after"]
    assert spots_of(make.story(section, "With a box", body=box())) == ["strip", "box", "end"]
    assert spots_of(make.story(section, "With words of its own", body=box("Own"))) == ["strip", "end"]
    assert spots_of(section) == ["strip"]
    edition.front = box()
    assert spots_of(edition) == ["strip", "front"]
    edition.front = box("Own")
    assert spots_of(edition) == ["strip"]


def test_staff_see_it_in_the_desk_and_strangers_do_not(client: Client, edition: Edition, story: Article) -> None:
    making.appeal(edition, "Join us", countries=["AM"])
    address = "/desk/appeals/explain/"
    assert client.get(address).status_code == 302
    client.force_login(make.staff(Role.REPORTER))
    form = client.get(f"{address}?page={story.pk}")
    assert form.status_code == 200
    assert f'value="{story.pk}"' in form.content.decode()
    described = {"page": story.pk, "state": "lapsed", "stories": 3, "visit": "returning", "device": "phone", "seen": 0}
    answer = client.get(address, described).content.decode()
    assert "It asks only in these countries: Armenia." in answer
    assert "The edition&#x27;s own appeal." in answer
    answer = client.get(address, described | {"country": "AM"}).content.decode()
    assert "Not shown" not in answer
    wrong = client.get(address, described | {"country": "QQ"})
    assert wrong.status_code == 422
    assert "QQ is not one of the available choices" in wrong.content.decode()


@pytest.mark.parametrize(
    "address", ["/desk/pages/{story}/edit/", "/desk/pages/{section}/", "/desk/reading/stories/{story}/"]
)
def test_the_desk_leads_there_and_the_answer_stands_there_at_once(
    client: Client, edition: Edition, section: Section, story: Article, address: str
) -> None:
    making.appeal(edition, "Join us")
    client.force_login(make.staff(Role.PUBLISHER))
    page = client.get(address.format(story=story.pk, section=section.pk)).content.decode()
    there = f"/desk/appeals/explain/?page={story.pk}"
    assert there in page
    assert "Who is asked for what here" in page
    answer = client.get(there)
    assert answer.status_code == 200
    assert "“Join us”" in answer.content.decode()


def test_appeals_of_other_editions_and_places_are_named_with_why_they_never_stand_here(
    client: Client, edition: Edition, story: Article
) -> None:
    here = making.appeal(edition, "Here")
    front = making.appeal(edition, "On the front", place=Place.FRONT)
    russian = making.appeal(make.edition("ru"), "Там")
    page = Article.objects.get(pk=story.pk)
    answers = explain(page, paper_of(RequestFactory().get("/en/")), Imagined(), NOW())
    assert here in [answer.shown.appeal for answer in answers if answer.shown]
    assert [(one.appeal, one.reasons) for one in elsewhere(page, answers)] == [
        (front, ["This page has no place for it: front page."]),
        (russian, ["It asks in another edition: Русский."]),
    ]
    client.force_login(make.staff(Role.REPORTER))
    said = client.get(f"/desk/appeals/explain/?page={story.pk}").content.decode()
    assert "2 appeals stand elsewhere and never on this page" in said


def test_a_page_that_does_not_exist_is_said(client: Client, edition: Edition) -> None:
    client.force_login(make.staff(Role.REPORTER))
    for page in ("999999", "x", ""):
        answer = client.get(f"/desk/appeals/explain/?page={page}")
        assert answer.status_code == 422
    assert client.get("/desk/appeals/explain/").status_code == 200
