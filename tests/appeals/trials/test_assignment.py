"""How readers come to the variants of a test: each device chooses anew at its beginning."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.template.loader import render_to_string
from django.utils import timezone
from tests import factories as newsroom

from standfirst.appeals.fragments import Wording
from standfirst.appeals.models import Appeal, Variant
from standfirst.appeals.trials.actions.begin_trial import begin_trial
from standfirst.appeals.trials.actions.end_trial import end_trial
from standfirst.appeals.trials.actions.revive_variant import revive_variant
from standfirst.appeals.trials.actions.stop_variant import stop_variant


def assignment(appeal: Appeal) -> str:
    """What the page says of the control."""
    kept = Appeal.objects.get(pk=appeal.pk)
    wording = Wording(kept, Variant.objects.get(appeal=kept, number=1), "en")
    found = re.search(r'data-wording="([^"]+)"', render_to_string("appeals/wording.html", {"wording": wording}))
    assert found is not None
    return found[1]


def test_devices_choose_anew_when_a_test_begins_and_when_a_variant_comes_back(appeal: Appeal) -> None:
    staff, second = newsroom.administrator(), Variant.objects.get(appeal=appeal, number=2)
    seen = [assignment(appeal)]
    with time_machine.travel(timezone.now(), tick=False) as clock:
        begin_trial(appeal=appeal, by=staff)
        seen.append(assignment(appeal))
        clock.shift(timedelta(hours=1))
        stop_variant(appeal=appeal, variant=second, why="", by=staff)
        assert assignment(appeal) == seen[-1]
        revive_variant(appeal=appeal, variant=second, why="", by=staff)
        seen.append(assignment(appeal))
        clock.shift(timedelta(hours=1))
        end_trial(appeal=appeal, by=staff)
        assert assignment(appeal) == seen[-1]
    assert len(set(seen)) == 3


@pytest.mark.parametrize(("is_chosen", "counts"), [(True, True), (False, False)])
def test_where_no_script_runs_the_join_counts_for_no_variant(appeal: Appeal, is_chosen: bool, counts: bool) -> None:
    control = Variant.objects.get(appeal=appeal, number=1)
    url = Wording(appeal, control, "en", is_chosen=is_chosen).url
    assert (f"variant%3D{control.pk}" in url) is counts
    assert f"appeal%3D{appeal.pk}" in url
