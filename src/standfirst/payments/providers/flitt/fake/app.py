"""The fake as a WSGI application.

POST /api/…                  Flitt's API
GET, POST /                  what a person who shows it may let happen
GET, POST /merchants/PAGE/   the card page of an order
POST /fake/settle            ends an order in processing: `order_id`, `status`
POST /fake/spoil, /fake/mend lets the card of an order be declined, or be good again: `order_id`
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from standfirst.payments.providers.fake_program import STYLE, STYLE_NAME
from standfirst.payments.providers.flitt.fake import pages
from standfirst.payments.providers.flitt.fake.world import CARDS, Refused, World

LARGEST = 256 * 1024
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Found = tuple[str, str, bytes]
"""Status, content type, body."""


class FakeApp:
    """Answers for one `World`. `origin`: where payers find its pages, when that is not where its API is asked."""

    def __init__(self, world: World, origin: str = "") -> None:
        self.world = world
        self.origin = origin

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        status, kind, body = self.answer(environ)
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def answer(self, environ: Environ) -> Found:
        """Status, content type and body for a request."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        size = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(size) if 0 < size <= LARGEST else b""
        if self.world.is_away:
            return "503 Service Unavailable", "text/plain", b"away"
        if path.startswith("/api/") and method == "POST":
            return self._api(path.removeprefix("/api/"), body, self.origin or f"http://{environ['HTTP_HOST']}")
        values = dict(parse_qsl(body.decode("utf-8", "replace")))
        if path.startswith("/merchants/"):
            return self._page(path.split("/")[2], values if method == "POST" else None)
        if path == "/":
            return self._everything(values if method == "POST" else {})
        if path == f"/{STYLE_NAME}":
            return "200 OK", "text/css", STYLE.encode()
        if path.startswith("/fake/") and method == "POST":
            return self._happen(path.removeprefix("/fake/").strip("/"), values)
        return "404 Not Found", "text/plain", b"not found"

    def _api(self, path: str, body: bytes, origin: str) -> Found:
        try:
            request = json.loads(body)["request"]
        except (ValueError, KeyError, TypeError):
            request = None
        if not isinstance(request, dict):
            said = {"response_status": "failure", "error_code": "1010", "error_message": "Request is empty"}
            answer: dict[str, Any] = {"response": said}
        else:
            answer = self.world.answer(path, request, origin)
        return "200 OK", "application/json; charset=UTF-8", json.dumps(answer).encode()

    def _page(self, name: str, values: dict[str, str] | None) -> Found:
        order = self.world.on_page(name)
        if order is None:
            return "404 Not Found", "text/plain", b"no such order"
        card = (values or {}).get("card", "")
        is_open = order.status in {"created", "declined"}
        if is_open and card in CARDS and CARDS[card].startswith("asks") and "confirmed" not in (values or {}):
            found = pages.confirm(order, card)
        elif is_open and card in CARDS:
            order = self.world.pay(order.name, card)
            found = pages.done(order, self.world.shown(order))
        else:
            found = pages.choose_card(order) if is_open else pages.done(order, self.world.shown(order))
        return "200 OK", "text/html; charset=utf-8", found

    def _everything(self, values: dict[str, str]) -> Found:
        if values.get("what") in {"spoil", "mend"}:
            self._happen(values["what"], values)
        return (
            "200 OK",
            "text/html; charset=utf-8",
            pages.everything(list(self.world.orders.values()), self.world.cards),
        )

    def _happen(self, what: str, values: dict[str, str]) -> Found:
        name = values.get("order_id", "")
        try:
            if what == "settle":
                self.world.settle(name, "approved" if values.get("status") == "approved" else "declined")
            elif what == "spoil":
                self.world.spoil(name)
            elif what == "mend":
                self.world.mend(name)
            else:
                return "404 Not Found", "text/plain", b"not found"
        except (Refused, KeyError):
            return "404 Not Found", "text/plain", b"no such order"
        return "200 OK", "text/plain", b"done"
