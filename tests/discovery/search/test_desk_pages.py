"""The desk's search: what is found in which state, who sees it, and where it leads."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories as make
from tests.discovery.search.test_pages import Engine

from standfirst.accounts.roles import Role
from standfirst.discovery.search import finding
from standfirst.stories.actions.kill_story import kill_story
from standfirst.stories.models import Article, Desk, Edition, Section

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/search/"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(finding, "find", engine.find)
    return engine


@pytest.fixture
def edition() -> Edition:
    return make.edition("en")


@pytest.fixture
def section(edition: Edition) -> Section:
    return make.section(edition, "Georgia")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.staff(Role.EDITOR))
    return client


def headlines(client: Client, **asked: Any) -> list[str]:
    response = client.get(ADDRESS, asked)
    assert response.status_code == 200
    return [str(row.headline) for looked in response.context["found"] for row in looked.rows]


def test_without_words_the_latest_changes_stand_first(desk: Client, section: Section) -> None:
    make.story(section, "Older")
    draft = make.draft(section, "Newer draft")
    assert headlines(desk) == ["Newer draft", "Older"]
    html = desk.get(ADDRESS).content.decode()
    assert f'href="/desk/pages/{draft.pk}/edit/"' in html


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("draft", {"A draft"}),
        ("public", {"Public", "Changed"}),
        ("changed", {"Changed"}),
        ("killed", {"Killed"}),
        ("embargo", {"Embargoed"}),
        ("scheduled", {"Scheduled"}),
        ("review", {"In review"}),
        ("nonsense", {"A draft", "Public", "Changed", "Killed", "Embargoed", "In review", "Scheduled"}),
    ],
)
def test_stories_are_found_by_their_state(desk: Client, section: Section, state: str, found: set[str]) -> None:
    make.story(section, "Public")
    changed, killed = make.story(section, "Changed"), make.story(section, "Killed")
    changed.save_revision(changed=True)
    Article.objects.filter(pk=changed.pk).update(has_unpublished_changes=True)
    kill_story(article=killed, reason="false", by=make.administrator())
    make.draft(section, "A draft")
    make.draft(section, "Embargoed", embargoed_until=timezone.now() + timedelta(days=1))
    reviewed = make.draft(section, "In review")
    reviewed.get_workflow().start(reviewed, make.administrator())
    scheduled = make.draft(section, "Scheduled")
    scheduled.go_live_at = timezone.now() + timedelta(days=1)
    scheduled.save_revision().publish()
    expected = found if state != "draft" else found | {"Embargoed", "In review", "Scheduled"}
    assert set(headlines(desk, state=state)) == expected


def test_words_are_asked_of_the_staffs_rows_and_narrowed_there(
    desk: Client, edition: Edition, section: Section, engine: Engine
) -> None:
    person = make.contributor(edition)
    draft = make.draft(section, "A draft about tea")
    engine.finds(draft)
    asked = {
        "q": " TEA",
        "edition": edition.pk,
        "section": section.pk,
        "contributor": person.pk,
        "type": "news",
        "since": "2025-01-02",
        "order": "date",
    }
    html = desk.get(ADDRESS, asked).content.decode()

    (query,) = engine.asked
    assert (query.staff, query.text, query.edition_id) == (True, "tea", edition.pk)
    assert (query.section, query.contributor, query.story_type) == (section.pk, person.pk, "news")
    assert (str(query.since), query.until, query.order) == ("2025-01-02", None, "date")
    assert f"About <mark>it</mark> {draft.pk}" in html


def test_a_state_is_looked_for_among_the_hits(desk: Client, section: Section, engine: Engine) -> None:
    draft, public = make.draft(section, "Draft"), make.story(section, "Public")
    engine.finds(public, draft)
    assert headlines(desk, q="tea") == ["Public", "Draft"]
    assert headlines(desk, q="tea", state="draft") == ["Draft"]


def test_all_editions_are_searched_and_one_can_be_chosen(
    desk: Client, edition: Edition, section: Section, engine: Engine
) -> None:
    make.edition("ru")
    engine.finds(*(make.draft(section, f"Draft {number}") for number in range(7)))
    html = desk.get(ADDRESS, {"q": "tea"}).content.decode()
    assert len({query.edition_id for query in engine.asked}) == Edition.objects.count()
    assert re.search(rf'href="\?q=tea&amp;edition={edition.pk}">All in', html)
    assert len(headlines(desk, q="tea", edition=edition.pk)) == 7


def test_pages_of_one_edition(desk: Client, edition: Edition, section: Section) -> None:
    for number in range(23):
        make.draft(section, f"Draft {number}")
    first, second = headlines(desk, edition=edition.pk), headlines(desk, edition=edition.pk, p=2)
    assert (len(first), len(second), len({*first, *second})) == (20, 3, 23)
    assert headlines(desk, edition=edition.pk, p=99) == second
    html = desk.get(ADDRESS, {"edition": edition.pk}).content.decode()
    assert f'href="?edition={edition.pk}&amp;p=2"' in html


def test_an_editor_sees_the_stories_of_the_own_desk_alone(
    client: Client, edition: Edition, section: Section, engine: Engine
) -> None:
    other = make.section(edition, "Armenia")
    editor = make.staff(Role.EDITOR)
    editor.desks.clear()
    desk = Desk.objects.create(name="Georgia")
    desk.sections.add(section)
    desk.members.add(editor)
    own, foreign = make.draft(section, "Own"), make.draft(other, "Foreign")
    client.force_login(editor)
    engine.finds(own, foreign)
    assert headlines(client) == ["Own"]
    assert headlines(client, q="tea") == ["Own"]


def test_who_works_on_no_pages_searches_none(client: Client, edition: Edition) -> None:
    client.force_login(make.staff(Role.MEMBERSHIP_MANAGER))
    assert client.get(ADDRESS).status_code in (302, 403)
    client.logout()
    assert client.get(ADDRESS)["Location"].startswith("/accounts/login/")


def test_the_field_in_the_menu_asks_here(desk: Client, edition: Edition) -> None:
    html = desk.get("/desk/").content.decode()
    assert '"_type": "wagtail.sidebar.SearchModule", "_args": ["/desk/search/"]' in html


@pytest.mark.parametrize("typed", ["\x00", '"', "*", "x" * 500, "'; --", "\u202e", "🚆"])
def test_odd_words_find_nothing_and_fail_nothing(desk: Client, section: Section, typed: str) -> None:
    assert desk.get(ADDRESS, {"q": typed, "p": "-1", "since": "soon"}).status_code == 200
