"""The number of the goal on public pages: a few minutes old at most, and no page is made anew in vain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpRequest
from tests import factories
from tests.money import factories as money

from standfirst.delivery import fragments, trace
from standfirst.membership.goal import current_goal, show_goal, shown_goal
from standfirst.membership.looking_after import MemberKeeper
from standfirst.membership.models import MembershipTerms, ShownGoal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def fragment(name: str = "goal") -> str:
    request: HttpRequest = fragments.request_for("en", None)
    return b"".join(fragments.render(name, request)[::2]).decode()  # type: ignore[arg-type]


def test_public_pages_follow_the_number_every_five_minutes_at_most() -> None:
    MembershipTerms.objects.create(goal=4000)
    assert shown_goal() is None
    assert show_goal(NOW)
    assert shown_goal() == current_goal()
    for _member in range(3):
        money.pledge()
    assert not show_goal(NOW + 4 * MINUTE)
    assert shown_goal().members == 0
    assert show_goal(NOW + 5 * MINUTE)
    assert shown_goal() == current_goal()
    assert (shown_goal().members, shown_goal().wanted) == (3, 4000)


def test_a_number_that_did_not_change_is_not_written() -> None:
    show_goal(NOW)
    assert not show_goal(NOW + timedelta(days=3))
    assert ShownGoal.objects.get().at == NOW


def test_another_goal_is_shown_at_once() -> None:
    terms = MembershipTerms.objects.create(goal=4000)
    show_goal(NOW)
    terms.goal = 5000
    terms.save()
    assert show_goal(NOW + MINUTE)
    assert shown_goal().wanted == 5000


def test_whoever_looks_after_members_lets_pages_show_the_number() -> None:
    MembershipTerms.objects.create(goal=10)
    money.pledge()
    with time_machine.travel(NOW, tick=False):
        MemberKeeper().look()
    assert shown_goal() == current_goal()


def test_the_appeal_shows_the_goal_and_nothing_where_there_is_none() -> None:
    factories.edition()
    terms = MembershipTerms.objects.create(goal=4000)
    assert "goal" not in fragment("appeal")
    ShownGoal.objects.create(pk=1, members=2314, wanted=4000, at=NOW)
    assert "2,314 of 4,000 members" in fragment("appeal")
    assert "2,314 of 4,000 members" in fragment()
    ShownGoal.objects.update(wanted=0)
    assert fragment() == ""
    assert terms.goal == 4000


def test_pages_depend_on_the_shown_number_and_on_no_pledge() -> None:
    ShownGoal.objects.create(pk=1, members=2314, wanted=4000, at=NOW)
    with trace.tracing() as found:
        fragment()
    assert found.keys == {"table:membership_showngoal"}
    assert found.fresh_until is None
