"""The promise: whatever is changed, and by whatever way, every page that would look different is known to be stale."""

from __future__ import annotations

import logging

import pytest
from tests.delivery.tracing import ways_around_stories, ways_of_machines, ways_with_stories
from tests.delivery.tracing.paper import Outcome, outcome
from tests.delivery.tracing.ways import Ways
from tests.delivery.tracing.whole_paper import addresses, render_all, whole_paper

log = logging.getLogger(__name__)


@pytest.mark.whole
@pytest.mark.django_db
@pytest.mark.parametrize("ways", [ways_with_stories.ways, ways_around_stories.ways, ways_of_machines.ways])
def test_no_change_is_forgotten_by_any_page(ways: Ways) -> None:
    """How much is stale without need is shown by `pytest -m whole --log-cli-level=INFO` with this file."""
    made = whole_paper()
    places = addresses(made)
    pages = render_all(places)
    assert {address: page.status for address, page in pages.items()} == places
    results: dict[str, Outcome] = {}
    for way in ways:
        result = results[way.name] = outcome(lambda way=way: way.action(made), pages)  # type: ignore[misc]
        log.info("%s: %d changed, stale without need: %s", way.name, len(result.changed), sorted(result.needless))
        pages = result.after

    assert {name: result.forgotten for name, result in results.items() if result.forgotten} == {}
    assert [way.name for way in ways if way.shows and not results[way.name].changed] == []
    assert {way.name: results[way.name].changed for way in ways if not way.shows and results[way.name].changed} == {}
