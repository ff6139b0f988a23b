"""Lets time pass: everything that falls due meanwhile happens, each at its moment and in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from standfirst.payments.providers.stripe.fake import billing, checkout, money
from standfirst.payments.providers.stripe.fake.faults import wrong
from standfirst.payments.providers.stripe.fake.objects import Json
from standfirst.payments.providers.stripe.fake.world import World

Due = tuple[int, Callable[[], None]]


def advance(world: World, until: int) -> None:
    """Let it become `until` (Unix seconds). Raises Fault when that is past."""
    if until < world.now():
        raise wrong("time does not go backward", param="frozen_time")
    while True:
        due = min(_due(world), key=lambda one: one[0], default=None)
        if due is None or due[0] > until:
            break
        world.at(max(due[0], world.now()))
        due[1]()
    world.at(until)
    world.at(None)


def _due(world: World) -> Iterator[Due]:
    for row in world.all("subscription"):
        yield from _of_subscription(world, row)
    for row in world.all("invoice"):
        if row["status"] == "open" and row["next_payment_attempt"]:
            yield row["next_payment_attempt"], lambda row=row: billing.pay(world, row)  # type: ignore[misc]
    for row in world.all("checkout.session"):
        if row["status"] == "open":
            yield row["expires_at"], lambda row=row: checkout.expire(world, row)  # type: ignore[misc]
    for name, moment in list(world.debits.items()):
        yield moment, lambda name=name: settle(world, world.rows[name], fails=False)  # type: ignore[misc]


def _of_subscription(world: World, row: Json) -> Iterator[Due]:
    if row["status"] not in {"active", "trialing", "past_due"}:
        return
    yield billing.item_of(row)["current_period_end"], lambda: billing.renew(world, row)
    pause = row["pause_collection"]
    if pause and pause["resumes_at"]:
        # A moment before a renewal that falls due at the same time.
        yield pause["resumes_at"] - 1, lambda: billing.resume(world, row)


def settle(world: World, intent: Json, *, fails: bool) -> None:
    """End a debit under way, and tell whoever waits for it. Raises Fault."""
    money.finish_debit(world, intent, fails=fails)
    for payment in world.all("invoice_payment"):
        if payment["payment"]["payment_intent"] == intent["id"]:
            billing.follow(world, world.get("invoice", payment["invoice"]))
    for session in world.all("checkout.session"):
        if session["payment_intent"] == intent["id"]:
            checkout.debit_ended(world, session, paid=not fails)
