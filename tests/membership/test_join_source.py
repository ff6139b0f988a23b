"""What led somebody to join: read from any text, carried through the journey, and never believed unseen."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client, RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import factories as newsroom
from tests.money import factories
from tests.money.plain import PlainProvider

from standfirst.membership import join_names
from standfirst.membership.flows.own_data import own_data
from standfirst.membership.join_names import Named, in_words, known, source_of
from standfirst.membership.join_source import MOST, JoinSource, place_of
from standfirst.membership.models import Gift, Member, Pledge, Price
from standfirst.stories.models import Article

words = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,39}", fullmatch=True)
numbers = st.none() | st.integers(1, 9_999_999_999)
sources = st.builds(
    JoinSource, place=words.map(lambda word: word[:20]), story=numbers, appeal=numbers, variant=numbers,
    campaign=st.just("") | words,
)  # fmt: skip
by_letter_or_address = (
    st.just({}) | words.map(lambda word: {"letter": word}) | words.map(lambda word: {"arrival": word})
)


@settings(max_examples=25, deadline=None)
@given(sources, by_letter_or_address)
def test_a_text_says_what_it_was_made_of_and_fits_its_column(source: JoinSource, more: dict[str, str]) -> None:
    source = replace(source, **more)
    assert JoinSource.parse(str(source)) == source
    assert len(str(source)) <= MOST
    assert place_of(str(source)) == source.place


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60) | st.text("abz019:;=_-", max_size=60))
def test_any_text_is_read_and_what_was_read_is_read_again(text: str) -> None:
    source = JoinSource.parse(text)
    assert JoinSource.parse(str(source)) == source
    assert re.fullmatch(r"[a-z0-9_=;-]*", str(source))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("", JoinSource()),
        ("header", JoinSource("header")),
        ("story:12", JoinSource("story", story=12)),
        ("letter:weekly", JoinSource("letter", letter="weekly")),
        ("import:patreon", JoinSource("import", campaign="patreon")),
        ("Box;story=12;variant=5", JoinSource("box", story=12, variant=5)),
        ("box;story=012;appeal=-1;variant=99999999999", JoinSource("box")),
        ("box;story=1;story=2;colour=red;campaign=<b>", JoinSource("box", story=1)),
        ("nino@readers.example", JoinSource()),
        ("box;arrival=post", JoinSource("box", arrival="post")),
        ("box;arrival=post;letter=weekly", JoinSource("box", letter="weekly")),
    ],
)
def test_texts_of_today_and_of_before(text: str, source: JoinSource) -> None:
    assert JoinSource.parse(text) == source


@pytest.fixture
def appeals_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(join_names._names, "appeal", lambda pks: {pk: Named("Spring") for pk in pks if pk == 3})
    monkeypatch.setitem(
        join_names._names, "variant", lambda pks: {pk: Named("2: Ask", belongs_to=3) for pk in pks if pk == 5}
    )


@pytest.fixture
def unlimited(settings: Any) -> None:
    """Each test counts its own attempts."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(uuid4())}
    }


@pytest.fixture
def story(db: None) -> Article:
    return newsroom.story(newsroom.section(newsroom.edition()), "Water returns")


@pytest.fixture
def tier(db: None, plain: PlainProvider, unlimited: None) -> Any:
    factories.account()
    tier = factories.tier(slug="reader", name="Reader")
    factories.price(tier, interval=Price.Interval.YEAR, amount=12000, suggested=[12000])
    return tier


@pytest.mark.usefixtures("appeals_are_known")
def test_what_nobody_knows_is_dropped_and_a_variant_brings_its_appeal(story: Article) -> None:
    told = JoinSource("box", story=story.pk, appeal=99, variant=5)
    assert known(told) == JoinSource("box", story=story.pk, appeal=3, variant=5)
    assert known(JoinSource("box", story=story.pk + 1, appeal=3, variant=6)) == JoinSource("box", appeal=3)


def test_only_numbers_of_a_source_are_looked_up() -> None:
    with pytest.raises(ValueError, match="no number 'place'; it has story, appeal, variant"):
        join_names.register_names("place", lambda _pks: {})


def came(referer: str, source: str = "box") -> JoinSource:
    headers = {"Referer": referer} if referer else {}
    return source_of(RequestFactory().get("/join/", {"source": source} if source else {}, headers=headers))


def test_the_page_that_one_came_from_names_the_story(story: Article) -> None:
    here = f"http://testserver{story.url}"
    assert came(here) == JoinSource("box", story=story.pk)
    assert came(f"{here}?utm_source=x#end", source="") == JoinSource("story", story=story.pk)
    assert came(here, source=f"box;story={story.pk}") == JoinSource("box", story=story.pk)


@pytest.mark.parametrize(
    ("query", "arrival"),
    [
        ("utm_source=x&utm_campaign=post", "post"),
        ("campaign=Spring+mail%2C%202026", "spring-mail-2026"),
        ("campaign=" + "a" * 90, "a" * 40),
        ("campaign=%D0%92%D0%B5%D1%81%D0%BD%D0%B0", ""),
        ("campaign=%00%1f;letter=x&campaign=b", "letter-x"),
        ("campaign=", ""),
    ],
)
def test_the_page_of_arrival_names_the_campaign_of_its_address(story: Article, query: str, arrival: str) -> None:
    here = f"http://testserver{story.url}?{query}"
    assert came(here, "box;campaign=goal") == JoinSource("box", story=story.pk, campaign="goal", arrival=arrival)
    assert came(here.replace("testserver", "elsewhere.example")) == JoinSource("box")


def test_what_the_link_says_of_the_arrival_goes_first_and_a_letter_has_none(story: Article) -> None:
    here = f"http://testserver{story.url}?campaign=post"
    assert came(here, "box;arrival=poster").arrival == "poster"
    assert came(here, "letter;letter=weekly") == JoinSource("letter", story=story.pk, letter="weekly")


@pytest.mark.parametrize("referer", ["", "http://[", "http://elsewhere.example{path}", "http://testserver/en/"])
def test_another_site_and_another_page_name_none(story: Article, referer: str) -> None:
    assert came(referer.format(path=story.url)) == JoinSource("box")


def test_a_story_that_is_gone_is_not_named(story: Article) -> None:
    story.unpublish()
    assert came(f"http://testserver{story.url}") == JoinSource("box")


def source_on(page: Any) -> str:
    found = re.search(r'name="source" value="([^"]*)"', page.content.decode())
    assert found is not None
    return found[1]


def wish(**given: Any) -> dict[str, Any]:
    return {"tier": "reader", "currency": "GEL", "interval": "month", "amount": "12.00"} | given


@pytest.mark.usefixtures("appeals_are_known", "tier")
def test_it_goes_with_the_reader_from_the_story_to_the_pledge(client: Client, story: Article) -> None:
    text = f"box;story={story.pk};appeal=3;variant=5;campaign=spring"
    first = client.get("/join/?source=box;variant=5;campaign=spring", headers={"Referer": story.full_url})
    assert source_on(first) == text
    page = first.content.decode()
    assert page.count(f"source={text.replace(';', '%3B').replace('=', '%3D')}") >= 2  # intervals, the gift
    second = client.get("/join/pay/", wish(source=source_on(first)))
    assert source_on(second) == text
    assert "amount=12.00&amp;source=box" in second.content.decode()
    client.post("/join/pay/", wish(source=source_on(second), number=str(uuid4()), email="nino@readers.example"))
    pledge = Pledge.objects.get()
    assert (pledge.source, pledge.source_story, pledge.source_variant) == (text, story.pk, 5)
    assert Member.objects.get().source == text
    left = client.get(f"/join/back/{pledge.number}/?left=1").content.decode()
    assert f"source=box%3Bstory%3D{story.pk}%3Bappeal%3D3" in left


@pytest.mark.usefixtures("appeals_are_known", "tier")
@pytest.mark.parametrize(("again", "kept"), [("strip;variant=5", "strip;appeal=3;variant=5"), ("", "header")])
def test_who_comes_back_came_by_what_led_here_last(client: Client, again: str, kept: str) -> None:
    form = {"number": str(uuid4()), "email": "nino@readers.example"}
    client.post("/join/pay/", wish(source="header", **form))
    client.post("/join/pay/", wish(source=again, **form))
    assert Pledge.objects.get().source == kept


@pytest.mark.usefixtures("appeals_are_known", "tier")
def test_a_gift_keeps_what_led_its_giver_there(client: Client, story: Article, plain: PlainProvider) -> None:
    form = client.get(f"/gift/?source=end;story={story.pk};variant=5")
    price = Price.objects.get(interval=Price.Interval.YEAR)
    day = re.search(r'name="deliver_on" value="([0-9-]+)"', form.content.decode())
    assert day is not None
    client.post("/gift/", {
        "number": str(uuid4()), "price": str(price.pk), "giver_email": "nino@readers.example", "giver_name": "Nino",
        "recipient_email": "", "deliver_on": day[1],
        "source": source_on(form),
    })  # fmt: skip
    gift = Gift.objects.select_related("agreement").get()
    assert gift.source == f"end;story={story.pk};appeal=3;variant=5"
    assert gift.agreement is not None
    plain.pay(gift.agreement.object_id)
    client.get(f"/gift/back/{gift.agreement.key}/")
    client.post("/gift/redeem/", {"code": gift.code, "email": "eka@readers.example"})
    pledge = Pledge.objects.get()
    assert pledge.source == f"gift;story={story.pk};appeal=3;variant=5"
    assert (pledge.source_story, pledge.source_variant) == (story.pk, 5)
    assert pledge.member.source == pledge.source
    assert own_data(pledge.member)["memberships"][0]["came_by"] == pledge.source


@pytest.mark.usefixtures("appeals_are_known")
def test_the_desk_says_it_in_words(story: Article) -> None:
    text = f"box;story={story.pk};variant=6;campaign=spring"
    said = in_words({text, "", "unheard-of", "letter:weekly"})
    assert [part.words for part in said[text]] == [
        "the box in a story", "story: Water returns", "variant: no longer there (6)", "campaign: spring",
    ]  # fmt: skip
    assert said[text][1].url == f"/desk/pages/{story.pk}/edit/"
    assert said[""] == []
    assert [part.words for part in said["unheard-of"]] == ["unheard-of"]
    assert [part.words for part in said["letter:weekly"]] == ["a letter", "letter: weekly"]


def test_earlier_joins_get_the_story_that_they_named(db: None) -> None:
    texts = ["story:12", "story:new", "header", "story:99999999999"]
    pledges = [factories.pledge(source=text) for text in texts]
    importlib.import_module("standfirst.membership.migrations.0010_stories_of_earlier_joins").fill(apps, None)
    assert [Pledge.objects.get(pk=one.pk).source_story for one in pledges] == [12, None, None, None]
