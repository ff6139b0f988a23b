"""Real exports from elsewhere: every entry is accounted for, compared with a count made here with another parser."""

from __future__ import annotations

import xml.sax
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Page

from standfirst.importers.wordpress.errors import ImportProblem
from standfirst.stories.drift import listing_drift
from standfirst.stories.models import Article, InformationPage
from tests.importers.conftest import Importer

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "wordpress"
FILES = sorted(str(path.relative_to(CASES)) for path in CASES.rglob("*.xml")) if CASES.is_dir() else []
pytestmark = [
    pytest.mark.whole,
    pytest.mark.corpus,
    pytest.mark.skipif(not FILES, reason=f"no case files at {CASES}"),
    pytest.mark.django_db,
]
DAMAGED = {
    "co-authors-and-captions/mg-squarespace-xml--sample.xml": (33, 0),
    "co-authors-and-captions/mg-wp-xml--multiple-attachments-only.xml": (11, 0),
    "co-authors-and-captions/mg-wp-xml--sample-no-slug.xml": (109, 4),
    "co-authors-and-captions/mg-wp-xml--sample.xml": (109, 4),
    "importer/malformed-simple.xml": (14, 0),
    "importer/malformed.xml": (90, 0),
}
"""Line of the damage, and how many items stand whole before it."""


class _Counter(xml.sax.ContentHandler):
    """Counts entries and comments with Python's own parser: what ends before the damage counts."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.comments = self._comments = 0
        self._path: list[str] = []
        self._text = ""
        self._kind = ""

    def startElement(self, name: str, attrs: Any) -> None:
        self._path.append(name)
        self._text = ""
        if name == "item":
            self._kind, self._comments = "", 0

    def characters(self, content: str) -> None:
        self._text += content

    def endElement(self, name: str) -> None:
        self._path.pop()
        if name in ("wp:post_type", "wp:term_taxonomy"):
            self._kind = self._text.strip()
        elif name == "wp:comment":
            self._comments += 1
        elif name == "item":
            self.counts[f"item/{self._kind}"] += 1
            self.comments += self._comments
        elif name in ("wp:author", "wp:category", "wp:tag", "wp:term") and "item" not in self._path:
            kinds = {"wp:author": "author", "wp:category": "category/category", "wp:tag": "tag/post_tag"}
            self.counts[kinds.get(name, f"term/{self._kind}")] += 1


def count(path: Path) -> _Counter:
    counter = _Counter()
    try:
        xml.sax.parse(str(path), counter)  # noqa: S317 - case files, looked at
    except xml.sax.SAXParseException:
        assert str(path.relative_to(CASES)) in DAMAGED
    return counter


@pytest.mark.parametrize("name", FILES)
def test_every_entry_of_every_case_is_accounted_for(name: str, import_file: Importer) -> None:
    path = CASES / name
    run = import_file(path)
    counted = count(path)
    kinds = run.report["kinds"]
    assert {kind: row["expected"] for kind, row in kinds.items()} == dict(counted.counts)
    assert {kind: row["in"] + row["remark"] + row["refused"] for kind, row in kinds.items()} == dict(counted.counts)
    assert run.report["sums_match"] is True
    assert run.report["comments"]["expected"] == run.report["comments"]["with_stories"] == counted.comments
    assert run.report["comments"]["archived"] == counted.comments
    assert Article.objects.count() == counted.counts["item/post"]
    assert (
        InformationPage.objects.exclude(slug__in=["masthead", "ethics", "funding", "join"]).count()
        == (counted.counts["item/page"])
    )
    assert Page.find_problems() == ([], [], [], [], [])
    assert not listing_drift()
    assert run.state == ("damaged" if name in DAMAGED else "finished")
    again = import_file(path)
    written = again.items.filter(element="item", model__in=["article", "information"])
    assert {item.action for item in written} <= {"unchanged"}


@pytest.mark.parametrize("name", sorted(DAMAGED))
def test_damage_is_named_by_its_line(name: str, import_file: Importer) -> None:
    line, items = DAMAGED[name]
    run = import_file(CASES / name)
    assert f"damaged at line {line}, column " in run.message
    assert run.items.filter(element="item").count() == items


def test_the_theme_unit_test_in_numbers(import_file: Importer) -> None:
    run = import_file(CASES / "themeunittestdata.wordpress.xml")
    kinds = run.report["kinds"]
    assert {kind: row["expected"] for kind, row in kinds.items()} == {
        "author": 2,
        "category/category": 68,
        "item/attachment": 37,
        "item/nav_menu_item": 70,
        "item/page": 21,
        "item/post": 58,
        "tag/post_tag": 110,
        "term/category": 1,
        "term/nav_menu": 6,
    }
    assert run.report["comments"]["archived"] == 33
    drafts = Article.objects.filter(live=False)
    assert sorted(drafts.values_list("slug", flat=True)) == ["draft", "scheduled", "template-password-protected"]
    assert Article.objects.get(slug="scheduled").go_live_at is not None
    assert InformationPage.objects.get(slug="level-3").url == "/en/level-1/level-2/level-3/"


@pytest.mark.parametrize("name", ["ghost", "texts"])
def test_files_of_other_kinds_are_refused(name: str, import_file: Importer) -> None:
    others = [path for path in sorted((CASES.parent / name).rglob("*")) if path.is_file()][:5]
    assert others
    for path in others:
        with pytest.raises(ImportProblem, match="is no"):
            import_file(path)
    assert not Article.objects.exists()
