"""Tells the layers above what became of an agreement: synchronously, inside the transaction that changed it.

Whoever is told writes what follows (a pledge's state) in the same transaction: either both happen or neither. Mails and
other slow things are ordered from there through tasks, which are rows of the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from standfirst.payments.models import Agreement, Payment


@dataclass(frozen=True)
class News:
    """`agreement` after the change, with the state it had; and payments with the state they had ("": new).

    `has_new_card`: the payer has given another card, or the same one again, for what we collect ourselves.
    """

    agreement: Agreement
    was: str
    payments: tuple[tuple[Payment, str], ...] = ()
    has_new_card: bool = False


Hears = Callable[[News], None]
_listeners: dict[str, Hears] = {}


def listen(prefix: str, hears: Hears) -> None:
    """Let `hears` be told of agreements whose reference begins with `prefix:`."""
    _listeners[prefix] = hears


def tell(news: News) -> None:
    """Tell whoever listens for the agreement's reference. Raises what they raise: then nothing is changed at all."""
    hears = _listeners.get(news.agreement.reference.partition(":")[0])
    if hears is not None:
        hears(news)
