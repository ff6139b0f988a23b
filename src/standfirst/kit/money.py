"""Amounts of money: whole minor units and a currency, never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision, list_currencies

LARGEST = 10**13
"""Minor units that no amount reaches: anything above is a mistake."""
_LETTER_AND_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
# Babel writes the marks of a numbering system and leaves its digits Latin; CLDR calls the Persian ones "arabext".
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_EXACT = re.compile(r"-?\d{1,13}(?:\.\d{1,5})?")
# Blanks of all kinds, apostrophes and the Arabic mark stand between thousands; the Arabic decimal mark is a comma.
_MARKS = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009'\u2019\u066c", " ") | {"\u066b": ",", "\u2212": "-"})
_WRITTEN = (
    re.compile(r"(?P<whole>-?\d{1,13})(?:[.,](?P<part>\d{1,4}))?"),
    re.compile(r"(?P<whole>-?\d{1,3}(?: \d{3})+)(?:[.,](?P<part>\d{1,4}))?"),
    re.compile(r"(?P<whole>-?\d{1,3}(?:,\d{3})+)\.(?P<part>\d{1,4})"),
    re.compile(r"(?P<whole>-?\d{1,3}(?:\.\d{3})+),(?P<part>\d{1,4})"),
    re.compile(r"(?P<whole>-?\d{1,3}(?:(?:,\d{3}){2,}|(?:\.\d{3}){2,}))(?P<part>)"),
)
"""`12`, `12.50`, `12,50`; `1 200,50`; `1,200.50`; `1.200,50`; `1,200,000`."""


class BadAmount(ValueError):
    """A text that is no amount, or an amount that its currency does not have."""


def digits(currency: str) -> int:
    """How many decimal places `currency` has (ISO 4217 by CLDR): 2 for GEL, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def check_currency(code: str) -> str:
    """Return `code` when it is an ISO 4217 code. Raises BadAmount."""
    if code not in list_currencies("en"):
        raise BadAmount(f"{code!r} is no currency; give its three letters, such as GEL")
    return code


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` minor units (tetri, cents) of `currency` (ISO 4217). Sums only with its own currency."""

    amount: int
    currency: str

    @classmethod
    def read(cls, text: str, currency: str) -> Money:
        """Read what a person wrote: `12`, `12.50`, `12,50`, `1 200`, `1,200.50`, in the digits of any script.

        Raises BadAmount, also for what two people would read differently: `1,200` is 1200 or 1.20.
        """
        plain = text.strip().translate(_MARKS)
        found = next((match for pattern in _WRITTEN if (match := pattern.fullmatch(plain))), None)
        if found is None:
            raise BadAmount(f"{text!r} is no amount; write it as 12 or 12.50")
        whole, part = re.sub("[ .,]", "", found["whole"]), found["part"] or ""
        if len(part) == 3 and " " not in found["whole"] and found.re is _WRITTEN[0] and digits(currency) != 3:
            raise BadAmount(f"{text!r} could be {whole}{part} or {whole}.{part[:2]}; write it without a thousands mark")
        return cls.exactly(f"{whole}.{part}" if part else whole, currency)

    @classmethod
    def exactly(cls, text: str, currency: str) -> Money:
        """Read what a program wrote: a decimal number with a point, nothing between thousands. Raises BadAmount."""
        text = text.strip()
        if not _EXACT.fullmatch(text):
            raise BadAmount(f"{text!r} is no amount; write it as 12 or 12.50")
        value = Decimal(text).scaleb(digits(currency))
        if value != value.to_integral_value():
            raise BadAmount(f"{text!r} has more decimal places than {currency}, which has {digits(currency)}")
        if abs(value) >= LARGEST:
            raise BadAmount(f"{text!r} is more than any amount of {currency} can be; look for a digit too many")
        return cls(int(value), currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} have no sum")
        return other

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.amount).scaleb(-digits(self.currency))

    def share(self, numerator: int, denominator: int) -> Money:
        """Return that part of it, rounded half up to a whole minor unit."""
        part = (Decimal(self.amount) * numerator / denominator).quantize(Decimal(1), ROUND_HALF_UP)
        return Money(int(part), self.currency)

    def format(self, language: str) -> str:
        """As people write it in `language` (BCP 47); without decimals where there are none: `12 ₾`, `12.50 ₾`."""
        try:
            locale = Locale.parse(language.replace("-", "_"))
            shown = format_currency(self.decimal, self.currency, locale=locale, numbering_system="default")
            if self.amount % 10 ** digits(self.currency) == 0:
                shown = format_currency(
                    self.decimal,
                    self.currency,
                    locale=locale,
                    currency_digits=False,
                    format=_without_decimals(locale),
                    numbering_system="default",
                )
        except (UnknownLocaleError, ValueError):
            return str(self)
        if locale.default_numbering_system == "arabext":
            shown = shown.translate(_PERSIAN_DIGITS)
        # Between letters and digits stands a space (CLDR, currencySpacing): GEL 12, but ₾12.
        return _LETTER_AND_DIGIT.sub("\u00a0", shown)

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"


def _without_decimals(locale: Locale) -> str:
    return re.sub(r"0[.,]0+", "0", locale.currency_formats["standard"].pattern)
