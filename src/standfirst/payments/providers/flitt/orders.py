"""Reads Flitt's orders (https://docs.flitt.com/api/order-parameters, "response")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from standfirst.kit.money import Money
from standfirst.payments.providers.flitt.client import ask
from standfirst.payments.providers.interface import (
    Credentials,
    NotReached,
    PaymentFact,
    PaymentState,
    ProviderError,
)

CLOCK = ZoneInfo("Asia/Tbilisi")
"""Flitt's times name no zone; its company and its merchants are in Georgia (UTC+4 all year)."""
MOST_ORDERS = 1000
"""Of one agreement: eighty years of months. Beyond that something is wrong."""
BRANDS = {"VISA": "Visa", "MASTERCARD": "Mastercard"}
STATES = {
    "processing": PaymentState.PENDING,
    "approved": PaymentState.SETTLED,
    "reversed": PaymentState.SETTLED,
    "declined": PaymentState.FAILED,
    "expired": PaymentState.FAILED,
}
"""Of an order that somebody has tried to pay; `created`, and what we do not know, is no payment."""


@dataclass(frozen=True)
class Order:
    """One order as Flitt knows it. `data` is the `merchant_data` that we gave it."""

    name: str
    status: str
    amount: Money
    at: datetime
    fee: int
    reversed: int
    data: str
    failure: str
    token: str = field(repr=False)
    instrument: str
    instrument_expires: str

    @property
    def is_approved(self) -> bool:
        """Whether the payer paid it, whatever was given back afterwards."""
        return self.status in {"approved", "reversed"}

    def fact(self, key: str = "") -> PaymentFact | None:
        """The payment that it is; `key` is our idempotency key."""
        state = STATES.get(self.status)
        if state is None:
            return None
        settled = state is PaymentState.SETTLED
        return PaymentFact(
            payment_id=self.name,
            amount=self.amount,
            state=state,
            at=self.at,
            fee=self.fee if settled else 0,
            refunded=min(self.reversed, self.amount.amount) if settled else 0,
            failure=(self.failure or self.status) if state is PaymentState.FAILED else "",
            key=key,
        )


def find_order(account: Credentials, name: str) -> Order | None:
    """Return the order called `name`, None when there is none. Raises ProviderError."""
    try:
        return read_order(ask(account, "status/order_id", order_id=name))
    except ProviderError as error:
        if error.code == "unknown":
            return None
        raise


def numbered(account: Credentials, beginning: str) -> Iterator[Order]:
    """Yield the orders `BEGINNING1`, `BEGINNING2` … until the first that does not exist."""
    for number in range(1, MOST_ORDERS + 1):
        order = find_order(account, f"{beginning}{number}")
        if order is None:
            return
        yield order


def read_order(answer: dict[str, Any]) -> Order:
    """Read the answer of a request about an order. Raises NotReached when it is not what is documented."""
    try:
        actual = _whole(answer.get("actual_amount"))
        is_same = answer.get("actual_currency") == answer["currency"]
        amount = actual if actual and is_same else _whole(answer["amount"])
        return Order(
            name=str(answer["order_id"]),
            status=str(answer["order_status"]),
            amount=Money(amount, str(answer["currency"])),
            at=datetime.strptime(answer["order_time"], "%d.%m.%Y %H:%M:%S").replace(tzinfo=CLOCK),
            fee=min(_whole(answer.get("fee")), amount),
            reversed=_whole(answer.get("reversal_amount")),
            data=str(answer.get("merchant_data") or ""),
            failure=str(answer.get("response_code") or ""),
            token=str(answer.get("rectoken") or ""),
            instrument=_instrument(answer),
            instrument_expires=_month(str(answer.get("rectoken_lifetime") or "")),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise NotReached(f"Flitt answered about an order what cannot be read: {error}") from error


def _whole(value: object) -> int:
    """Minor units; Flitt writes numbers as text, and nothing as ""."""
    return int(str(value or 0))


def _instrument(answer: dict[str, Any]) -> str:
    brand, card = str(answer.get("card_type") or ""), str(answer.get("masked_card") or "")
    return f"{BRANDS.get(brand.upper(), brand)} •••• {card[-4:]}".strip() if card else ""


def _month(lifetime: str) -> str:
    """`2027-04` of `30.04.2027 23:59:59`."""
    return f"{lifetime[6:10]}-{lifetime[3:5]}" if len(lifetime) >= 10 else ""
