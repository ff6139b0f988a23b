"""Related articles on real texts: clearly above a plain baseline, in each language."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.related import Labelled, baseline, ours, precision, sets_of

TEXTS = Path(__file__).resolve().parents[4] / "shared/cases/texts"
AHEAD = {
    "topic en": 0.04,
    "topic ru": 0.11,
    "topic hy": 0.11,
    "topic az": 0.10,
    "topic ka": 0.11,
    "event en": 0.03,
    "event ru": 0.10,
    "event fa": 0.03,
    "event hy": 0.07,
    "event en, one trade": 0.01,
}
"""How far the mean precision is ahead of the baseline's at least: two thirds of what was measured."""

pytestmark = [
    pytest.mark.whole,
    pytest.mark.corpus,
    pytest.mark.skipif(not TEXTS.is_dir(), reason=f"no texts at {TEXTS}"),
]


@pytest.fixture(scope="module")
def sets() -> dict[str, Labelled]:
    return {each.name: each for each in sets_of(TEXTS)}


def test_each_set_has_a_threshold(sets: dict[str, Labelled]) -> None:
    assert set(sets) == set(AHEAD)


@pytest.mark.parametrize("name", AHEAD)
def test_what_is_near_belongs_together(sets: dict[str, Labelled], name: str) -> None:
    assert precision(ours(sets[name]), sets[name]) >= precision(baseline(sets[name]), sets[name]) + AHEAD[name]
