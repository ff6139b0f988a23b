"""The demo's tests of words: what was counted, who joined and what they paid say the same on every screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from standfirst.accounts.roles import Role
from standfirst.appeals.models import Appeal, TrialDecision, Variant
from standfirst.appeals.trials.figures import Figures, figures_of
from standfirst.counting.models import AppealHour, StoryHour
from standfirst.demo.content import CONTENT, load_toml
from standfirst.demo.errors import ContentError
from standfirst.demo.steps.asking import ask_for_support
from standfirst.demo.steps.membership import offer_membership
from standfirst.demo.steps.traffic import invent_readers
from standfirst.demo.steps.trials import Tried, load_trials, try_words
from standfirst.insights.membership.sources import by_part
from standfirst.membership.models import Member, Pledge, SentMail
from standfirst.membership.spans import months
from standfirst.payments import ledger
from tests import factories as make

pytestmark = pytest.mark.django_db
FILE = CONTENT / "appeals.toml"
WORDS = load_toml(FILE)
OVER, RUNS = (
    replace(one, people=[*one.people[:1], *one.people[one.a : one.a + 2]], a=1) for one in load_trials(WORDS, FILE)
)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> dict[str, Appeal]:
    """A small newsroom with both tests, begun twice; its appeals by place."""
    monkeypatch.setattr("standfirst.demo.steps.traffic.VIEWS_A_DAY", 300)
    section = make.section(make.edition("en"), "Georgia")
    for at in range(3):
        make.story(section, f"s{at}", published_at=timezone.now() - timedelta(days=at))
    offer_membership()
    ask_for_support(WORDS)
    invent_readers(str)
    manager = make.staff(Role.MEMBERSHIP_MANAGER)
    for _time in range(2):
        try_words([OVER, RUNS], manager)
    return {appeal.place: appeal for appeal in Appeal.objects.prefetch_related("variants")}


def joins_of(figures: Figures) -> list[int]:
    return [sum(day[pk].joins for day in figures.days if pk in day) for pk in figures.numbers]


def test_what_was_counted_and_who_joined_agree_on_every_screen(tried: dict[str, Appeal]) -> None:
    by_variant = {one.value: one for one in by_part("variant", months(timezone.localdate(), 13))}
    for one, appeal in ((OVER, tried["box"]), (RUNS, tried["strip"])):
        figures = figures_of(appeal)
        assert joins_of(figures) == [one.a, len(one.people) - one.a]
        for variant, joins in zip(figures.variants, joins_of(figures), strict=True):
            assert by_variant[str(variant.pk)].joins == joins
            assert figures.clicks[variant.pk] >= joins
            assert f"{variant.letter} ({variant.headline})" == by_variant[str(variant.pk)].name
    assert Member.objects.count() == Pledge.objects.exclude(source_variant=None).count() == 6
    assert all("(invented)" in member.pseudonym for member in Member.objects.all())
    assert ledger.verify() == []
    assert not SentMail.objects.exists()


def test_everybody_who_joined_was_shown_the_appeal_there_and_has_paid_until_now(tried: dict[str, Appeal]) -> None:
    for pledge in Pledge.objects.exclude(source_variant=None):
        rows = AppealHour.objects.filter(variant_id=pledge.source_variant, story_id=pledge.source_story or 0)
        hour = rows.get(hour=pledge.made_at.replace(minute=0, second=0, microsecond=0))
        assert hour.seen >= hour.clicks >= 1
        assert pledge.period_end is not None
        assert pledge.period_end > timezone.now()
        assert pledge.state == Pledge.State.ACTIVE


def test_one_is_over_with_a_winner_and_the_other_runs(tried: dict[str, Appeal]) -> None:
    assert [variant.number for variant in tried["box"].wordings()] == [2]
    assert tried["strip"].is_on_trial
    assert [variant.number for variant in tried["strip"].wordings()] == [1, 2]
    kinds = TrialDecision.objects.order_by("pk").values_list("kind", "why")
    assert list(kinds) == [("begun", "2 variants"), ("won", OVER.why), ("begun", "2 variants")]


def test_nobody_sees_more_appeals_than_pages_and_none_stands_in_a_box_of_a_front_page(tried: dict[str, Appeal]) -> None:
    ours = [variant.pk for variant in tried["strip"].variants.all()]
    seen = AppealHour.objects.filter(variant_id__in=ours).totals()["seen"]
    assert 0 < seen < StoryHour.objects.get_queryset().totals()["views"]
    in_boxes = AppealHour.objects.exclude(variant_id__in=ours)
    assert in_boxes.exists()
    assert not in_boxes.filter(story_id=0).exists()


def test_an_appeal_that_staff_have_given_a_second_wording_is_left_alone(tried: dict[str, Appeal]) -> None:
    other = Appeal.objects.create(campaign=tried["box"].campaign, edition=tried["box"].edition, place="end")
    for number in (1, 2):
        Variant.objects.create(appeal=other, number=number, headline="Ours")
    try_words([replace(RUNS, place="end")], make.administrator())
    assert Appeal.objects.get(pk=other.pk).trial_begun is None


def test_mistakes_in_the_file_are_named() -> None:
    entry = {"edition": "en", "place": "box", "begun": 3, "seen": 0.3, "a": 1, "people": ["Nika"]}
    assert load_trials({"trials": [entry]}, FILE) == [Tried(**entry)]  # type: ignore[arg-type]
    with pytest.raises(ContentError, match="a test has no field shoe"):
        load_trials({"trials": [entry | {"shoe": 44}]}, FILE)
    with pytest.raises(ContentError, match="“roof” is no place; there are box, strip, end, front"):
        load_trials({"trials": [entry | {"place": "roof"}]}, FILE)
