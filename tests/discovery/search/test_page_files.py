"""What the pages of the search send beside themselves stays small and works in every direction."""

from __future__ import annotations

import re

from standfirst.theme.catalogue import THEME

PAPER = THEME / "static" / "paper"


def test_suggestions_cost_a_reader_less_than_two_kilobytes() -> None:
    assert (PAPER / "suggest.js").stat().st_size < 2048


def test_directions_are_logical_and_nothing_is_imported() -> None:
    css = (PAPER / "search.css").read_text(encoding="utf-8")
    assert (
        re.findall(r"(?:margin|padding|border|inset)-(?:left|right)|(?<![-\w])(?:left|right)\s*:|@import|url\(", css)
        == []
    )
    assert re.findall(r"#[0-9a-f]{6}", css) == [], "colours are those of paper.css"


def test_only_pages_of_search_and_archive_ask_for_them() -> None:
    asking = {
        path.relative_to(THEME / "templates").as_posix()
        for path in (THEME / "templates").rglob("*.html")
        if re.search(r"paper/(search\.css|suggest\.js)", path.read_text(encoding="utf-8"))
    }
    archive = {f"stories/archive{part}.html" for part in ("", "_month", "_day")}
    assert asking == {"search/page.html", *archive}
