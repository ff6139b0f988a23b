"""Words and their stems: forms of one word meet, and other words do not."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.discovery.search.analysis.stems import stem
from standfirst.discovery.search.analysis.words import folded, plain, spans, words

FORMS = {
    "en": ["election elections", "minister ministers minister's", "protest protests protested protesting"],
    "ru": [
        "выборы выборов выборах выборами",
        "правительство правительства правительством",
        "президент президента президенту президентом",
        "ёлка елка елки",
    ],
    "ka": [
        "თბილისი თბილისში თბილისს თბილისის თბილისიდან თბილისამდე თბილისთან",
        "არჩევნები არჩევნების არჩევნებში არჩევნებს არჩევნებმა",
        "მთავრობა მთავრობის მთავრობას მთავრობამ მთავრობაში მთავრობიდან მთავრობასთან",
        "პრეზიდენტი პრეზიდენტის პრეზიდენტმა პრეზიდენტს პრეზიდენტად პრეზიდენტები პრეზიდენტისთვის",
        "ქალაქი ქალაქში ქალაქები ქალაქებში ქალაქის ქალაქიდან",
        "წყალი წყლის წყალში წყალმა",
        "საზღვარი საზღვრის საზღვარზე",
        "ომი ომის ომში ომს",
    ],
    "hy": [
        "Երևան Երևանը Երևանում Երևանի Երևանից ԵՐԵՎԱՆ Երեւան",
        "ընտրություն ընտրությունը ընտրությունների ընտրություններում ընտրության",
        "օրենք օրենքը օրենքի օրենքներ",
        "քաղաք քաղաքում քաղաքի քաղաքներ քաղաքից",
        "երեխա երեխաներ երեխայի երեխաների",
        "պատերազմ պատերազմը պատերազմի պատերազմից",
    ],
    "az": [
        "Bakı Bakıda Bakıdan Bakının Bakıya",
        "seçki seçkilər seçkiləri seçkilərin seçkidə",
        "hökumət hökuməti hökumətin hökumətə hökumətdən",
        "məktəb məktəbdə məktəblər məktəblərdə",
        "uşaq uşaqlar uşaqların uşağı",
        "Əliyev Əliyevin Əliyevə Əliyevdən Əliyevlə",
        "ölkə ölkənin ölkədə ölkələr ölkəyə ölkəsi",
    ],
    "fa": ["کتاب کتاب‌ها کتابهای كتاب", "رئیس رییس", "کشور کشورها کشورهای"],
}
"""Forms of one word a line, by language."""


@pytest.mark.parametrize(("language", "forms"), [(code, line) for code, lines in FORMS.items() for line in lines])
def test_forms_of_a_word_have_one_stem(language: str, forms: str) -> None:
    assert len({stem(form, language) for form in forms.split()}) == 1


@pytest.mark.parametrize("language", FORMS)
def test_different_words_keep_different_stems(language: str) -> None:
    stems = [stem(line.split()[0], language) for line in FORMS[language]]

    assert all(one != other for one, other in combinations(stems, 2))


def test_a_law_is_no_day_and_a_cat_no_category() -> None:
    assert stem("օրենք", "hy") != stem("օր", "hy")
    assert stem("кот", "ru") != stem("который", "ru")


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("Bakı", "BAKI"),
        ("İlham", "ilham"),
        ("Əliyev", "Eliyev"),
        ("ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ", "საქართველო"),
        ("Ереме́нко", "Еременко"),
        ("résumé", "resume"),
        ("می‌رود", "میرود"),
        ("كتابي", "کتابی"),
        ("۱۳۹۹", "1399"),
        ("ﬁnal", "final"),
        ("ինչպե՞ս", "ինչպես"),
    ],
)
def test_one_spelling_for_what_people_write_differently(written: str, also: str) -> None:
    assert folded(written) == folded(also)


def test_a_short_i_and_an_i_stay_apart() -> None:
    assert folded("май") != folded("маи")


def test_words_stand_where_they_were_found() -> None:
    text = plain("  “Don’t stop”,\u00a0she said: Xan\u0131m re-read\tit.")

    found = list(words(text))

    assert [word.written for word in found] == ["Don’t", "stop", "she", "said", "Xanım", "re", "read", "it"]
    assert [text[word.start : word.end] for word in found] == [word.written for word in found]
    assert spans(text, 2, 4) == [(word.start, word.end) for word in found[2:4]]


@given(
    st.text(st.sampled_from("ab1 _.'’-\u0301\u200cİя"), max_size=600).map(plain),
    st.integers(0, 200),
    st.integers(0, 40) | st.none(),
)
def test_any_stretch_of_words_is_cut_as_it_is_cut_from_the_beginning(text: str, first: int, many: int | None) -> None:
    last = None if many is None else first + many

    assert spans(text, first, last) == [(word.start, word.end) for word in words(text)][first:last]
