"""What the fake knows: its objects, its clock, what was asked of it before, and what it has to tell."""

from __future__ import annotations

import copy
import json
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from standfirst.payments.providers.stripe.fake import objects
from standfirst.payments.providers.stripe.fake.faults import Fault, missing
from standfirst.payments.providers.stripe.fake.objects import Json

PREFIXES = {
    "customer": "cus", "payment_method": "pm", "product": "prod", "price": "price", "checkout.session": "cs_test",
    "setup_intent": "seti", "payment_intent": "pi", "charge": "ch", "balance_transaction": "txn", "refund": "re",
    "dispute": "dp", "subscription": "sub", "subscription_item": "si", "invoice": "in", "invoice_payment": "inpay",
    "billing_portal.session": "bps", "event": "evt", "test_helpers.test_clock": "clock",
}  # fmt: skip


def tell_nobody(event: Json) -> None:
    """Where nobody wants to hear of events."""


class World:
    """Everything is kept in memory and done under `lock`; a program that ends forgets it, unless it was pickled."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.lock = threading.RLock()
        self.rows: dict[str, Json] = {}
        self.events: list[Json] = []
        self.behaviours: dict[str, str] = {}
        """What a card does when it is asked to pay: by the id of its payment method."""
        self.asked: dict[str, Json] = {}
        """What a checkout session was made with."""
        self.debits: dict[str, int] = {}
        """Payment intents under way, and when their money comes."""
        self.settlement: tuple[str, float] | None = None
        """The account's currency and its rate, where it is not that of the charge."""
        self.refunds_wait = False
        """Whether refunds are on their way first, as those of debits and transfers are."""
        self.portal = True
        """Whether somebody has set the customer portal up."""
        self.address = ""
        self.tell: Callable[[Json], None] = tell_nobody
        self._last_number = 0
        # Two runs never give the same id: a site may have kept what the run before gave.
        self._run = secrets.token_hex(5)
        self._offset = 0
        self._moment: int | None = None
        self._answers: dict[str, tuple[str, Json]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in {"lock", "tell"}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, lock=threading.RLock(), tell=tell_nobody)

    def now(self) -> int:
        """The time here, in Unix seconds: as much later than the real one as it was advanced."""
        return self._moment if self._moment is not None else int(time.time()) + self._offset

    def at(self, moment: int | None) -> None:
        """Stop the clock at `moment`, or let it go on from there."""
        if moment is None and self._moment is not None:
            self._offset = self._moment - int(time.time())
        self._moment = moment

    def name(self, kind: str) -> str:
        """A new id, shaped like Stripe's."""
        self._last_number += 1
        return f"{PREFIXES[kind]}_fake{self._run}{self._last_number:08d}"

    def put(self, row: Json) -> Json:
        """Keep an object."""
        self.rows[row["id"]] = row
        return row

    def get(self, kind: str, name: str) -> Json:
        """Return an object. Raises Fault."""
        row = self.rows.get(name)
        if row is None or row["object"] != kind:
            raise missing(kind, name)
        return row

    def all(self, kind: str) -> list[Json]:
        """All objects of a kind, the newest first."""
        return [row for row in reversed(self.rows.values()) if row["object"] == kind]

    def emit(self, kind: str, about: Json) -> None:
        """Something happened to `about`: as it is now goes into the event."""
        snapshot = copy.deepcopy(about)
        event = objects.event(self.name("event"), self.now(), kind, snapshot, self.version)
        self.events.append(event)
        self.tell(event)

    def once(self, key: str, asked: Any, does: Callable[[], Json]) -> Json:
        """Do something once for an idempotency key; another request with the same key is refused."""
        if not key:
            return does()
        wanted = json.dumps(asked, sort_keys=True)
        if key in self._answers:
            before, answer = self._answers[key]
            if before != wanted:
                message = (
                    "Keys for idempotent requests can only be used with the same parameters they were first used with."
                )
                raise Fault(400, message, kind="idempotency_error")
            return answer
        answer = copy.deepcopy(does())
        self._answers[key] = (wanted, answer)
        return answer

    def forget_keys(self) -> None:
        """Forget the idempotency keys, as Stripe does after a day at the earliest."""
        self._answers.clear()
