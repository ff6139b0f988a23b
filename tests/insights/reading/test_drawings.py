"""Drawings of reading."""

from __future__ import annotations

from defusedxml import ElementTree

from standfirst.insights.reading.drawings import ranking


def test_bars_are_as_long_as_their_numbers_and_names_are_text() -> None:
    drawn = ElementTree.fromstring(
        ranking('Reads: "Stories"', [("<b>One</b> & more", 4000), ("Two", 1000), ("Three", 0)])
    )
    (svg,) = drawn.iterfind("svg")
    assert svg.get("aria-label") == 'Reads: "Stories"'
    bars = [bar.get("width") for bar in svg.iterfind("rect") if bar.get("class") == "chart-one"]
    assert bars == ["84.0%", "21.0%", "0.0%"]
    assert [text.text for text in svg.iterfind("text")] == ["<b>One</b> & more", "4,000", "Two", "1,000", "Three", "0"]


def test_nothing_is_drawn_of_nothing() -> None:
    assert ranking("Reads", []) == ""
    assert 'width="0.0%"' in ranking("Reads", [("Never read", 0)])
