"""What is found, in which order, and how it is shown: the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import factories as make

from standfirst.discovery.search.engines import interface, postgresql, sqlite
from standfirst.discovery.search.finding import Found, Query, find
from standfirst.discovery.search.models import PublicDocument
from standfirst.discovery.search.waiting import work_off
from standfirst.stories.models import Article, Section

pytestmark = pytest.mark.django_db
engine = sqlite if connection.vendor == "sqlite" else postgresql


@pytest.fixture
def section() -> Section:
    return make.section(make.edition(), "Politics")


def told(section: Section, headline: str, /, *texts: str, **fields: Any) -> Article:
    """A published story that says `texts`."""
    body = [("paragraph", f"<p>{text}</p>") for text in texts]
    return make.story(section, headline, standfirst=fields.pop("standfirst", ""), body=body, **fields)


def search(section: Section, text: str, /, **asked: Any) -> Found:
    work_off()
    return find(Query(section.get_parent().pk, text, **asked))


def keys(found: Found) -> list[int]:
    return [hit.story_id for hit in found.hits]


def test_every_word_must_stand_in_the_story_in_some_form(section: Section) -> None:
    both = told(section, "Elections in Gyumri", "The recount took two days.")
    told(section, "Elections in Baku")
    told(section, "A recount")

    assert keys(search(section, "recounts election")) == [both.pk]


def test_the_headline_counts_for_more_than_the_standfirst_and_that_for_more_than_the_text(section: Section) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    filler = "Something else was said about roads, bridges, schools and harvests in the valley."
    text = told(section, "One", f"The railway was named. {filler}", published_at=moment)
    first = told(section, "Railway opened", filler, published_at=moment)
    second = told(section, "Two", filler, standfirst="About the railway.", published_at=moment)

    assert keys(search(section, "railway")) == [first.pk, second.pk, text.pk]


@pytest.mark.parametrize("text", ["railway", "железная"])
def test_of_more_than_can_be_weighed_the_headline_comes_first_then_the_standfirst_and_the_newest(
    section: Section, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(interface, "MOST_CANDIDATES", 2)
    days = [datetime(2020, 1, day, tzinfo=UTC) for day in range(1, 7)]
    said = "A railway opened, железная дорога."
    in_headline = told(section, "Railway opened: железная дорога", published_at=days[0])
    in_lead = told(section, "Two", standfirst=said, published_at=days[1])
    in_text = [told(section, f"Number {day}", said, published_at=days[day]) for day in range(3, 6)]

    found = search(section, text)

    assert found.is_at_least
    assert keys(found) == [in_headline.pk, in_lead.pk, *(story.pk for story in reversed(in_text))]


def test_of_too_many_with_a_word_and_not_another_the_newest_are_ordered_by_their_parts(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interface, "MOST_CANDIDATES", 2)
    days = [datetime(2020, 1, day, tzinfo=UTC) for day in range(1, 6)]
    told(section, "The railway: an older headline", published_at=days[0])
    in_headline = told(section, "Railway opened", published_at=days[1])
    in_text = [told(section, f"Number {day}", "A railway opened.", published_at=days[day]) for day in (2, 3)]
    told(section, "The railway and the harvest", published_at=days[4])

    found = search(section, "railway -harvest")

    assert found.is_at_least
    assert keys(found) == [in_headline.pk, *(story.pk for story in reversed(in_text))]


def test_words_in_quotes_are_ordered_by_the_part_that_holds_them(section: Section) -> None:
    days = [datetime(2020, 1, day, tzinfo=UTC) for day in range(1, 4)]
    headline = told(section, "Railway opened", published_at=days[0])
    lead = told(section, "One", standfirst="Railway opened.", published_at=days[1])
    text = told(section, "Two", "Railway opened. Railway opened. Railway opened.", published_at=days[2])

    assert keys(search(section, '"railway opened"')) == [headline.pk, lead.pk, text.pk]


def test_a_word_that_is_needed_and_excluded_finds_nothing(section: Section) -> None:
    told(section, "Elections in Gyumri")

    assert search(section, "elections -election").total == 0


def test_of_two_stories_that_say_the_same_the_newer_comes_first(section: Section) -> None:
    old = told(section, "Railway opened", published_at=datetime(2015, 1, 1, tzinfo=UTC))
    new = told(section, "Railway opened", published_at=timezone.now() - timedelta(days=1))

    assert keys(search(section, "railway")) == [new.pk, old.pk]


def test_the_better_match_comes_first_though_it_is_old(section: Section) -> None:
    old = told(section, "Railway opened", published_at=datetime(2015, 1, 1, tzinfo=UTC))
    told(section, "Weather", "It rained. " * 30 + "A railway was wet.", published_at=timezone.now())

    assert keys(search(section, "railway"))[0] == old.pk


def test_by_date_the_newest_comes_first_whatever_it_says(section: Section) -> None:
    old = told(section, "Railway railway", published_at=datetime(2015, 1, 1, tzinfo=UTC))
    new = told(section, "Weather", "A railway was wet.", published_at=datetime(2016, 1, 1, tzinfo=UTC))

    assert keys(search(section, "railway", order="date")) == [new.pk, old.pk]


def test_words_in_quotes_stand_one_after_the_other_within_one_field(section: Section) -> None:
    right = told(section, "The new law", "On the border.")
    told(section, "A law, and a new one", "On the border.")
    told(section, "Something new", "Law and order.")

    assert keys(search(section, '"new law"')) == [right.pk]


def test_a_word_with_a_minus_must_not_stand_there(section: Section) -> None:
    told(section, "Budget of Baku")
    right = told(section, "Budget of Gyumri")

    assert keys(search(section, "budget -baku")) == [right.pk]
    assert keys(search(section, "-baku")) == []


def test_contributors_topics_and_captions_are_found(section: Section) -> None:
    edition = section.get_parent().specific
    person, topic = make.contributor(edition, "Nino Example"), make.topic(edition, "Railways")
    picture = make.picture(caption="A bridge over the Debed")
    story = told(section, "One", bylines=[person], topics=[topic], lead_picture=picture)

    for text in ("nino example", "railways", "debed"):
        assert keys(search(section, text)) == [story.pk]


def test_an_edition_finds_its_own_stories_only(section: Section) -> None:
    other = make.section(make.edition("ru"), "Политика")
    told(section, "Baku")
    russian = told(other, "Baku")

    assert keys(search(other, "baku")) == [russian.pk]


def test_filters_narrow_by_section_contributor_type_and_day(section: Section) -> None:
    edition = section.get_parent().specific
    inner = make.section(section, "Parliament")
    person = make.contributor(edition, "Nino Example")
    told(make.section(edition, "Culture"), "Budget")
    right = told(
        inner,
        "Budget",
        bylines=[person],
        story_type="analysis",
        published_at=datetime(2024, 5, 6, 20, 30, tzinfo=UTC),  # half past midnight of the 7th in the newsroom
    )
    the_day = date(2024, 5, 7)

    for narrowed in (
        {"section": section.pk},
        {"section": inner.pk},
        {"contributor": person.pk},
        {"story_type": "analysis"},
        {"since": the_day, "until": the_day},
    ):
        assert keys(search(section, "budget", **narrowed)) == [right.pk], narrowed
    for narrowed in ({"until": date(2024, 5, 6)}, {"story_type": "opinion"}, {"contributor": 9_999_999}):
        assert keys(search(section, "budget", **narrowed)) == [], narrowed


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        ("Երևան և Գյումրի", "երեւան"),
        ("12 km² of forest…", "km2"),
        ("Школа № 5 открыта", "школа 5"),
        ("Vote™ begins", "vote"),
    ],
)
def test_what_is_found_is_shown_as_it_was_written(section: Section, headline: str, text: str) -> None:
    told(section, headline)

    (hit,) = search(section, text).hits
    assert re.sub("</?mark>", "", hit.headline_html) == headline
    assert "<mark>" in hit.headline_html


def test_readers_find_neither_drafts_nor_words_behind_the_wall_and_staff_find_both(section: Section) -> None:
    closed = told(section, "Closed", "One here.", "Two here.", "Secretive.", "Four.", "Five.", access="members")
    draft = make.draft(section, "Drafted")

    assert keys(search(section, "secretive")) == []
    assert keys(search(section, "drafted")) == []
    assert keys(search(section, "closed")) == [closed.pk]
    assert keys(search(section, "secretive", staff=True)) == [closed.pk]
    assert keys(search(section, "drafted", staff=True)) == [draft.pk]


def test_a_row_that_should_be_gone_is_not_shown(section: Section) -> None:
    story = told(section, "Withdrawn")
    work_off()
    row = PublicDocument.objects.get()
    story.unpublish()
    row.save(force_insert=True)

    assert keys(find(Query(section.get_parent().pk, "withdrawn"))) == []


def test_pages_follow_each_other_without_gap_or_repetition(section: Section) -> None:
    stories = {told(section, f"Budget {number}").pk for number in range(5)}

    pages = [search(section, "budget", page=page, size=2) for page in (1, 2, 3, 4)]

    assert [len(page.hits) for page in pages] == [2, 2, 1, 0]
    assert {key for page in pages for key in keys(page)} == stories
    assert {page.total for page in pages} == {5}
    assert not pages[0].is_at_least


def test_the_words_are_marked_and_the_rest_is_escaped(section: Section) -> None:
    told(
        section, "Elections & <b>more</b>", "Before " * 40 + "the election was &lt;held&gt; & counted. " + "After " * 40
    )

    (hit,) = search(section, "election").hits

    assert hit.headline_html == "<mark>Elections</mark> &amp; &lt;b&gt;more&lt;/b&gt;"
    assert hit.passage_html.startswith("… Before")
    assert "the <mark>election</mark> was &lt;held&gt; &amp; counted." in hit.passage_html
    assert hit.passage_html.endswith(" …")


def test_the_passage_is_the_place_that_holds_most_of_the_words(section: Section) -> None:
    told(section, "One", "A budget. " + "Filler. " * 60 + "The budget of the railway. " + "Filler. " * 60)

    (hit,) = search(section, "railway budget").hits

    assert "The <mark>budget</mark> of the <mark>railway</mark>." in hit.passage_html


def test_a_passage_cuts_no_number_and_runs_from_no_heading_on(section: Section) -> None:
    before = "one " * 30
    told(section, "One", f"{before}of 3,250 people", "Heading", f"The railway has {'word ' * 20}4,500 trains a year")

    (hit,) = search(section, "railway").hits

    assert "people · Heading · The <mark>railway</mark> has" in hit.passage_html
    for cut in ("… 250", " 4 …", "4,50 …", "4,5 …"):
        assert cut not in hit.passage_html


def test_numbers_at_both_ends_of_a_passage_are_whole(section: Section) -> None:
    told(section, "One", f"{'one ' * 30}3,250 {'a ' * 5}railway {'word ' * 24}4,500 trains a year")

    (hit,) = search(section, "railway").hits

    assert hit.passage_html.startswith("… 3,250 a a"), hit.passage_html
    assert hit.passage_html.endswith("4,500 …"), hit.passage_html


def test_a_name_is_marked_in_the_form_in_which_it_stands(section: Section) -> None:
    georgian = make.section(make.edition("ka"), "პოლიტიკა")
    told(georgian, "პრეზიდენტი ბაქოში")

    (hit,) = search(georgian, "Baku").hits

    assert hit.headline_html == "პრეზიდენტი <mark>ბაქოში</mark>"


def test_a_persian_word_with_a_half_space_is_found_by_its_parts(section: Section) -> None:
    persian = make.section(make.edition("fa"), "سیاست")
    story = told(persian, "راه\u200cآهن رشت")
    for number in range(6):
        told(persian, f"راه و آهن {number}")

    assert story.pk in keys(search(persian, "راه آهن"))
    assert keys(search(persian, "آهن رشت")) == [story.pk]


def test_without_the_words_in_the_text_the_standfirst_or_the_beginning_is_shown(section: Section) -> None:
    told(section, "Gyumri", "How it begins.", standfirst="What Gyumri is about.")
    told(section, "Baku", "How it begins.")

    assert search(section, "gyumri").hits[0].passage_html == "What <mark>Gyumri</mark> is about."
    assert search(section, "baku").hits[0].passage_html == "How it begins."


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("hy", "Փաշինյանը Երևանում", ["Pashinyan", "Пашинян", "ՓԱՇԻՆՅԱՆ", "Երեւան", "Yerevan"]),
        ("en", "Pashinyan in Khankendi", ["Փաշինյան", "Пашинян", "ფაშინიანი", "Xankəndi", "Paşinyan", "پاشینیان"]),
        ("az", "Əliyevin Xankəndidə görüşü", ["Aliyev", "Алиев", "Eliyev", "Khankendi", "Ханкенди", "ƏLİYEV"]),
        ("ru", "Алиева в Тбилиси", ["Aliyev", "Əliyev", "თბილისში", "Tbilisi", "АЛИЕВ"]),
        ("ka", "თბილისში ფაშინიანი", ["Tbilisi", "Тбилиси", "თბილისი", "Pashinyan", "ᲗᲑᲘᲚᲘᲡᲘ"]),
        ("fa", "پاشینیان در كتاب‌خانه", ["Pashinyan", "Пашинян", "کتابخانه", "پاشينيان"]),
    ],
)
def test_names_are_found_in_every_script(language: str, written: str, asked: list[str]) -> None:
    section = make.section(make.edition(language))
    story = told(section, written)
    told(section, {"ru": "Ничего", "ka": "არაფერი"}.get(language, "Heç nə"))

    found = {text: keys(search(section, text)) for text in asked}

    assert found == {text: [story.pk] for text in asked}


def test_a_typing_error_is_set_right_where_nothing_is_found(section: Section) -> None:
    story = told(section, "Parliament meets in Gyumri")

    found = search(section, "Parliamnet gyumri")

    assert keys(found) == [story.pk]
    assert (found.did_you_mean, found.searched_for) == ("parliament gyumri", "parliament gyumri")


def test_where_little_is_found_the_better_word_is_only_offered(section: Section) -> None:
    odd = told(section, "Parlament in a name")
    for _ in range(12):
        told(section, "Parliament")

    found = search(section, "parlament")

    assert keys(found) == [odd.pk]
    assert (found.did_you_mean, found.searched_for) == ("parliament", "")


def test_nothing_is_offered_for_words_that_are_right_or_far_from_all(section: Section) -> None:
    told(section, "Parliament meets")

    assert search(section, "parliament").did_you_mean == ""
    assert search(section, "zzzzzzzz") == Found()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        '"',
        "-",
        "*",
        "'; DROP TABLE x; --",
        "a" * 5000,
        "NEAR(",
        "\x00",
        "%s %d {0}",
        "OR AND NOT",
        "🙂",
        "'a' & !b",
    ],
)
def test_an_odd_query_finds_nothing_and_raises_nothing(section: Section, text: str) -> None:
    told(section, "Parliament meets")

    assert search(section, text).hits == []
    assert search(section, text, page=10**6, size=20, section=-1, story_type="'x\" ").hits == []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_no_text_makes_a_query_that_the_index_refuses(section: Section, text: str) -> None:
    find(Query(section.get_parent().pk, text))


def test_an_edition_that_is_not_there_finds_nothing() -> None:
    assert find(Query(9_999_999, "anything")) == Found()


def test_what_takes_too_long_is_stopped_and_said_to_be(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    told(section, "Harvest")
    work_off()
    monkeypatch.setattr(engine, "PATIENCE_MS", -1 if connection.vendor == "sqlite" else 1)
    monkeypatch.setattr(engine, "STEPS_BETWEEN_LOOKS", 1, raising=False)
    if connection.vendor == "postgresql":
        slow = "SELECT id FROM {table}, pg_sleep(1) WHERE %s <> '' AND id BETWEEN %s AND %s LIMIT %s"
        monkeypatch.setattr(engine, "NEWEST", slow)

    found = find(Query(section.get_parent().pk, "harvest"))

    assert found == Found(was_stopped=True)
    monkeypatch.undo()
    assert find(Query(section.get_parent().pk, "harvest")).total == 1
