"""How an edition's language writes dates, numbers, lists and quotations (source: Unicode CLDR, through Babel)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import jdatetime
from babel import Locale, dates, lists, numbers
from django.utils import timezone
from django.utils.translation import get_language

BABEL_LOCALES = {"en": "en_GB"}
"""Editions whose CLDR locale is not simply their language code: dates and lists here are British English."""
WEEKS_AS_IN = {"fa": "fa_IR"}
"""CLDR knows the first day of the week by country; where none is named it is Monday."""
QUOTATION_MARKS = {
    "en": ("‘", "’"),
    "ru": ("«", "»"),
    "ka": ("„", "“"),
    "hy": ("«", "»"),
    "az": ("“", "”"),
    "fa": ("«", "»"),
}
OPENING_MARKS = "‘“„«‹\"'"
NAMED_MONTH = "d MMMM y"


def current_language() -> str:
    """Return the two-letter code of the language the page is written in."""
    return (get_language() or "en").partition("-")[0]


def babel_locale() -> str:
    """Return the name of the CLDR locale for the page's language; English for a language CLDR does not know."""
    language = current_language()
    return BABEL_LOCALES.get(language, language if language in QUOTATION_MARKS else "en_GB")


def local_time(value: dt.datetime) -> dt.datetime:
    """Return an aware `value` on the newsroom's clock; a naive one as it is."""
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _local_date(value: dt.date) -> dt.date:
    return local_time(value).date() if isinstance(value, dt.datetime) else value


def digits(text: str) -> str:
    """Return `text` with the digits of the page's script (Persian has its own)."""
    return text.translate({ord("0") + n: ord("۰") + n for n in range(10)}) if current_language() == "fa" else text


def number(value: int) -> str:
    """Return `value` with the language's digits and thousands separator."""
    return digits(numbers.format_decimal(value, locale=babel_locale(), numbering_system="default"))


def _solar_hijri(value: dt.date) -> str:
    """Return `value` in the calendar that readers of Persian live by: ۸ اردیبهشت ۱۴۰۴."""
    day = jdatetime.date.fromgregorian(date=value)
    return digits(f"{day.day} {jdatetime.date.j_months_fa[day.month - 1]} {day.year}")


def day(value: dt.date) -> str:
    """Return a date as the language writes it: 28 April 2025, 28 апреля 2025."""
    value = _local_date(value)
    if current_language() == "fa":
        return _solar_hijri(value)
    return dates.format_date(value, NAMED_MONTH, locale=babel_locale())


def weekday_and_day(value: dt.date) -> str:
    """Return the date with the day of the week: Monday, 28 April 2025."""
    value = _local_date(value)
    weekday = dates.format_date(value, "EEEE", locale=babel_locale())
    return f"{weekday} {day(value)}" if current_language() == "fa" else f"{weekday}, {day(value)}"


def clock(value: dt.datetime) -> str:
    """Return the time of day: 16:20."""
    return digits(local_time(value).strftime("%H:%M"))


def day_and_clock(value: dt.datetime) -> str:
    """Return date and time of day: 28 April 2025, 16:20."""
    comma = "، " if current_language() == "fa" else ", "
    return f"{day(value)}{comma}{clock(value)}"


def gregorian_day(value: dt.date) -> str:
    """Return the date in the Gregorian calendar, whatever the edition's own calendar is."""
    return digits(dates.format_date(_local_date(value), NAMED_MONTH, locale=babel_locale()))


def gregorian_month(value: dt.date) -> str:
    """Return the Gregorian month and year, with a capital where the language has one: April 2025, Апрель 2025."""
    return capitalised(digits(dates.format_date(value, "LLLL y", locale=babel_locale())))


def first_weekday() -> int:
    """Return the day on which the week begins where the language is at home: 0 for Monday, 5 for Saturday."""
    return Locale.parse(WEEKS_AS_IN.get(current_language(), babel_locale())).first_week_day


def weekdays() -> list[tuple[str, str]]:
    """Return the days of a week from the first one: the short name for a narrow column, and the whole name."""
    order = [(first_weekday() + step) % 7 for step in range(7)]
    short, whole = (Locale.parse(babel_locale()).days["stand-alone"][width] for width in ("short", "wide"))
    return [(short[day], whole[day]) for day in order]


def day_of_month(value: dt.date) -> str:
    """Return the number of the day in its month, with the script's digits; the calendar is the Gregorian one."""
    return digits(str(value.day))


def capitalised(text: str) -> str:
    """Return `text` with a capital first letter, where the script has one: İzah, not Izah, and no Georgian Mtavruli."""
    language = current_language()
    if language == "ka":
        return text
    first = "İ" if language == "az" and text[:1] == "i" else text[:1].upper()
    return first + text[1:]


def listed(items: Sequence[str]) -> str:
    """Return "A, B and C" in the page's language."""
    return lists.format_list(list(items), locale=babel_locale())


def quoted(text: str) -> str:
    """Return `text` between the language's quotation marks, unless it already brings some."""
    text = text.strip()
    if not text or text[0] in OPENING_MARKS:
        return text
    opening, closing = QUOTATION_MARKS.get(current_language(), QUOTATION_MARKS["en"])
    return f"{opening}{text}{closing}"
