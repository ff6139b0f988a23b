"""A test from its beginning to its end: what counts, what the loop stops, what staff decide."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.forms import modelform_factory
from django.test import Client
from tests import factories as newsroom
from tests.appeals.test_desk import filled_in
from tests.appeals.trials.conftest import Counted
from tests.money import factories as money

from standfirst.accounts.models import User
from standfirst.appeals.desk.forms import VariantForm
from standfirst.appeals.models import Appeal, TrialDecision, Variant
from standfirst.appeals.trials.actions.begin_trial import begin_trial
from standfirst.appeals.trials.actions.change_winner import change_winner
from standfirst.appeals.trials.actions.end_trial import end_trial
from standfirst.appeals.trials.actions.revive_variant import revive_variant, revived
from standfirst.appeals.trials.actions.stop_variant import stop_variant
from standfirst.appeals.trials.deciding import CannotDecide
from standfirst.appeals.trials.evidence import Count
from standfirst.appeals.trials.figures import figures_of
from standfirst.appeals.trials.watching import TrialKeeper, watch
from standfirst.counting.models import AppealHour
from standfirst.membership.models import Gift, Pledge
from standfirst.payments.models import Payment

BEGUN = datetime(2026, 11, 2, 9, 20, tzinfo=UTC)
FIRST = datetime(2026, 11, 2, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def editor(db: None) -> User:
    return newsroom.administrator()


@pytest.fixture
def running(appeal: Appeal, editor: User) -> Appeal:
    with time_machine.travel(BEGUN, tick=False):
        return begin_trial(appeal=appeal, by=editor)


def variants(appeal: Appeal) -> list[Variant]:
    return list(Variant.objects.filter(appeal=appeal).order_by("number"))


def shown(appeal: Appeal) -> list[int]:
    return [variant.number for variant in Appeal.objects.get(pk=appeal.pk).wordings()]


def history(appeal: Appeal) -> list[tuple[str, int | None, bool]]:
    lines = TrialDecision.objects.filter(appeal=appeal).order_by("pk").select_related("variant")
    return [(line.kind, line.variant.number if line.variant else None, line.by is not None) for line in lines]


def test_a_test_begins_with_all_variants_and_is_written_down(appeal: Appeal, editor: User) -> None:
    Variant.objects.filter(appeal=appeal, number=2).update(stopped_at=BEGUN - DAY)
    assert shown(appeal) == [1]
    begin_trial(appeal=appeal, by=editor)
    assert shown(appeal) == [1, 2]
    assert history(appeal) == [("begun", None, True)]


def test_what_cannot_be_tested_is_refused(appeal: Appeal, editor: User) -> None:
    first, second = variants(appeal)
    for act in (
        lambda: end_trial(appeal=appeal, by=editor),
        lambda: stop_variant(appeal=appeal, variant=second, why="", by=editor),
        lambda: revive_variant(appeal=appeal, variant=second, why="", by=editor),
    ):
        with pytest.raises(CannotDecide, match="No test of this appeal is running"):
            act()
    Variant.objects.filter(pk=first.pk).update(number=3)
    with pytest.raises(CannotDecide, match="Variant 1, the control, is missing"):
        begin_trial(appeal=appeal, by=editor)
    first.delete()
    with pytest.raises(CannotDecide, match="at least two variants"):
        begin_trial(appeal=appeal, by=editor)
    assert history(appeal) == []
    assert Appeal.objects.get(pk=appeal.pk).trial_begun is None


def words_of(variant: Variant, **given: str) -> VariantForm:
    """The form of a variant, sent as it stands but for `given`."""
    Form = modelform_factory(Variant, form=VariantForm, fields=["number", "preset", "headline", "text", "amounts",
                                                                "currency", "interval", "shows_goal"])  # fmt: skip
    sent = {"number": variant.number, "preset": "note", "headline": variant.headline, "interval": variant.interval}
    return Form(sent | given, instance=variant)


def test_words_are_not_changed_while_they_are_tested(running: Appeal, editor: User) -> None:
    second = variants(running)[1]
    refused = words_of(second, headline="Something else")
    assert refused.errors == {
        "__all__": ["These words are being tested: end the test before you change them, or copy the appeal."]
    }
    assert words_of(variants(running)[1]).is_valid()
    end_trial(appeal=running, by=editor)
    assert words_of(variants(running)[1], headline="Something else").is_valid()


def test_a_running_test_is_not_begun_again_and_its_control_not_stopped(running: Appeal, editor: User) -> None:
    with pytest.raises(CannotDecide, match="running already"):
        begin_trial(appeal=running, by=editor)
    with pytest.raises(CannotDecide, match="control is not stopped"):
        stop_variant(appeal=running, variant=variants(running)[0], why="", by=editor)
    assert shown(running) == [1, 2]


def test_a_variant_of_another_appeal_is_not_touched(running: Appeal, editor: User) -> None:
    other = Appeal.objects.create(campaign=running.campaign, edition=running.edition)
    stranger = Variant.objects.create(appeal=other, number=2, headline="Elsewhere")
    with pytest.raises(Variant.DoesNotExist):
        stop_variant(appeal=running, variant=stranger, why="", by=editor)
    with pytest.raises(Variant.DoesNotExist):
        end_trial(appeal=running, winner=stranger, by=editor)
    assert history(running) == [("begun", None, True)]


def test_stopping_reviving_and_choosing_are_written_down_once(running: Appeal, editor: User) -> None:
    second = variants(running)[1]
    assert stop_variant(appeal=running, variant=second, why="tasteless", by=editor)
    assert not stop_variant(appeal=running, variant=second, why="tasteless", by=editor)
    assert shown(running) == [1]
    assert revive_variant(appeal=running, variant=second, why="not so bad", by=editor)
    assert not revive_variant(appeal=running, variant=second, why="", by=editor)
    assert revived(Appeal.objects.get(pk=running.pk)) == {second.pk}
    end_trial(appeal=running, winner=second, by=editor, why="liked")
    assert shown(running) == [2]
    assert history(running) == [
        ("begun", None, True), ("stopped", 2, True), ("revived", 2, True), ("won", 2, True),
    ]  # fmt: skip
    assert str(TrialDecision.objects.filter(appeal=running).first()) == "liked"


def test_another_winner_is_chosen_only_once_a_test_is_over_and_only_of_its_own(running: Appeal, editor: User) -> None:
    first, second = variants(running)
    with pytest.raises(CannotDecide, match="No test of this appeal is over"):
        change_winner(appeal=running, winner=second, by=editor)
    end_trial(appeal=running, by=editor)
    assert not change_winner(appeal=running, winner=first, by=editor)
    assert change_winner(appeal=running, winner=second, by=editor, why="bolder")
    assert shown(running) == [2]
    assert history(running)[1:] == [("ended", None, True), ("won", 2, True)]
    other = Appeal.objects.create(campaign=running.campaign, edition=running.edition)
    stranger = Variant.objects.create(appeal=other, number=2, headline="Elsewhere")
    with pytest.raises(Variant.DoesNotExist):
        change_winner(appeal=running, winner=stranger, by=editor)


def test_without_a_winner_everybody_sees_the_control(running: Appeal, editor: User) -> None:
    end_trial(appeal=running, by=editor)
    assert shown(running) == [1]
    assert history(running)[-1] == ("ended", None, True)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tbilisi"])
def test_the_full_hours_of_the_test_count_by_the_newsrooms_days(
    running: Appeal, counted: Counted, settings: object, zone: str
) -> None:
    from django.utils import timezone

    first, second = variants(running)
    counted(first, FIRST - HOUR, seen=900, joins=9)
    counted(first, FIRST, seen=300, joins=2)
    counted(first, FIRST, seen=100, source="another node")
    counted(second, FIRST, seen=200)
    counted(second, FIRST + 11 * HOUR, seen=500, joins=1)
    with timezone.override(zone):
        found = figures_of(running, FIRST + 2 * DAY)
    late = {first.pk: Count(400, 2), second.pk: Count(200, 0)}
    if zone == "UTC":
        assert found.days == [{first.pk: Count(400, 2), second.pk: Count(700, 1)}]
    else:
        assert found.days == [late, {second.pk: Count(500, 1)}]
    assert found.clicks == {first.pk: 4, second.pk: 7}


def test_only_pledges_that_began_and_came_by_a_variant_in_its_time_count(running: Appeal, counted: Counted) -> None:
    first, second = variants(running)
    counted(first, FIRST, seen=100, joins=1)
    counted(second, FIRST, seen=100, joins=1)
    Pledge.objects.filter(source_variant=second.pk).update(began_at=None)
    counted(first, FIRST + 3 * DAY, joins=1)
    money.pledge(made_at=FIRST + HOUR, began_at=FIRST + HOUR)
    found = figures_of(running, FIRST + DAY)
    assert found.days == [{first.pk: Count(100, 1), second.pk: Count(100, 0)}]


def test_money_is_what_came_first_and_is_left(running: Appeal, counted: Counted) -> None:
    first, second = variants(running)
    counted(first, FIRST, joins=3)
    counted(second, FIRST, joins=1)
    one, two, three = Pledge.objects.filter(source_variant=first.pk).order_by("pk")
    for pledge, given in ((one, {}), (two, {"refunded": 200}), (three, {"state": Payment.State.FAILED})):
        agreement = money.agreement(reference=pledge.reference)
        money.payment(agreement, at=FIRST + DAY, amount=1200, **given)
        money.payment(agreement, at=FIRST + 32 * DAY, amount=9900)
    opened = Pledge.objects.get(source_variant=second.pk)
    gift = Gift.objects.create(tier=opened.tier, amount=12000, currency="GEL", pledge=opened)
    money.payment(money.agreement(reference=gift.reference, amount=12000), at=FIRST)
    found = figures_of(running, FIRST + DAY)
    assert found.payments == {"GEL": {first.pk: {1200: 1, 1000: 1, 9900: 1}, second.pk: {12000: 1}}}


def test_there_are_no_figures_without_a_test(appeal: Appeal) -> None:
    with pytest.raises(ValueError, match="no test of the appeal"):
        figures_of(appeal)


def lose(appeal: Appeal, counted: Counted, number: int = 2) -> None:
    """Three days on which the variant brings nobody, and each other one many."""
    for variant in variants(appeal):
        for day in range(3):
            counted(variant, FIRST + day * DAY, seen=1000, joins=0 if variant.number == number else 5)


def test_the_loop_stops_a_clear_loser_once_and_says_so(
    running: Appeal, counted: Counted, caplog: pytest.LogCaptureFixture
) -> None:
    lose(running, counted)
    second = variants(running)[1]
    now = FIRST + 3 * DAY
    assert watch(now) == [second]
    assert watch(now) == []
    assert shown(running) == [1]
    assert history(running)[-1] == ("stopped", 2, False)
    why = TrialDecision.objects.get(kind="stopped").why
    assert why == "clearly fewer members than another variant: 0 joined, seen 3000 times"
    assert f"variant 2 of the appeal {running.pk} was stopped" in caplog.text


def test_what_staff_revived_is_not_stopped_by_itself_again(running: Appeal, counted: Counted, editor: User) -> None:
    lose(running, counted)
    second = variants(running)[1]
    watch(FIRST + 3 * DAY)
    revive_variant(appeal=running, variant=second, why="give it time", by=editor)
    assert watch(FIRST + 3 * DAY + HOUR) == []
    assert shown(running) == [1, 2]


def test_the_control_is_never_stopped_and_nobody_wins_by_itself(running: Appeal, counted: Counted) -> None:
    lose(running, counted, number=1)
    assert watch(FIRST + 9 * DAY) == []
    kept = Appeal.objects.get(pk=running.pk)
    assert (kept.is_on_trial, kept.winner) == (True, None)
    assert shown(running) == [1, 2]


def test_a_test_that_is_over_is_left_alone(running: Appeal, counted: Counted, editor: User) -> None:
    lose(running, counted)
    end_trial(appeal=running, by=editor)
    assert watch(FIRST + 3 * DAY) == []
    assert variants(running)[1].stopped_at is None


def test_a_new_test_counts_anew(running: Appeal, counted: Counted, editor: User) -> None:
    lose(running, counted)
    end_trial(appeal=running, by=editor)
    with time_machine.travel(FIRST + 5 * DAY, tick=False):
        again = begin_trial(appeal=running, by=editor)
    assert figures_of(again, FIRST + 6 * DAY).days == []
    assert AppealHour.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_the_loop_goes_on_after_what_fails(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    stopping, looks = threading.Event(), []

    def look(now: datetime) -> list[Variant]:
        looks.append(now)
        if len(looks) == 2:
            stopping.set()
        raise RuntimeError("a broken test")

    monkeypatch.setattr("standfirst.appeals.trials.watching.watch", look)
    TrialKeeper(interval=0.0).run(stopping)
    assert len(looks) == 2
    assert caplog.text.count("tests of appeals could not be looked at") == 2


def test_where_an_appeal_stands_may_change_while_its_words_are_tested(
    running: Appeal, client: Client, editor: User
) -> None:
    client.force_login(editor)
    words = [
        {"id": variant.pk, "number": variant.number, "headline": variant.headline} for variant in variants(running)
    ]
    data = filled_in(running.edition, *words, position=7, **{"variants-INITIAL_FORMS": 2})
    answer = client.post(f"/desk/snippets/appeals/appeal/edit/{running.pk}/", data)
    assert answer.status_code == 302
    kept = Appeal.objects.get(pk=running.pk)
    assert (kept.position, kept.is_on_trial, shown(kept)) == (7, True, [1, 2])
    data["variants-1-headline"] = "Something else"
    answer = client.post(f"/desk/snippets/appeals/appeal/edit/{running.pk}/", data)
    assert "These words are being tested" in answer.content.decode()
    assert variants(running)[1].headline == "Without you, silence"


def sent(appeal: Appeal, *more: dict[str, object], **fields: object) -> dict[str, object]:
    """The form of the appeal as it stands, with more variants behind."""
    words: list[dict[str, object]] = [
        {"id": variant.pk, "number": variant.number, "headline": variant.headline} for variant in variants(appeal)
    ]
    kept = {"variants-INITIAL_FORMS": len(words), **fields}
    return filled_in(appeal.edition, *words, *more, **kept)


def test_no_variant_comes_or_goes_while_the_words_are_tested(running: Appeal, client: Client, editor: User) -> None:
    client.force_login(editor)
    address = f"/desk/snippets/appeals/appeal/edit/{running.pk}/"
    for data in (sent(running, {"headline": "A third"}), sent(running, **{"variants-1-DELETE": "on"})):
        answer = client.post(address, data)
        assert "a variant more or less would spoil the test. End it first" in answer.content.decode()
        assert [variant.headline for variant in variants(running)] == ["We rely on you", "Without you, silence"]
    end_trial(appeal=running, by=editor)
    assert client.post(address, sent(running, {"headline": "A third", "number": ""})).status_code == 302
    assert [variant.number for variant in variants(running)] == [1, 2, 3]


def test_a_copy_of_an_appeal_on_trial_is_not_on_trial_and_may_say_something_else(
    running: Appeal, client: Client, editor: User
) -> None:
    client.force_login(editor)
    data = sent(running, {"headline": "A third"}) | {"variants-0-headline": "Changed"}
    assert client.post("/desk/snippets/appeals/appeal/add/", data).status_code == 302
    copied = Appeal.objects.exclude(pk=running.pk).get()
    assert [variant.headline for variant in variants(copied)] == ["Changed", "Without you, silence", "A third"]
    assert (copied.is_on_trial, shown(copied), shown(running)) == (False, [1], [1, 2])
