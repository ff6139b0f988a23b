"""Both forms of a closed story are kept, and neither is ever given to whom it is not for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from standfirst.delivery.edge.access import COOKIE, AccessTokens
from standfirst.delivery.edge.application import Edge
from standfirst.delivery.store import PageStore
from standfirst.stories.models import Article
from tests import factories
from tests.access.closed import HIDDEN, SHOWN, closed_story
from tests.delivery.edge.conftest import Answer, Reader
from tests.money import factories as money
from tests.real_edge import Django, Question, open_django, open_edge, open_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PageStore]:
    with open_store(tmp_path, monkeypatch) as kept:
        yield kept


@pytest.fixture
def django(db: None) -> Iterator[Django]:
    with open_django() as found:
        yield found


@pytest.fixture
def edge(django: Django, store: PageStore) -> Iterator[Edge]:
    with open_edge(django, store) as made:
        yield made


def pages(django: Django) -> list[Question]:
    """The pages, without their fragments, that Django was asked for."""
    return [asked for asked in django.asked if not asked.fragment]


@pytest.fixture
def story() -> Article:
    money.tier(slug="silver", name="Silver", rank=1)
    money.tier(slug="gold", name="Gold", rank=2)
    return closed_story(factories.section(factories.edition("en")), "tier:gold")


class Readers:
    """People who ask the edge for one story."""

    def __init__(self, edge: Edge, story: Article) -> None:
        self.edge, self.url = edge, story.url

    def token(self, variant: str, *, subject: str = "m1", age: int = 0, life: int = 3600) -> str:
        tokens = self.edge.entitlements.tokens
        return tokens.issue(variant=variant, subject=subject, now=time.time() - age, life=life)

    def get(self, token: str = "") -> Answer:
        cookies = {"cookie": f"theme=dark; {COOKIE}={token}"} if token else {}
        return Reader(self.edge).get(self.url, host="testserver", **cookies)

    def sees_all(self, token: str = "") -> bool:
        answer = self.get(token)
        text = answer.body.decode()
        assert answer.status == 200
        assert SHOWN in text
        assert ("wall-heading" in text) != (HIDDEN in text)
        return HIDDEN in text


@pytest.fixture
def readers(edge: Edge, story: Article) -> Readers:
    return Readers(edge, story)


@pytest.mark.parametrize("member_first", [True, False])
def test_each_variant_is_rendered_once_and_given_to_its_readers_only(
    readers: Readers, django: Django, member_first: bool
) -> None:
    order = ["tier-2", "", "tier-1", "registered"]
    tokens = {variant: readers.token(variant) if variant else "" for variant in order}
    for _again in range(3):
        for variant in order if member_first else reversed(order):
            assert readers.sees_all(tokens[variant]) is (variant == "tier-2")
    assert sorted(asked.variant for asked in pages(django) if asked.path == readers.url) == sorted(order)


def test_another_process_on_the_same_store_gives_no_more(readers: Readers, django: Django, store: PageStore) -> None:
    assert readers.sees_all(readers.token("tier-2"))
    assert not readers.sees_all()
    before = len(pages(django))
    plan = readers.edge.plan
    other = Edge(django, plan, lambda: store)
    try:
        neighbours = Readers(other, Article.objects.get())
        assert not neighbours.sees_all()
        assert neighbours.sees_all(readers.token("tier-2"))
        assert not neighbours.sees_all(readers.token("tier-1"))
    finally:
        other.pulse.stop()
        other.pages.current.flights.finish()
    assert [asked.variant for asked in pages(django)[before:]] == ["tier-1"]


def test_a_token_that_is_not_good_is_that_of_a_stranger(readers: Readers) -> None:
    good = readers.token("tier-2")
    assert readers.sees_all(good)
    foreign = AccessTokens(["another secret"]).issue(variant="tier-2", subject="m1", now=time.time(), life=3600)
    raised = readers.token("tier-1").replace("tier-1", "tier-2")
    bad = {
        "forged": foreign,
        "raised": raised,
        "cut": good[:-1],
        "longer": f"{good}A",
        "expired": readers.token("tier-2", age=3600, life=3599),
        "of tomorrow": readers.token("tier-2", age=-3600),
        "empty": ".",
        "variant alone": "tier-2",
    }
    assert [name for name, token in bad.items() if readers.sees_all(token)] == []
    assert readers.sees_all(good)


def test_a_revoked_token_opens_nothing_at_once(readers: Readers, store: PageStore) -> None:
    good, other = readers.token("tier-2"), readers.token("tier-2", subject="m2")
    assert readers.sees_all(good)
    assert readers.sees_all(other)
    store.revoke("m1", time.time())
    store.mark(["access:m1"])
    assert not readers.sees_all(good)
    assert readers.sees_all(other)


def test_a_token_that_runs_out_between_two_requests(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    good = readers.token("tier-2", life=60)
    assert readers.sees_all(good)
    later = time.time() + 61
    monkeypatch.setattr("time.time", lambda: later)
    assert not readers.sees_all(good)


def test_no_shared_cache_may_keep_what_is_for_members(readers: Readers) -> None:
    member, stranger = readers.get(readers.token("tier-2")), readers.get()
    assert member.headers["cache-control"].startswith("private")
    for answer in (member, stranger):
        assert "Cookie" in answer.headers["vary"]
    assert member.headers["etag"] != stranger.headers["etag"]


def test_a_strangers_tag_does_not_confirm_the_members_page(readers: Readers) -> None:
    stranger = readers.get()
    cookie = f"{COOKIE}={readers.token('tier-2')}"
    answer = Reader(readers.edge).get(
        readers.url, host="testserver", cookie=cookie, if_none_match=stranger.headers["etag"]
    )
    assert answer.status == 200
    assert HIDDEN in answer.body.decode()


def test_an_open_story_is_one_for_all(readers: Readers, django: Django) -> None:
    open_story = factories.story(Article.objects.get().section, "Open to all")
    everybody = Readers(readers.edge, open_story)
    bodies = {everybody.get(readers.token(v) if v else "").body for v in ("", "registered", "tier-2")}
    assert len(bodies) == 1
    assert [asked.variant for asked in pages(django) if asked.path == open_story.url] == [""]
