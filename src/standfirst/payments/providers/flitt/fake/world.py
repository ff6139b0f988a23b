"""What the fake knows: orders, cards, and the callbacks it owes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from standfirst.payments.providers.flitt.orders import CLOCK
from standfirst.payments.providers.flitt.signature import is_signed, sign

Values = dict[str, Any]
CARDS = {
    "4444555511116666": "approved",
    "4444111155556666": "declined",
    "4444555566661111": "asks, then approved",
    "4444111166665555": "asks, then declined",
    "4444555511110009": "approved once",
    "4444555511110017": "processing",
}
"""Test cards. The first four are those of https://docs.flitt.com/api/testing; the last two are the fake's own: one
pays on the page and is declined when it is collected from, one leaves the order in processing until `settle`."""
DECLINED = ("1000", "The card was declined by its bank")


class Refused(Exception):
    """A request that Flitt does not carry out: its code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class FakeOrder:
    """One order. `reversals` by their idempotency keys, in minor units; `waiting` those that are not decided yet."""

    asked: Values
    made_at: datetime
    payment_id: int
    status: str = "created"
    card: str = ""
    token: str = ""
    reversals: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    page: str = field(default_factory=lambda: secrets.token_hex(20))

    @property
    def name(self) -> str:
        """The merchant's own id of it."""
        return str(self.asked["order_id"])

    @property
    def amount(self) -> int:
        """Minor units."""
        return int(self.asked["amount"])

    @property
    def is_card_check(self) -> bool:
        """Whether it only looks at a card."""
        return self.asked.get("verification") == "Y"


def clock() -> datetime:
    """The time in Georgia, where Flitt is."""
    return datetime.now(CLOCK)


class World:
    """Everything the fake knows of one merchant. `callbacks` are those not yet delivered: address and values."""

    def __init__(self, merchant: str = "1549901", key: str = "test", now: Callable[[], datetime] | None = None) -> None:
        self.merchant, self.key = merchant, key
        self.now = now or clock
        self.orders: dict[str, FakeOrder] = {}
        self.cards: dict[str, str] = {}
        self.callbacks: list[tuple[str, Values]] = []
        self.asked: list[str] = []
        self.is_away = False
        self.reversals_wait = False
        """Whether reversals are in processing until `end_reversal`."""
        self.lock = RLock()

    def __getstate__(self) -> Values:
        return {name: value for name, value in vars(self).items() if name != "lock"}

    def __setstate__(self, state: Values) -> None:
        vars(self).update(state, lock=RLock())

    def answer(self, path: str, request: Values, origin: str) -> Values:
        """Carry out a request to `/api/PATH`; `origin` is where payers find the fake's pages."""
        with self.lock:
            self.asked.append(path)
            try:
                return {"response": self._carry_out(path.strip("/"), request, origin)}
            except Refused as refused:
                refusal = {"response_status": "failure", "error_message": str(refused), "error_code": refused.code}
                return {"response": refusal}

    def _carry_out(self, path: str, request: Values, origin: str) -> Values:
        if str(request.get("merchant_id", "")) != self.merchant:
            raise Refused("1016", "Merchant not found")
        if not is_signed(self.key, request):
            raise Refused("1014", "Invalid signature")
        if not request.get("order_id"):
            raise Refused("1011", "Parameter `order_id` is missing")
        match path:
            case "checkout/url":
                order = self._make(request)
                url = f"{origin}/merchants/{order.page}/"
                return {"response_status": "success", "checkout_url": url, "payment_id": str(order.payment_id)}
            case "recurring":
                return self._collect(request)
            case "status/order_id":
                return self.shown(self._found(request))
            case "reverse/order_id":
                return self._reverse(request)
        raise Refused("1002", f"Application error: no {path}")

    def _make(self, request: Values) -> FakeOrder:
        for name in ("amount", "currency", "order_desc"):
            if not request.get(name):
                raise Refused("1011", f"Parameter `{name}` is missing")
        if request["order_id"] in self.orders:
            raise Refused("1013", f"Duplicate order {request['order_id']} for merchant {self.merchant}")
        order = FakeOrder(request, self.now(), 800_000_000 + len(self.orders))
        self.orders[order.name] = order
        return order

    def _found(self, request: Values) -> FakeOrder:
        order = self.orders.get(str(request["order_id"]))
        if order is None:
            raise Refused("1018", "Order not found")
        lifetime = timedelta(seconds=int(order.asked.get("lifetime") or 36000))
        if order.status == "created" and self.now() > order.made_at + lifetime:
            order.status = "expired"
        return order

    def _collect(self, request: Values) -> Values:
        card = self.cards.get(str(request.get("rectoken", "")))
        if card is None:
            raise Refused("1007", "Parameter `rectoken` is incorrect")
        order = self._make(request)
        order.card, order.token = card, str(request["rectoken"])
        order.status = "approved" if CARDS[card].endswith("approved") else "declined"
        return self.shown(order)

    def _reverse(self, request: Values) -> Values:
        order, amount = self._found(request), int(request.get("amount") or 0)
        reverse_id = str(request.get("reverse_id") or secrets.token_hex(8))
        if reverse_id not in {**order.reversals, **order.waiting}:
            left = order.amount - sum(order.reversals.values()) - sum(order.waiting.values())
            if order.status not in {"approved", "reversed"} or not 0 < amount <= left:
                raise Refused("1007", "Parameter `amount` is incorrect")
            order.waiting[reverse_id] = amount
            if not self.reversals_wait:
                self.end_reversal(order.name, reverse_id)
        said = {
            "response_status": "success",
            "reverse_status": "approved" if reverse_id in order.reversals else "processing",
            "order_id": order.name,
            "merchant_id": int(self.merchant),
            "reversal_amount": str({**order.reversals, **order.waiting}[reverse_id]),
            "reverse_id": reverse_id,
            "transaction_id": order.payment_id + 1_000_000_000,
            "response_code": "",
            "response_description": "",
        }
        return self.signed(said)

    def end_reversal(self, name: str, reverse_id: str, *, approved: bool = True) -> None:
        """Decide about a reversal in processing."""
        with self.lock:
            order = self.orders[name]
            amount = order.waiting.pop(reverse_id)
            if approved:
                order.reversals[reverse_id] = amount
                # Documented: `reversed` when it was given back "fully or partially"; seen: `approved` after a part.
                order.status = "reversed" if sum(order.reversals.values()) == order.amount else "approved"
            self._owe(order)

    def cancel_reversal(self, name: str, reverse_id: str) -> None:
        """The payer's bank sends back what was given back: it is the merchant's again."""
        with self.lock:
            order = self.orders[name]
            del order.reversals[reverse_id]
            order.status = "approved"
            self._owe(order)

    def on_page(self, page: str) -> FakeOrder | None:
        """The order whose page has this name."""
        with self.lock:
            found = next((order for order in self.orders.values() if order.page == page), None)
            return self._found({"order_id": found.name}) if found else None

    def pay(self, name: str, card: str = "4444555511116666") -> FakeOrder:
        """Let the payer type a card on the order's page, and confirm where the bank asks."""
        with self.lock:
            order = self._found({"order_id": name})
            if order.status not in {"created", "declined"}:
                return order
            order.card = card
            if CARDS[card] == "processing":
                order.status = "processing"
                self._owe(order)
                return order
            return self._end(order, "declined" if CARDS[card].endswith("declined") else "approved")

    def settle(self, name: str, status: str) -> FakeOrder:
        """End an order that is in processing: `approved` or `declined`."""
        with self.lock:
            order = self._found({"order_id": name})
            return self._end(order, status) if order.status == "processing" else order

    def spoil(self, name: str) -> None:
        """Let the card that this order was paid with be declined from now on."""
        with self.lock:
            self.cards[self.orders[name].token] = "4444111155556666"

    def mend(self, name: str) -> None:
        """Let the card that this order was paid with be good again."""
        with self.lock:
            self.cards[self.orders[name].token] = "4444555511116666"

    def _end(self, order: FakeOrder, status: str) -> FakeOrder:
        order.status = status
        if status == "approved" and str(order.asked.get("required_rectoken", "")).upper() == "Y":
            order.token = order.token or secrets.token_urlsafe(36)
            self.cards[order.token] = order.card
        self._owe(order)
        return order

    def _owe(self, order: FakeOrder) -> None:
        if url := str(order.asked.get("server_callback_url") or ""):
            self.callbacks.append((url, self.shown(order)))

    def shown(self, order: FakeOrder) -> Values:
        """The order as the status request, the callback and the return to the shop show it."""
        is_paid = order.status in {"approved", "reversed"}
        given_back = order.amount if is_paid and order.is_card_check else sum(order.reversals.values())
        code, said = DECLINED if order.status == "declined" else ("", "")
        card = order.card
        return self.signed(
            {
                "order_id": order.name,
                "merchant_id": int(self.merchant),
                "order_status": order.status,
                "response_status": "success",
                "amount": str(order.amount),
                "currency": order.asked["currency"],
                "actual_amount": str(order.amount) if is_paid else "0",
                "actual_currency": order.asked["currency"] if is_paid else "",
                "reversal_amount": str(given_back),
                "settlement_amount": "0",
                "fee": "",
                "tran_type": "reverse" if order.reversals else "purchase",
                "order_time": order.made_at.astimezone(CLOCK).strftime("%d.%m.%Y %H:%M:%S"),
                "payment_id": order.payment_id,
                "payment_system": "card" if card else "",
                "masked_card": f"{card[:6]}XXXXXX{card[-4:]}" if card else "",
                "card_bin": int(card[:6]) if card else "",
                "card_type": "VISA" if card else "",
                "rectoken": order.token,
                "rectoken_lifetime": "30.04.2031 23:59:59" if order.token else "",
                "verification_status": "verified" if order.is_card_check and is_paid else "",
                "merchant_data": order.asked.get("merchant_data", ""),
                "sender_email": order.asked.get("sender_email", ""),
                "response_code": code,
                "response_description": said,
                "approval_code": "123456" if is_paid else "",
                "rrn": "111111111111" if is_paid else "",
                "parent_order_id": "",
                "product_id": "",
            }
        )

    def signed(self, values: Values) -> Values:
        """The same with their signature."""
        return {**values, "signature": sign(self.key, values)}
