"""The API: which request does what. Only what Standfirst asks of Stripe, and a little around it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from standfirst.payments.providers.stripe.fake import billing, changing, checkout, clock, money, objects
from standfirst.payments.providers.stripe.fake.faults import Fault, wrong
from standfirst.payments.providers.stripe.fake.objects import Json
from standfirst.payments.providers.stripe.fake.parameters import is_true
from standfirst.payments.providers.stripe.fake.world import World

Does = Callable[[World, Json, str], Json]

COLLECTIONS = {
    "customers": "customer", "subscriptions": "subscription", "invoices": "invoice", "charges": "charge",
    "payment_intents": "payment_intent", "refunds": "refund", "disputes": "dispute", "prices": "price",
    "products": "product", "checkout/sessions": "checkout.session", "invoice_payments": "invoice_payment",
    "setup_intents": "setup_intent", "payment_methods": "payment_method", "events": "event",
    "balance_transactions": "balance_transaction", "test_helpers/test_clocks": "test_helpers.test_clock",
}  # fmt: skip
_QUERY = re.compile(r"metadata\['([^']+)'\]:'([^']+)'")
_FILTERS = ("customer", "subscription", "invoice", "payment_intent", "charge", "status")


def answer(world: World, method: str, path: str, asked: Json) -> Json:
    """Carry out one request; return the object or list. Raises Fault."""
    if (method, path) == ("GET", "/v1/account"):
        return objects.account(world.now())
    found, does = _act(method, path)
    if does is not None:
        return _expanded(world, does(world, asked, found), asked)
    if method == "GET":
        return _read(world, path.removeprefix("/v1/"), asked)
    raise Fault(404, f"Unrecognized request URL ({method}: {path}).", code="url_invalid")


def _act(method: str, path: str) -> tuple[str, Does | None]:
    for verb, pattern, does in ACTS:
        if verb == method and (found := re.fullmatch(pattern, path)):
            return (found.group(1) if found.groups() else ""), does
    return "", None


def _read(world: World, path: str, asked: Json) -> Json:
    if path in COLLECTIONS:
        return _list(world, COLLECTIONS[path], path, asked)
    collection, _, name = path.rpartition("/")
    if collection not in COLLECTIONS:
        raise Fault(404, f"Unrecognized request URL (GET: /v1/{path}).", code="url_invalid")
    if name == "search":
        return _search(world, COLLECTIONS[collection], asked)
    return _expanded(world, world.get(COLLECTIONS[collection], name), asked)


def _list(world: World, kind: str, path: str, asked: Json) -> Json:
    if world.rows.get(asked.get("customer", ""), {}).get("deleted"):
        raise wrong(f"No such customer: '{asked['customer']}'", param="customer", code="resource_missing")
    rows = [row for row in world.all(kind) if _fits(row, asked)]
    if after := asked.get("starting_after"):
        names = [row["id"] for row in rows]
        if after not in names:
            raise wrong(f"No such {kind}: '{after}'", param="starting_after", code="resource_missing")
        rows = rows[names.index(after) + 1 :]
    limit = int(asked.get("limit", 10))
    if not 1 <= limit <= 100:
        raise wrong("limit must be between 1 and 100", param="limit")
    page = objects.listed(rows[:limit], f"/v1/{path}", has_more=len(rows) > limit)
    return _expanded(world, page, asked)


def _fits(row: Json, asked: Json) -> bool:
    payment = asked.get("payment", {}).get("payment_intent")
    if payment and row["payment"]["payment_intent"] != payment:
        return False
    return all(_field(row, name) == asked[name] for name in _FILTERS if name in asked)


def _field(row: Json, name: str) -> Any:
    if row["object"] == "invoice" and name == "subscription":
        return row["parent"]["subscription_details"]["subscription"]
    return row.get(name)


def _search(world: World, kind: str, asked: Json) -> Json:
    query = _QUERY.fullmatch(asked.get("query", ""))
    if query is None:
        raise wrong("the fake searches by one field of metadata only", param="query")
    rows = [row for row in world.all(kind) if row["metadata"].get(query[1]) == query[2]]
    return {"object": "search_result", "data": copy.deepcopy(rows), "has_more": False, "next_page": None, "url": ""}


def _expanded(world: World, row: Json, asked: Json) -> Json:
    """A copy of `row` with the objects that `expand` names in the place of their ids."""
    found = copy.deepcopy(row)
    for path in asked.get("expand", []):
        if path.count(".") > 3:
            raise wrong("You cannot expand more than 4 levels of a property.", param="expand")
        _expand(world, found, path.split("."))
    return found


def _expand(world: World, row: Any, parts: list[str]) -> None:
    if isinstance(row, list):
        for one in row:
            _expand(world, one, parts)
        return
    if not isinstance(row, dict) or not parts:
        return
    name, rest = parts[0], parts[1:]
    if row.get("object") == "invoice" and name == "payments" and name not in row:
        rows = [one for one in world.all("invoice_payment") if one["invoice"] == row["id"]]
        row[name] = objects.listed(copy.deepcopy(rows), f"/v1/invoice_payments?invoice={row['id']}")
    if isinstance(row.get(name), str) and row[name] in world.rows:
        row[name] = copy.deepcopy(world.rows[row[name]])
    _expand(world, row.get(name), rest)


def _create_customer(world: World, asked: Json, _name: str) -> Json:
    row = objects.customer(world.name("customer"), world.now(), asked.get("email"))
    row["metadata"] = dict(asked.get("metadata", {}))
    return world.put(row)


def _create_price(world: World, asked: Json, _name: str) -> Json:
    return checkout.new_price(world, asked)


def _create_session(world: World, asked: Json, _name: str) -> Json:
    return checkout.create(world, asked)


def _expire_session(world: World, _asked: Json, name: str) -> Json:
    return checkout.expire(world, world.get("checkout.session", name))


def _create_subscription(world: World, asked: Json, _name: str) -> Json:
    """One that somebody else made, to be adopted: it is paid with the card of the customer."""
    customer = world.get("customer", asked.get("customer", ""))
    item = asked["items"][0]
    price = world.get("price", item["price"]) if "price" in item else checkout.new_price(world, item["price_data"])
    card = asked.get("default_payment_method")
    data = {"card": card, "metadata": asked.get("metadata", {}), "trial_end": asked.get("trial_end")}
    row = billing.subscribe(world, customer["id"], price, data)
    if row["status"] == "incomplete":
        billing.pay(world, world.get("invoice", row["latest_invoice"]))
    return row


def _update_subscription(world: World, asked: Json, name: str) -> Json:
    return changing.update(world, world.get("subscription", name), asked)


def _cancel_subscription(world: World, _asked: Json, name: str) -> Json:
    row = world.get("subscription", name)
    billing.end(world, row)
    return row


def _pay_invoice(world: World, asked: Json, name: str) -> Json:
    invoice = world.get("invoice", name)
    if invoice["status"] != "open":
        raise wrong("Invoice is already paid", code="invoice_already_paid")
    if is_true(asked.get("paid_out_of_band")):
        billing.pay_outside(world, invoice)
    else:
        billing.pay(world, invoice, asked.get("payment_method"), must=True)
    return invoice


def _refund(world: World, asked: Json, _name: str) -> Json:
    return money.refund(world, asked)


def _portal(world: World, asked: Json, _name: str) -> Json:
    customer = world.get("customer", asked.get("customer", ""))
    if not world.portal:
        raise wrong(
            "You can't create a portal session in test mode until you save your customer portal settings in test mode "
            "at https://dashboard.stripe.com/test/settings/billing/portal."
        )
    name = world.name("billing_portal.session")
    url = f"{world.address}/p/session/{name}"
    row = objects.portal_session(name, world.now(), customer["id"], asked.get("return_url", ""), url)
    return world.put(row | {"flow": asked.get("flow_data")})


def _portal_settings(world: World, _asked: Json, _name: str) -> Json:
    """The one configuration that there is, when somebody has saved it."""
    rows = [objects.portal_configuration(world.now())] if world.portal else []
    return objects.listed(rows, "/v1/billing_portal/configurations")


def _delete_customer(world: World, _asked: Json, name: str) -> Json:
    """Stripe ends their subscriptions, and keeps nothing but the id."""
    row = world.get("customer", name)
    for one in world.all("subscription"):
        if one["customer"] == name and one["status"] != "canceled":
            billing.end(world, one)
    row.clear()
    row |= {"id": name, "object": "customer", "deleted": True}
    return row


def _update_customer(world: World, asked: Json, name: str) -> Json:
    row = world.get("customer", name)
    row["invoice_settings"] |= asked.get("invoice_settings", {})
    row["metadata"] |= asked.get("metadata", {})
    world.emit("customer.updated", row)
    return row


def _create_clock(world: World, asked: Json, _name: str) -> Json:
    name = world.name("test_helpers.test_clock")
    row = {
        "id": name,
        "object": "test_helpers.test_clock",
        "created": world.now(),
        "livemode": False,
        "status": "ready",
    }
    return world.put(row | {"frozen_time": int(asked["frozen_time"]), "name": asked.get("name")})


def _advance(world: World, asked: Json, name: str) -> Json:
    """One time for all, unlike at Stripe, where only a clock's own customers grow older."""
    row = world.get("test_helpers.test_clock", name)
    clock.advance(world, int(asked["frozen_time"]))
    row["frozen_time"] = int(asked["frozen_time"])
    return row


def _close_dispute(world: World, _asked: Json, name: str) -> Json:
    row = world.get("dispute", name)
    money.decide(world, row, "lost")
    return row


def _submit_evidence(world: World, asked: Json, name: str) -> Json:
    row = world.get("dispute", name)
    if is_true(asked.get("submit", "true")):
        row["status"] = "under_review"
        world.emit("charge.dispute.updated", row)
    return row


_NAME = r"/([^/]+)"
ACTS: tuple[tuple[str, str, Does], ...] = (
    ("POST", "/v1/customers", _create_customer),
    ("POST", "/v1/customers" + _NAME, _update_customer),
    ("DELETE", "/v1/customers" + _NAME, _delete_customer),
    ("POST", "/v1/prices", _create_price),
    ("POST", "/v1/checkout/sessions", _create_session),
    ("POST", f"/v1/checkout/sessions{_NAME}/expire", _expire_session),
    ("POST", "/v1/subscriptions", _create_subscription),
    ("POST", "/v1/subscriptions" + _NAME, _update_subscription),
    ("DELETE", "/v1/subscriptions" + _NAME, _cancel_subscription),
    ("POST", f"/v1/invoices{_NAME}/pay", _pay_invoice),
    ("POST", "/v1/refunds", _refund),
    ("POST", f"/v1/disputes{_NAME}/close", _close_dispute),
    ("POST", "/v1/disputes" + _NAME, _submit_evidence),
    ("POST", "/v1/billing_portal/sessions", _portal),
    ("GET", "/v1/billing_portal/configurations", _portal_settings),
    ("POST", "/v1/test_helpers/test_clocks", _create_clock),
    ("POST", f"/v1/test_helpers/test_clocks{_NAME}/advance", _advance),
)
