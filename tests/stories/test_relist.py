"""Finding and mending lists that something wrote past."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from tests import factories

from standfirst.stories.drift import Drift, listing_drift
from standfirst.stories.models import Article, ListedStory

pytestmark = pytest.mark.django_db


def test_lists_that_agree_show_no_drift() -> None:
    section = factories.section(factories.edition())
    factories.story(section)
    factories.draft(section)

    assert listing_drift() == Drift(0, 0)


def test_relist_adds_what_is_missing_and_removes_what_is_stray(capsys: pytest.CaptureFixture[str]) -> None:
    section = factories.section(factories.edition())
    missing, stray = factories.story(section), factories.story(section)
    ListedStory.objects.filter(article=missing).delete()
    Article.objects.filter(pk=stray.pk).update(live=False)
    assert listing_drift() == Drift(1, 1)

    call_command("relist")

    assert "Public but not listed: 1. Listed but not public: 1." in capsys.readouterr().out
    assert listing_drift() == Drift(0, 0)
    assert set(ListedStory.objects.values_list("article", flat=True)) == {missing.pk}
