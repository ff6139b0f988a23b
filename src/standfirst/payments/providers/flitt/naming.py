"""The orders of an agreement at Flitt. Flitt keeps single orders and no list of them, so their numbers make the list.

    KEY            the order that the payer agreed with
    KEY~2, KEY~3   the same again, when the answer with the address of its page was lost
    KEY:1, KEY:2   payments collected with the card's token, without a gap; `merchant_data` is our idempotency key
    KEY:card:1     another card was given, without a payment

Flitt takes each order id once. Whoever wants the next one takes the first that is free; of two who do so at the same
time, one is refused.
"""

from __future__ import annotations

import re

_NAME = re.compile(r"(?P<key>[0-9a-f-]{36})(?:~\d+|:\d+|:card:\d+)?")
MOST_COPIES = 5


def key_of(order_id: str) -> str:
    """The agreement's key in the id of any of its orders; what is none of ours as it is."""
    found = _NAME.fullmatch(order_id)
    return found["key"] if found else order_id


def is_ours(order_id: str) -> bool:
    """Whether the id is one of these."""
    return _NAME.fullmatch(order_id) is not None


def copies(key: str) -> list[str]:
    """The ids of the first order, in the order in which they are tried."""
    return [key, *(f"{key}~{number}" for number in range(2, MOST_COPIES + 1))]


def payments(key: str) -> str:
    """What the ids of collected payments begin with."""
    return f"{key}:"


def cards(key: str) -> str:
    """What the ids of orders for another card begin with."""
    return f"{key}:card:"
