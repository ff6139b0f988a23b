"""How PostgreSQL is asked: backwards in time, no further than has to be, and with the same answer as if it were."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests import factories as make

from standfirst.discovery.search.engines import postgresql
from standfirst.discovery.search.engines.postgresql import LEVELS, MOST_STRETCHES, _stretches
from standfirst.discovery.search.finding import Query, find
from standfirst.discovery.search.places import IN_AN_EDITION, edition_of, first_place
from standfirst.discovery.search.waiting import work_off

only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own way to look")
places = st.integers(1, 300).flatmap(
    lambda edition: st.integers(edition * IN_AN_EDITION, (edition + 1) * IN_AN_EDITION - 1)
)


@given(ends=st.tuples(places, places), inside=st.floats(0, 1))
def test_the_stretches_of_a_question_hold_every_place_between_its_ends(ends: tuple[int, int], inside: float) -> None:
    first, last = sorted(ends)
    place = first + int((last - first) * inside)
    stretches = _stretches(first, last)
    assert stretches.count("@") <= MOST_STRETCHES
    assert not stretches or any(f"'@{bits}/{place >> bits:x}'" in stretches for bits in LEVELS)


def test_a_look_at_one_edition_has_stretches_however_old_its_stories_are() -> None:
    first, last = first_place(3, datetime(1970, 1, 1, tzinfo=UTC)), first_place(3, datetime(2060, 1, 1, tzinfo=UTC))
    assert _stretches(first, last)
    assert _stretches(last, last) == f" & ('@21/{last >> 21:x}')"


TEXTS = ("harvest", "harvest river", '"good harvest"', 'river -"good harvest"', "harvest -river")
NARROWED: tuple[dict[str, Any], ...] = ({}, {"order": "date"}, {"since": date(2021, 1, 1)})


@only_postgresql
@pytest.mark.django_db
def test_every_step_back_adds_to_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition before it in the index has the same stories: no step goes that far."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    before, section = make.section(make.edition("ru")), make.section(make.edition("en"))
    for number in range(18):
        body = [("paragraph", f"<p>{'A good harvest' if number % 3 else 'Harvest, good or not'}.</p>")]
        if number % 2:
            body.append(("paragraph", "<p>The river rose.</p>"))
        headline = "Harvest" if number % 5 == 0 else f"Day {number}"
        moment = now - timedelta(days=20 * number**2)
        for place in (before, section):
            make.story(place, headline, standfirst="", body=body, published_at=moment)
    work_off()
    edition = section.get_parent().pk
    queries = [Query(edition, text, size=50, **narrowed) for text in TEXTS for narrowed in NARROWED]
    whole = [[hit.story_id for hit in find(query).hits] for query in queries]
    assert all(whole)
    monkeypatch.setattr(postgresql, "FIRST_LOOK", 3)
    monkeypatch.setattr(postgresql, "FEW", 1)
    looks: list[tuple[int, int]] = []
    between = postgresql._Look._between

    def noted(self: Any, first: int, last: int, *asked: Any) -> list[int]:
        looks.append((first, last))
        found: list[int] = between(self, first, last, *asked)
        return found

    monkeypatch.setattr(postgresql._Look, "_between", noted)
    assert [[hit.story_id for hit in find(query).hits] for query in queries] == whole
    assert len(looks) > 2 * len(queries)
    assert all(edition_of(place) == edition for ends in looks for place in ends)


@only_postgresql
@pytest.mark.django_db
def test_words_that_only_share_a_pair_are_no_phrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair is sixteen bits: other words may have the same, and then the texts decide."""
    monkeypatch.setattr(postgresql, "_pairs", lambda stems: iter(()))
    section = make.section(make.edition())
    right = make.story(section, "One", body=[("paragraph", "<p>A good harvest.</p>")])
    other = make.story(section, "Two", body=[("paragraph", "<p>Harvest, good or not.</p>")])
    work_off()
    edition = section.get_parent().pk
    assert [hit.story_id for hit in find(Query(edition, '"good harvest"')).hits] == [right.pk]
    assert [hit.story_id for hit in find(Query(edition, 'harvest -"good harvest"')).hits] == [other.pk]


@only_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "language"), [("A good harvest", "en"), ("Խորհրդարանի նիստը", "hy"), ("საერთო სამუშაო", "ka")]
)
def test_the_pairs_of_a_text_are_those_of_a_question(text: str, language: str) -> None:
    """Both sides reckon them: the database when a story is written, we when it is asked for."""
    section = make.section(make.edition(language))
    make.story(section, "One", body=[("paragraph", f"<p>{text}.</p>")])
    work_off()
    assert find(Query(section.get_parent().pk, f'"{text}"')).total == 1
