"""The screens of tests, as staff see them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories as newsroom
from tests.appeals.trials.conftest import Counted
from tests.money import factories as money

from standfirst.accounts.roles import Role
from standfirst.appeals.models import Appeal, Campaign, Variant
from standfirst.appeals.trials.actions.begin_trial import begin_trial
from standfirst.appeals.trials.drawing import round_up
from standfirst.appeals.trials.words import before_it_begins, length, sure_in_words
from standfirst.membership.join_names import in_words, known
from standfirst.membership.join_source import JoinSource
from standfirst.membership.models import Pledge

TESTS = "/desk/membership/tests/"


@pytest.fixture
def desk(client: Client, db: None) -> Client:
    client.force_login(newsroom.staff(Role.MEMBERSHIP_MANAGER))
    return client


def text_of(response: Any) -> str:
    """What is read on the page, without its markup."""
    body = response.content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body.replace("&nbsp;", " ")))


def begun(appeal: Appeal, days: int) -> Appeal:
    """The test, begun so many days ago."""
    kept = begin_trial(appeal=appeal, by=newsroom.administrator())
    Appeal.objects.filter(pk=kept.pk).update(trial_begun=timezone.now() - timedelta(days=days, hours=1))
    return Appeal.objects.get(pk=kept.pk)


def fill(appeal: Appeal, counted: Counted, days: int, *each: tuple[int, int]) -> None:
    """As many days, on each of which the variants are seen and joined by so often."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for variant, (seen, joins) in zip(Variant.objects.filter(appeal=appeal).order_by("number"), each, strict=True):
        for day in range(days):
            counted(variant, now - timedelta(days=day, hours=2), seen=seen, joins=joins)


def test_a_test_is_set_up_read_and_decided(desk: Client, appeal: Appeal, counted: Counted) -> None:
    listed = desk.get(TESTS)
    assert f"{TESTS}{appeal.pk}/" in listed.content.decode()
    before = text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    assert "takes about 66 joins. None came in the last four weeks." in before
    assert "What was counted" not in before
    desk.post(f"{TESTS}{appeal.pk}/begin/")
    assert "Not enough yet to say which is better. Nobody has seen it yet" in text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    Appeal.objects.filter(pk=appeal.pk).update(trial_begun=timezone.now() - timedelta(days=9))
    fill(appeal, counted, 8, (2000, 2), (2000, 8))
    page = text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    assert "B brings more members than A: 40 against 10 for each 10,000 times it was seen. How sure is that?" in page
    assert "at most 5 of 100 tests would ever call one better by mistake" in page
    assert "fewer than A is the best" in page
    assert re.search(
        r"Most likely B brings [34]\.\d times as many as A; nine times of ten it is \d\.\d to \d\.\d times", page
    )
    desk.post(f"{TESTS}{appeal.pk}/2/choose/", {"why": "the numbers"})
    page = text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    assert "Everybody sees B: Without you, silence." in page
    assert "winner chosen: B: Without you, silence the numbers" in page
    assert "Choose B for everybody" not in page
    assert Appeal.objects.get(pk=appeal.pk).wordings()[0].number == 2


def test_who_chose_the_wrong_one_shows_another_and_keeps_what_was_counted(
    desk: Client, appeal: Appeal, counted: Counted
) -> None:
    fill(begun(appeal, 9), counted, 8, (2000, 2), (2000, 8))
    shown = desk.get(f"{TESTS}{appeal.pk}/")
    assert "to everybody instead" not in text_of(shown)
    assert _first_button(shown) == '<button type="submit" disabled hidden>'
    desk.post(f"{TESTS}{appeal.pk}/1/choose/")
    assert "Show A to everybody instead" not in text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    for _twice in range(2):
        page = text_of(desk.post(f"{TESTS}{appeal.pk}/2/choose/", {"why": "a slip"}, follow=True))
        assert "The test is over. Everybody sees B." in page
    assert "Everybody sees B: Without you, silence." in page
    assert "B brings more members than A: 40 against 10" in page
    assert page.count("a slip") == 1
    assert "Show A to everybody instead" in page
    assert _first_button(desk.get(f"{TESTS}{appeal.pk}/")) == '<button type="submit" disabled hidden>'


def _first_button(response: Any) -> str:
    """The button that the key Enter presses in the field of reasons."""
    return re.findall(r"<button[^>]*>", response.content.decode().partition('class="trial"')[2])[0]


def test_little_is_called_little_with_how_long_it_takes(desk: Client, appeal: Appeal, counted: Counted) -> None:
    fill(begun(appeal, 9), counted, 8, (500, 0), (500, 1))
    page = text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    assert "Not enough yet to say which is better." in page
    assert "So far B is ahead: 20 against 0 of A for each 10,000 times it was seen. That may still be chance." in page
    assert "one that brings twice as many shows after about 8 more weeks" in page
    assert "choosing before there is one is a coin toss" in page
    assert "fewer than A is the best" not in page


def test_equally_good_ones_are_called_so(desk: Client, appeal: Appeal, counted: Counted) -> None:
    fill(begun(appeal, 9), counted, 8, (9000, 60), (9000, 61))
    assert "They do equally well: the difference is less than a quarter." in text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    Variant.objects.create(appeal=appeal, number=3, headline="A third")
    third = Variant.objects.get(appeal=appeal, number=3)
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for day in range(8):
        counted(third, now - timedelta(days=day, hours=2), seen=9000, joins=60)
    page = text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    assert "They do equally well: none differs from A by more than a quarter." in page


def test_a_test_that_was_ended_early_does_not_say_to_wait(desk: Client, appeal: Appeal, counted: Counted) -> None:
    fill(begun(appeal, 9), counted, 8, (500, 0), (500, 1))
    desk.post(f"{TESTS}{appeal.pk}/end/")
    page = text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    assert "The test ended before it could be said which is better. So far B is ahead" not in page
    assert "The test ended before it could be said which is better. B was ahead: 20 against 0 of A" in page
    assert "more weeks" not in page.partition("Test again")[0]


def test_a_test_that_nobody_can_see_says_so(desk: Client, appeal: Appeal) -> None:
    page = f"{TESTS}{appeal.pk}/"
    assert "No reader sees it" not in text_of(desk.get(page))
    begun(appeal, 3)
    now, soon = timezone.now(), timezone.now() + timedelta(days=1)
    for fields, said in (
        ({"is_running": False}, "No reader sees it now: its campaign “Spring” is switched off."),
        ({"begins": soon, "is_running": True}, "No reader sees it yet: its campaign “Spring” has not begun."),
        ({"begins": now - timedelta(9), "ends": now}, "No reader sees it any more: its campaign “Spring” is over."),
    ):
        Campaign.objects.update(**fields)
        assert said in text_of(desk.get(page))
    desk.post(f"{page}end/")
    assert "No reader sees it" not in text_of(desk.get(page)).partition("Test again")[0]


def test_a_stopped_variant_can_be_shown_again(desk: Client, appeal: Appeal) -> None:
    begun(appeal, 3)
    desk.post(f"{TESTS}{appeal.pk}/2/stop/", {"why": "a misprint"})
    page = text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    assert "Only A is left. Choose it, or show another one again." in page
    assert "Show B again" in page
    assert "a misprint" in page
    desk.post(f"{TESTS}{appeal.pk}/2/revive/")
    assert Variant.objects.get(appeal=appeal, number=2).stopped_at is None
    desk.post(f"{TESTS}{appeal.pk}/end/")
    assert "without a winner. Everybody sees A." in text_of(desk.get(f"{TESTS}{appeal.pk}/"))


def test_what_cannot_be_decided_is_said(desk: Client, appeal: Appeal) -> None:
    assert "No test of this appeal is running." in text_of(desk.post(f"{TESTS}{appeal.pk}/end/", follow=True))
    begun(appeal, 1)
    said = desk.post(f"{TESTS}{appeal.pk}/1/stop/", follow=True)
    assert "The control is not stopped" in said.content.decode()
    assert desk.get(f"{TESTS}{appeal.pk}/end/").status_code == 405
    assert desk.post(f"{TESTS}{appeal.pk}/4/stop/").status_code == 404


def test_a_variant_that_is_seen_less_often_raises_a_doubt(desk: Client, appeal: Appeal, counted: Counted) -> None:
    fill(begun(appeal, 5), counted, 4, (1000, 1), (500, 1))
    assert "B was seen much less often than the others." in text_of(desk.get(f"{TESTS}{appeal.pk}/"))


def test_four_variants_are_compared_with_the_next_best(desk: Client, appeal: Appeal, counted: Counted) -> None:
    for number in (3, 4):
        Variant.objects.create(appeal=appeal, number=number, headline=f"Words {number}")
    fill(begun(appeal, 9), counted, 8, (2000, 2), (2000, 2), (2000, 12), (2000, 3))
    page = text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    assert "C brings the most members: 60 for each 10,000 times it was seen, against 15 of the next, D." in page


def test_money_is_for_those_who_look_after_members(
    client: Client, desk: Client, appeal: Appeal, counted: Counted
) -> None:
    fill(begun(appeal, 3), counted, 1, (2000, 3), (2000, 3))
    for pledge in Pledge.objects.all():
        money.payment(money.agreement(reference=pledge.reference), at=timezone.now())
    seen = text_of(desk.get(f"{TESTS}{appeal.pk}/"))
    assert seen.count("36.00") == 2
    assert "money for each 1,000 times seen" in seen
    desk.force_login(newsroom.staff(Role.PUBLISHER))
    hidden = desk.get(f"{TESTS}{appeal.pk}/")
    assert hidden.status_code == 200
    assert "36.00" not in text_of(hidden)
    assert "money" not in text_of(hidden)


@pytest.mark.parametrize("address", ["", "{pk}/", "{pk}/begin/", "{pk}/2/choose/"])
def test_reporters_do_not_enter(client: Client, appeal: Appeal, address: str) -> None:
    client.force_login(newsroom.staff(Role.REPORTER))
    answer = client.post(TESTS + address.format(pk=appeal.pk)) if "/" in address else client.get(TESTS)
    assert answer.status_code in {302, 403}
    assert Appeal.objects.get(pk=appeal.pk).trial_begun is None


def test_the_picture_says_in_words_what_it_shows(desk: Client, appeal: Appeal, counted: Counted) -> None:
    fill(begun(appeal, 5), counted, 4, (1000, 1), (1000, 3))
    page = desk.get(f"{TESTS}{appeal.pk}/").content.decode()
    assert re.search(r'<svg class="trial-picture"[^>]* role="img" aria-labelledby="trial-t trial-d">', page)
    assert re.search(r"<desc id=\"trial-d\">A: most likely \d+\.\d, nine times of ten \d+\.\d to \d+\.\d; B: ", page)


def test_the_index_is_of_use_before_there_is_a_test(desk: Client, appeal: Appeal) -> None:
    Variant.objects.filter(appeal=appeal, number=2).delete()
    assert "No appeal has two variants yet." in text_of(desk.get(TESTS))


def test_a_join_names_its_variant_and_appeal(appeal: Appeal) -> None:
    second = Variant.objects.get(appeal=appeal, number=2)
    assert known(JoinSource("box", variant=second.pk)) == JoinSource("box", appeal=appeal.pk, variant=second.pk)
    assert known(JoinSource("box", appeal=appeal.pk + 1, variant=second.pk + 1)) == JoinSource("box")
    text = f"box;appeal={appeal.pk};variant={second.pk}"
    parts = in_words([text])[text]
    assert [part.words for part in parts][1:] == [f"appeal: {appeal}", "variant: B (Without you, silence)"]
    assert {part.url for part in parts[1:]} == {f"{TESTS}{appeal.pk}/"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.999, "more than 99 %"), (0.97, "97 %"), (0.5, "50 %"), (0.001, "less than 1 %"), (1.0, "more than 99 %")],
)
def test_nobody_is_ever_quite_sure(value: float, shown: str) -> None:
    assert sure_in_words(value) == shown


def test_lengths_of_time_are_no_more_exact_than_they_are_known() -> None:
    said = [length(days) for days in (0, 1, 13, 14, 100, 121)]
    assert said == [
        "about 1 more day", "about 1 more day", "about 13 more days", "about 2 more weeks", "about 14 more weeks",
        "more than four months",
    ]  # fmt: skip
    assert "66 joins. 33 came by this appeal in the last four weeks: reckon with about 8 weeks" in before_it_begins(
        2, 33
    )


@pytest.mark.parametrize(("value", "top"), [(0, 1), (0.3, 0.5), (1, 1), (1.01, 2), (24, 25), (60, 100), (2500.1, 5000)])
def test_the_picture_ends_at_a_round_number(value: float, top: float) -> None:
    assert round_up(value) == pytest.approx(top)
