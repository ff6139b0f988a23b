"""Dates, numbers, lists and quotation marks are those of the edition's language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from standfirst.theme import language

MOMENT = datetime(2025, 4, 28, 12, 20, tzinfo=UTC)  # 16:20 in Tbilisi


def shown(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "28 April 2025, 16:20"),
        ("ru", "28 апреля 2025, 16:20"),
        ("ka", "28 აპრილი 2025, 16:20"),
        ("hy", "28 ապրիլի 2025, 16:20"),
        ("az", "28 aprel 2025, 16:20"),
        ("fa", "۸ اردیبهشت ۱۴۰۴، ۱۶:۲۰"),
    ],
)
def test_a_moment_is_written_as_the_language_writes_it(code: str, written: str) -> None:
    with translation.override(code):
        assert shown("{% moment at %}", at=MOMENT) == f'<time datetime="2025-04-28T16:20+04:00">{written}</time>'


def test_a_moment_falls_on_the_newsrooms_day_and_not_on_that_of_utc() -> None:
    assert language.day(datetime(2025, 4, 28, 21, 0, tzinfo=UTC)) == "29 April 2025"


def test_a_date_has_no_time_of_day_in_its_machine_form() -> None:
    written = shown('{% moment at "day" "when" %}', at=date(2025, 4, 28))
    assert written == '<time class="when" datetime="2025-04-28">28 April 2025</time>'


def test_without_a_moment_nothing_is_written() -> None:
    assert shown("{% moment at %}", at=None) == ""


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "Monday, 28 April 2025"),
        ("ru", "понедельник, 28 апреля 2025"),
        ("ka", "ორშაბათი, 28 აპრილი 2025"),
        ("hy", "երկուշաբթի, 28 ապրիլի 2025"),
        ("az", "bazar ertəsi, 28 aprel 2025"),
        ("fa", "دوشنبه ۸ اردیبهشت ۱۴۰۴"),
    ],
)
def test_a_day_of_the_week_stands_before_the_day(code: str, written: str) -> None:
    with translation.override(code):
        assert shown("{{ at|weekday_and_day }}", at=date(2025, 4, 28)) == written


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "April 2025"),
        ("ru", "Апрель 2025"),
        ("ka", "აპრილი 2025"),
        ("hy", "Ապրիլ 2025"),
        ("az", "Aprel 2025"),
        ("fa", "آوریل ۲۰۲۵"),
    ],
)
def test_the_archives_months_are_those_of_its_addresses(code: str, written: str) -> None:
    with translation.override(code):
        assert shown("{{ at|gregorian_month }}", at=date(2025, 4, 1)) == written


def test_capitals_follow_the_language() -> None:
    written = []
    for code, text in [("az", "izah"), ("az", "rəy"), ("en", "opinion"), ("ka", "მოსაზრება"), ("ru", "мнение")]:
        with translation.override(code):
            written.append(language.capitalised(text))
    assert written == ["İzah", "Rəy", "Opinion", "მოსაზრება", "Мнение"]


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "12,345"),
        ("ru", "12\xa0345"),
        ("ka", "12\xa0345"),
        ("hy", "12\xa0345"),
        ("az", "12.345"),
        ("fa", "۱۲٬۳۴۵"),
    ],
)
def test_numbers_have_the_languages_separators_and_digits(code: str, written: str) -> None:
    with translation.override(code):
        assert shown("{{ n|number }}", n=12345) == written


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "A, B and C"),
        ("ru", "A, B и C"),
        ("ka", "A, B და C"),
        ("hy", "A, B և C"),
        ("az", "A, B və C"),
    ],
)
def test_lists_end_with_the_languages_and(code: str, written: str) -> None:
    with translation.override(code):
        assert shown("{{ names|listed }}", names=["A", "B", "C"]) == written


def test_listed_names_are_escaped() -> None:
    assert shown("{{ names|listed }}", names=["<b>", "A"]) == "&lt;b&gt; and A"


@pytest.mark.parametrize(
    ("code", "written"),
    [("en", "‘Yes.’"), ("ru", "«Yes.»"), ("ka", "„Yes.“"), ("hy", "«Yes.»"), ("az", "“Yes.”"), ("fa", "«Yes.»")],
)
def test_a_quotation_gets_the_languages_marks(code: str, written: str) -> None:
    with translation.override(code):
        assert shown("{{ text|quoted }}", text=" Yes. ") == written


@pytest.mark.parametrize("text", ["“Yes.”", "«Да»", '"Yes"', ""])
def test_a_quotation_that_brings_its_own_marks_keeps_them(text: str) -> None:
    assert language.quoted(text) == text


def test_an_update_on_the_same_day_names_the_time_alone() -> None:
    later = MOMENT.replace(hour=18)
    assert shown("{% updated a b %}", a=MOMENT, b=later) == (
        'Updated <time datetime="2025-04-28T22:20+04:00">22:20</time>'
    )


def test_an_update_on_another_day_names_the_day_too() -> None:
    assert ">29 April 2025, 16:20<" in shown("{% updated a b %}", a=MOMENT, b=MOMENT.replace(day=29))


def test_a_language_that_is_no_edition_reads_like_english() -> None:
    with translation.override("de"):
        assert language.day(date(2025, 4, 28)) == "28 April 2025"
