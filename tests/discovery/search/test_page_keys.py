"""Pages of the search are renewed when what they may show changes, by one key, and by nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from tests import factories as make
from tests.delivery.changes import changed_keys
from tests.delivery.tracing.paper import Paper, paper, render

from standfirst.delivery.edge.asked import Asked
from standfirst.delivery.edge.questions import kind_of, question
from standfirst.discovery.search.asking import NAMES
from standfirst.discovery.search.models import PublicDocument, VocabularyWord, Waiting
from standfirst.stories.models import Edition, ListedStory

pytestmark = pytest.mark.django_db
PAGES = ("/en/search/?q=georgia", "/en/search/?q=nothingofthekind", "/en/search/suggest/?q=geo")


@pytest.fixture
def made() -> Paper:
    return paper()


def editions_beside(made: Paper) -> set[int]:
    return set(Edition.objects.exclude(pk=made.edition.pk).values_list("pk", flat=True))


def document(**fields: Any) -> PublicDocument:
    given = {"id": 10**12, "story_id": 10**6, "headline": "H", "in_headline": "h", "marks": "", "language": "en"}
    return PublicDocument(**given | fields)


@pytest.mark.parametrize("address", PAGES)
def test_a_search_depends_on_the_rows_of_its_edition_by_one_key(made: Paper, address: str) -> None:
    trace = render(address).trace
    searching = {key for key in trace.keys if key.startswith(("searched:", "found:", "any:story_search"))}
    others = set() if "suggest" in address else {f"searched:{pk}" for pk in editions_beside(made)}  # where else it is
    assert {f"searched:{made.edition.pk}"} <= searching <= {f"searched:{made.edition.pk}"} | others
    assert trace.fresh_until is None
    assert trace.private == ""


def test_a_row_of_the_edition_renews_its_searches_and_no_other_page(made: Paper) -> None:
    stories, searches = render("/en/georgia/first/").keys | render("/en/").keys, render(PAGES[0]).keys
    with changed_keys() as keys:
        document(edition_id=made.edition.pk).save()
    assert f"searched:{made.edition.pk}" in keys & searches
    assert keys & stories == set()


def test_a_row_of_another_edition_renews_none(made: Paper) -> None:
    searches = render(PAGES[0]).keys | render(PAGES[2]).keys
    with changed_keys() as keys:
        document(edition_id=make.edition("ru").pk).save()
    assert keys & searches & {f"searched:{made.edition.pk}", "table:story_search_publicdocument"} == set()


def test_what_was_not_public_for_a_moment_is_found_again_though_no_row_changed(made: Paper) -> None:
    listing = ListedStory.objects.get(article=made.first, list_key=made.edition.list_key)
    ListedStory.objects.filter(pk=listing.pk).delete()
    searches = render(PAGES[1]).keys
    with changed_keys() as keys:
        listing.save(force_insert=True)
    assert keys & searches


def test_what_is_only_counted_or_waits_renews_nothing(made: Paper) -> None:
    with changed_keys() as keys:
        VocabularyWord.objects.create(edition_id=made.edition.pk, text="georgia", stories=1)
        Waiting.objects.update_or_create(
            story_id=10**6,
            defaults={"since": made.first.first_published_at, "not_before": made.first.first_published_at},
        )
    assert keys == set()


def test_a_contributor_who_is_renamed_renews_what_searches_can_be_narrowed_to(made: Paper) -> None:
    with changed_keys() as keys:
        made.person.title = "Renamed"
        made.person.save()
    assert keys & render("/en/search/").keys
    assert keys & render(PAGES[2]).keys == set()


def test_all_parameters_are_read_each_time_so_that_the_store_knows_them(made: Paper) -> None:
    assert render("/en/search/").trace.query == render(PAGES[0]).trace.query == set(NAMES)


@pytest.mark.parametrize(
    ("path", "query", "kept"),
    [
        ("/en/search/", (("page", "1"), ("q", " GEORGIA"), ("x", "y")), (("q", "georgia"),)),
        ("/en/search/suggest/", (("q", "Geo"),), (("q", "geo"),)),
    ],
)
def test_the_edge_knows_the_searches(path: str, query: Any, kept: Any) -> None:
    asked = Asked(path, query)
    kind = kind_of(asked)
    assert kind is not None
    assert question(kind, asked) == Asked(path, kept, is_open=True)


@pytest.mark.parametrize("path", ["/en/", "/en/search/more/", "/xx/search/", "/en/georgia/search/"])
def test_other_addresses_are_no_questions(path: str) -> None:
    assert kind_of(Asked(path, (("q", "x"),))) is None
