"""What a text is about, what is near to it, and what is chosen: without a database."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.discovery.related.reckoning.choosing import LEAST, Facts, choose, with_company
from standfirst.discovery.related.reckoning.function_words import FUNCTION_WORDS
from standfirst.discovery.related.reckoning.overlap import common_names, common_words
from standfirst.discovery.related.reckoning.profiles import (
    Profile,
    Text,
    likeness,
    pack_sketch,
    profile,
    unpack_sketch,
)
from standfirst.discovery.related.reckoning.segment import WEIGHTS, Frequencies, Rarity, Segment, nearest, weigh
from standfirst.discovery.related.reckoning.words import name_words, names, stem, term_of, words


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ("railway", "railways")),
        ("ru", ("железная", "железной")),
        ("hy", ("երկաթուղի", "երկաթուղու", "երկաթուղին")),
        ("ka", ("რკინიგზა", "რკინიგზის", "რკინიგზაზე")),
        ("az", ("dəmiryol", "dəmiryolu", "dəmiryolunun")),
        ("fa", ("راهآهن", "راهآهنهای")),
        ("pt-br", ("ferrovia", "ferrovias")),
        ("xx", ("tramways", "tramway")),
    ],
)
def test_the_forms_of_a_word_are_one_term(language: str, forms: tuple[str, ...]) -> None:
    spoken = language.partition("-")[0]

    assert len({term_of(word, spoken) for form in forms for word in words(form, spoken)}) == 1


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("az", "QIZIL İŞIQ", "qızıl işıq"),
        ("ru", "ЁЛКА", "елка"),
        ("fa", "كتاب علي ۱۴۰۲", "کتاب علی 1402"),
        ("hy", "ԵՒ", "և"),
        ("en", "ISN’T", "isn't"),
    ],
)
def test_one_word_in_two_spellings_is_one_word(language: str, one: str, other: str) -> None:
    assert words(one, language) == words(other, language)


def test_numbers_are_words_and_never_cut() -> None:
    assert [stem(word, "ka") for word in words("1915 წელს", "ka")] == ["1915", "წელს"]


def test_names_have_capitals_and_a_sentence_that_begins_has_none() -> None:
    assert names("Then Nikol Pashinyan met Recep Tayyip Erdoğan.") == ["Then Nikol Pashinyan", "Recep Tayyip Erdoğan"]
    assert name_words("Trains to Kars wait. Passengers, too, in Gyumri.") == ["Kars", "Gyumri"]
    assert name_words("Поезда в Карс ждут. Пассажиры тоже.") == ["Карс"]


@given(text=st.text(max_size=300), language=st.sampled_from(["en", "ka", "fa", "de"]))
@settings(max_examples=25, deadline=None)
def test_any_text_has_a_profile_that_survives_packing(text: str, language: str) -> None:
    found = profile(Text(text, text, text), language)

    read = Profile.unpack(found.pack())

    assert (read.terms, read.weights, read.length) == (found.terms, found.weights, found.length)
    assert list(found.terms) == sorted(set(found.terms))
    assert unpack_sketch(pack_sketch(found.sketch)) == found.sketch


def test_the_same_text_is_alike_and_another_is_not() -> None:
    one = profile(Text(body="Grain and copper ore wait in Tbilisi for the train to Kars this winter."), "en")
    longer = profile(Text(body="Grain and copper ore wait in Tbilisi for the train to Kars this winter. Again."), "en")
    other = profile(Text(body="Winemakers in Kakheti expect sweet saperavi grapes at this year's harvest."), "en")

    assert likeness(one.sketch, one.sketch) == 1.0
    assert likeness(one.sketch, longer.sketch) > 0.8
    assert likeness(one.sketch, other.sketch) == 0.0
    assert likeness((), ()) == 0.0


def segment_of(texts: list[str]) -> tuple[list[Profile], Rarity, Segment]:
    profiles = [profile(Text(body=text), "en") for text in texts]
    rarity = Rarity((Frequencies.of(profiles),))
    return profiles, rarity, Segment.of(enumerate(profiles), len(profiles), rarity)


def test_the_index_answers_what_the_vectors_say() -> None:
    texts = ["grain and ore to Kars", "ore and grain from Kars", "grapes in Kakheti", "ore in Kakheti"]
    profiles, rarity, segment = segment_of(texts)
    vectors = [dict(zip(*(part.tolist() for part in weigh(each, rarity)), strict=True)) for each in profiles]

    for number, each in enumerate(profiles):
        found = segment.scores(*weigh(each, rarity))
        for other, vector in enumerate(vectors):
            exact = sum(weight * vector.get(term, 0.0) for term, weight in vectors[number].items())
            assert found[other] == pytest.approx(exact, abs=0.01)  # a weight is one byte


def test_nothing_is_lost_in_a_step_of_a_weight() -> None:
    assert WEIGHTS[0] == 0.0
    assert WEIGHTS[255] == 1.0
    assert (WEIGHTS[1:] > WEIGHTS[:-1]).all()


def test_rarity_adds_up_over_parts() -> None:
    profiles = [profile(Text(body=text), "en") for text in ("grain ore", "grain wool", "grain tea")]
    whole = Rarity((Frequencies.of(profiles),))
    parts = Rarity((Frequencies.of(profiles[:1]), Frequencies.of(profiles[1:])))
    joined = Rarity((Frequencies.of(profiles[:1]).with_more(Frequencies.of(profiles[1:])),))
    terms = Frequencies.of(profiles).terms

    assert (whole.of(terms) == parts.of(terms)).all()
    assert (whole.of(terms) == joined.of(terms)).all()


def test_the_nearest_are_in_order_without_the_story_itself_and_without_zeros() -> None:
    _profiles, _rarity, segment = segment_of(["a1 b2", "a1 b2", "c3", "a1"])
    scores = segment.scores(*weigh(_profiles[0], _rarity))

    found = nearest(segment.stories, scores, 2, without=0)

    assert [story for story, _likeness in found] == [1, 3]
    assert nearest(Segment.none().stories, Segment.none().scores(*weigh(_profiles[0], _rarity)), 5) == []


def test_company_counts_both_ways() -> None:
    near = {1: [(2, 0.5)], 2: [(1, 0.5), (3, 0.4)], 3: [(2, 0.4)]}

    assert with_company(1, near) == {2: 0.5, 3: pytest.approx(0.4)}
    one_way = {1: [(2, 0.5), (3, 0.1)], 2: [(1, 0.5)], 3: [(2, 0.4)]}
    assert with_company(1, one_way)[3] == pytest.approx(0.1 + 0.4 * 0.5 / 0.6)


def facts(*stories: Facts) -> dict[int, Facts]:
    return {story.story: story for story in stories}


def test_of_equal_texts_the_thread_then_the_topic_then_the_time_decide() -> None:
    story = Facts(1, 1000.0, thread=7, topics=frozenset({3}))
    near = {1: [(key, 0.3) for key in (2, 3, 4, 5)]}
    known = facts(Facts(2, 0.0), Facts(3, 1000.0), Facts(4, 1000.0, topics=frozenset({3})), Facts(5, 1000.0, thread=7))

    assert choose(story, near, known) == [5, 4, 3, 2]


def test_next_to_nothing_in_common_is_not_shown() -> None:
    assert choose(Facts(1), {1: [(2, LEAST - 0.01)]}, facts(Facts(2))) == []


def test_of_two_that_are_alike_the_second_stands_behind_another() -> None:
    near = {8: [(9, 0.9)], 9: [(8, 0.9)]}
    thread = [Facts(key, thread=7) for key in (4, 8, 9)]

    assert choose(Facts(1, thread=7), {}, facts(*thread)) == [9, 8, 4]
    assert choose(Facts(1, thread=7), near, facts(*thread)) == [9, 4, 8]


def test_one_text_twice_stands_once() -> None:
    twice = pack_sketch(tuple(range(16)))
    near = {1: [(2, 0.5), (3, 0.5)]}

    assert choose(Facts(1), near, facts(Facts(2, sketch=twice), Facts(3, sketch=twice))) == [3]
    assert choose(Facts(1, sketch=twice), near, facts(Facts(2, sketch=twice), Facts(3))) == [3]


def test_what_two_texts_have_in_common_is_told_as_written() -> None:
    one = Text("Trains stop", "No train to Kars.", "So said Nikol Pashinyan: the trains of Kars wait in Gyumri.")
    other = Text("Ore waits", "", "Ore for the trains waits. Then came Nikol Pashinyan, to Kars.")

    assert common_names(one, other, "en") == ["Nikol Pashinyan", "Kars"]
    assert common_words(one, other, "en") == ["trains", "wait"]


def test_what_holds_sentences_together_is_not_told() -> None:
    one = Text(
        "What the trains wait for", "", "In Baku trains that were late wait, from Kars and Kars’s port to New York."
    )
    other = Text(
        "What waits for trains", "", "In Baku trains that were there wait, for Kars’s port in Kars and New York."
    )

    assert common_words(one, other, "en") == ["trains", "wait"]
    assert common_names(one, other, "en") == ["New York", "Baku", "Kars"]


@pytest.mark.parametrize("language", sorted(FUNCTION_WORDS))
def test_no_function_word_is_told_in_any_form(language: str) -> None:
    told = Text(" ".join(sorted(FUNCTION_WORDS[language])), "", "")
    assert common_words(told, told, language) == []
