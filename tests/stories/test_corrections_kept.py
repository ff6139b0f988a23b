"""A correction stays as it was published, whichever way somebody tries to change it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from tests import factories

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.models import Article, Correction

pytestmark = pytest.mark.django_db
REFUSAL = "A correction is append-only: publish another one that corrects it."


@pytest.fixture
def publisher() -> User:
    return factories.staff(Role.PUBLISHER)


@pytest.fixture
def correction(publisher: User) -> Correction:
    story = factories.story(factories.section(factories.edition()))
    return publish_correction(article=story, text="It was Tuesday.", by=publisher)


def as_stored(correction: Correction) -> dict[str, Any]:
    return Correction.objects.filter(pk=correction.pk).values().get()


@pytest.mark.parametrize(
    "change",
    [
        {"text": "It was Monday."},
        {"serious": True},
        {"published_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"id": 999},
    ],
)
def test_the_database_refuses_a_change(correction: Correction, change: dict[str, Any]) -> None:
    before = as_stored(correction)

    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(**change)

    assert as_stored(correction) == before


def test_the_database_refuses_another_story(correction: Correction) -> None:
    other = factories.story(factories.section(factories.edition("ru")))

    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
        Correction.objects.update(article=other)

    assert not other.corrections.exists()


def test_the_database_refuses_another_author(correction: Correction, publisher: User) -> None:
    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
        Correction.objects.update(published_by=factories.staff(Role.PUBLISHER))

    assert Correction.objects.get().published_by == publisher


def test_the_database_refuses_to_delete(correction: Correction) -> None:
    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
        Correction.objects.all().delete()
    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM stories_correction")

    assert Correction.objects.get() == correction


def test_a_corrected_story_is_not_deleted(correction: Correction) -> None:
    with pytest.raises(ProtectedError):
        Article.objects.get().delete()

    assert Correction.objects.get() == correction


def test_who_published_it_can_be_erased(correction: Correction, publisher: User) -> None:
    before = as_stored(correction)

    publisher.delete()

    assert as_stored(correction) == {**before, "published_by_id": None}


def test_one_that_was_published_elsewhere_keeps_its_date() -> None:
    story, then = factories.story(factories.section(factories.edition())), datetime(2019, 5, 4, 9, tzinfo=UTC)

    correction = publish_correction(article=story, text="It was Tuesday.", by=None, at=then)

    assert as_stored(correction)["published_at"] == then
