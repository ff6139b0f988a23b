"""The fake as a WSGI application: the API, the pages, and the commands that a test or a person gives."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

from standfirst.payments.providers.fake_program import STYLE, STYLE_NAME
from standfirst.payments.providers.stripe.fake import api, billing, changing, checkout, clock, money, pages, parameters
from standfirst.payments.providers.stripe.fake.faults import Fault
from standfirst.payments.providers.stripe.fake.objects import Json
from standfirst.payments.providers.stripe.fake.webhooks import Sender
from standfirst.payments.providers.stripe.fake.world import World

Answer = tuple[int, str, bytes, list[tuple[str, str]]]
REASONS = {200: "OK", 302: "Found", 303: "See Other", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required"}


class Application:
    """What a request comes to. `key` is the only secret key that it takes."""

    def __init__(self, world: World, sender: Sender, key: str) -> None:
        self.world = world
        self.sender = sender
        self.key = key
        self.failing: list[int] = []
        """Statuses that the next requests to the API are answered with, instead of being carried out."""
        self.swallowing = 0
        """How many of the next requests are carried out and answered with 500: what the caller never learns."""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length).decode() if length else ""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        try:
            # Whoever is told of an event may ask back at once: nothing is locked while events are sent.
            with nullcontext() if path == "/_control/deliver" else self.world.lock:
                status, kind, content, headers = self._route(method, path, body, environ)
        except Fault as fault:
            status, kind, content, headers = _json(fault.status, fault.body)
        reason = REASONS.get(status, "Error")
        start(f"{status} {reason}", [("Content-Type", kind), ("Content-Length", str(len(content))), *headers])
        return [content]

    def _route(self, method: str, path: str, body: str, environ: dict[str, Any]) -> Answer:
        if path.startswith("/v1/"):
            return self._api(method, path, body, environ)
        if path.startswith("/c/pay/"):
            return self._checkout(method, path.rpartition("/")[2], parameters.read(body))
        if path.startswith("/i/"):
            return self._invoice(method, path.rpartition("/")[2], parameters.read(body))
        if path.startswith("/p/session/"):
            return self._portal(method, path.rpartition("/")[2], parameters.read(body))
        if path == "/":
            return self._everything(method, parameters.read(body))
        if path == f"/{STYLE_NAME}":
            return 200, "text/css", STYLE.encode(), []
        if path.startswith("/_control/") and method == "POST":
            return _json(200, self._control(path.removeprefix("/_control/"), json.loads(body or "{}")))
        raise Fault(404, f"Nothing is at {path}")

    def _api(self, method: str, path: str, body: str, environ: dict[str, Any]) -> Answer:
        if not self._is_known(environ.get("HTTP_AUTHORIZATION", "")):
            raise Fault(401, "Invalid API Key provided: sk_test_****")
        if environ.get("HTTP_STRIPE_VERSION") != self.world.version:
            raise Fault(400, f"The fake speaks version {self.world.version} only.", code="invalid_version")
        if self.failing:
            raise Fault(self.failing.pop(0), "The fake was told to fail.", kind="api_error")
        asked = parameters.read(body if method == "POST" else environ.get("QUERY_STRING", ""))
        key = environ.get("HTTP_IDEMPOTENCY_KEY", "") if method == "POST" else ""
        found = self.world.once(key, [path, asked], lambda: api.answer(self.world, method, path, asked))
        if self.swallowing:
            self.swallowing -= 1
            raise Fault(500, "The fake was told to keep its answer to itself.", kind="api_error")
        return _json(200, found)

    def _is_known(self, authorization: str) -> bool:
        scheme, _, value = authorization.partition(" ")
        if scheme == "Basic":
            value = base64.b64decode(value).decode().rstrip(":")
        return value == self.key

    def _checkout(self, method: str, name: str, asked: Json) -> Answer:
        row = self.world.get("checkout.session", name)
        if row["status"] != "open":
            return _html(200, pages.over(row))
        if method != "POST":
            return _html(200, pages.pay(row))
        if "bank" in asked:
            result = checkout.answer_bank(self.world, row, agrees=asked["bank"] == "yes")
        else:
            result = checkout.submit(self.world, row, asked.get("card", ""))
        if result == "confirm":
            return _html(200, pages.bank())
        if result == "declined":
            return _html(200, pages.pay(row, declined=True))
        back = str(row["success_url"]).replace("{CHECKOUT_SESSION_ID}", row["id"])
        return 303, "text/plain", b"", [("Location", back)]

    def _invoice(self, method: str, name: str, asked: Json) -> Answer:
        """The page of an invoice that waits for the payer's confirmation; Stripe's leads nowhere afterwards."""
        row = self.world.get("invoice", name)
        if row["status"] == "open" and method == "POST":
            billing.confirm(self.world, row, agrees=asked.get("bank") == "yes")
        is_asked = row["status"] == "open" and billing.intent_of(self.world, row)["status"] == "requires_action"
        return _html(200, pages.bank() if is_asked else pages.over(row))

    def _portal(self, method: str, name: str, asked: Json) -> Answer:
        row = self.world.get("billing_portal.session", name)
        mine = [one for one in self.world.all("subscription") if one["customer"] == row["customer"]]
        if method == "POST" and (cancel := asked.get("cancel")):
            if cancel not in {one["id"] for one in mine}:
                raise Fault(403, "This subscription is somebody else's.")
            changing.update(self.world, self.world.get("subscription", cancel), {"cancel_at_period_end": "true"})
        elif method == "POST":
            card = money.new_card(self.world, row["customer"], asked.get("card", ""))
            customer = self.world.get("customer", row["customer"])
            customer["invoice_settings"]["default_payment_method"] = card["id"]
            self.world.emit("customer.updated", customer)
            if row["flow"]:  # it was opened for this alone
                return 303, "text/plain", b"", [("Location", row["return_url"])]
        return _html(200, pages.portal(row, mine))

    def _everything(self, method: str, asked: Json) -> Answer:
        if method == "POST" and "days" in asked:
            self.advance({"days": asked["days"]})
        elif method == "POST":
            self.behave(asked)
        emails = {row["id"]: row["email"] or "" for row in self.world.all("customer")}
        rows = [row for row in self.world.all("subscription") if row["status"] not in pages.OVER]
        behaviours = self.world.behaviours
        return _html(200, pages.everything(self.world.now(), rows, emails, behaviours))

    def _control(self, command: str, asked: Json) -> Json:
        does = CONTROLS.get(command)
        if does is None:
            raise Fault(404, f"no such command: {command}; there are {', '.join(sorted(CONTROLS))}")
        return does(self, asked)

    def advance(self, asked: Json) -> Json:
        """Let `seconds` (or `days`) pass."""
        seconds = int(asked.get("seconds", 0)) + 86400 * int(asked.get("days", 0))
        clock.advance(self.world, self.world.now() + seconds)
        return {"now": self.world.now()}

    def behave(self, asked: Json) -> Json:
        """Let the card of a subscription do as `behaviour` says from now on."""
        row = self.world.get("subscription", asked["subscription"])
        card = row["default_payment_method"]
        self.world.behaviours[card] = money.check_behaviour(asked["behaviour"])
        return {"card": card, "behaviour": asked["behaviour"]}

    def dispute(self, asked: Json) -> Json:
        """Dispute a payment (`payment_intent` or `charge`), or an `amount` of it, or ask about it (`inquiry`); or
        decide one."""
        if name := asked.get("dispute"):
            row = self.world.get("dispute", name)
            money.decide(self.world, row, asked["status"])
            return row
        return money.dispute(self.world, asked)

    def refunds(self, asked: Json) -> Json:
        """Let a `refund` arrive, or `fail` it for a reason; with `wait`, later ones are on their way first, or not."""
        if "wait" in asked:
            self.world.refunds_wait = bool(asked["wait"])
            return {"wait": self.world.refunds_wait}
        made = self.world.get("refund", asked["refund"])
        if reason := asked.get("fail"):
            money.fail_refund(self.world, made, str(reason))
        else:
            money.finish_refund(self.world, made)
        return made

    def settle(self, asked: Json) -> Json:
        """End a debit under way: the money comes, or `fails`."""
        intent = self.world.get("payment_intent", asked["payment_intent"])
        clock.settle(self.world, intent, fails=bool(asked.get("fails")))
        return intent

    def webhooks(self, asked: Json) -> Json:
        """`hold` events back, or no longer; say which are held."""
        self.sender.holds = bool(asked.get("hold", self.sender.holds))
        return {"held": [[event["id"], event["type"]] for event in self.sender.held]}

    def deliver(self, asked: Json) -> Json:
        """Send what is held: `order` (ids, "reversed" or "shuffled" by `seed`), `times`, `age`, `lose` (ids)."""
        names = [event["id"] for event in self.sender.held]
        order = asked.get("order", names)
        if order == "shuffled":
            order = random.Random(asked.get("seed", 0)).sample(names, len(names))  # noqa: S311 - an order to try
        elif order == "reversed":
            order = names[::-1]
        sent = self.sender.deliver(
            order, times=int(asked.get("times", 1)), age=int(asked.get("age", 0)), lose=asked.get("lose", ())
        )
        return {"sent": [list(one) for one in sent]}

    def fail(self, asked: Json) -> Json:
        """Answer the next requests to the API with these `statuses`; `swallow` so many answers after the work."""
        self.failing += [int(status) for status in asked.get("statuses", [])]
        self.swallowing += int(asked.get("swallow", 0))
        return {"failing": self.failing, "swallowing": self.swallowing}


CONTROLS: dict[str, Callable[[Application, Json], Json]] = {
    "advance": Application.advance,
    "behave": Application.behave,
    "dispute": Application.dispute,
    "refunds": Application.refunds,
    "settle": Application.settle,
    "webhooks": Application.webhooks,
    "deliver": Application.deliver,
    "fail": Application.fail,
}


def _json(status: int, found: Any) -> Answer:
    return status, "application/json", json.dumps(found).encode(), []


def _html(status: int, page: bytes) -> Answer:
    return status, "text/html; charset=utf-8", page, []
