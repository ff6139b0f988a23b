"""What the contract tests need of each provider: its verbs, and ways to let things happen there.

A provider joins with a class here and a fixture of its name in conftest.py.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest
import requests
from django.utils import timezone
from tests.money import factories
from tests.payments.bank.statements import bring, row

from standfirst.kit.money import Money
from standfirst.payments.models import PayerTerms
from standfirst.payments.providers import provider_named
from standfirst.payments.providers.by_hand.recording import record
from standfirst.payments.providers.flitt import client
from standfirst.payments.providers.flitt.fake.world import World
from standfirst.payments.providers.interface import Agree, Credentials, Interval, Provider, Started
from standfirst.payments.providers.sandbox import world
from standfirst.payments.providers.stripe.fake.server import SECRET_KEY, WEBHOOK_SECRET, FakeStripe
from standfirst.payments.providers.stripe.fake.webhooks import signature

Message = tuple[dict[str, str], bytes]


class Bench(Protocol):
    """One provider with its fake."""

    provider: Provider
    account: Credentials
    has_stale: bool
    """Whether its messages carry the time at which they were signed."""
    is_elsewhere: bool
    """Whether it is another program, which may not answer."""

    def pay(self, started: Started) -> None:
        """The payer pays."""

    def decline(self, started: Started) -> None:
        """The payer tries, and the card is declined."""

    def go_away(self) -> None:
        """Nothing of the provider answers any more."""

    def messages(self) -> Iterator[Message]:
        """The messages that it has sent: headers in lower case, and body."""


def agree(interval: Interval = Interval.MONTH, **given: Any) -> Agree:
    """An instruction about 12 GEL."""
    values: dict[str, Any] = {
        "key": str(uuid4()),
        "reference": "pledge:1",
        "amount": Money(1200, "GEL"),
        "interval": interval,
        "description": "Supporter",
        "email": "ana@readers.example",
        "language": "ka",
        "return_url": "https://news.example/join/back/1/",
        "cancel_url": "https://news.example/join/",
        "webhook_url": "https://news.example/payments/webhooks/1/",
    }
    return Agree(**values | given)


class FlittBench:
    """Flitt, whose fake is asked without a network."""

    has_stale = False
    is_elsewhere = True

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.provider = provider_named("flitt")
        self.clock = datetime.now(UTC)
        self.world = World(now=lambda: self.clock)
        settings = {"merchant_id": "1549901", "fake": "http://127.0.0.1:1"}
        self.account = Credentials(settings, {"payment_key": "test"}, is_test=True)
        monkeypatch.setattr(client, "send", self._send)
        self.loses: list[str] = []

    def _send(self, url: str, body: dict[str, Any]) -> bytes:
        if self.world.is_away:
            raise client.NotReached("127.0.0.1 cannot be reached")
        path = url.partition("/api/")[2]
        answer = self.world.answer(path, body["request"], "http://127.0.0.1:1")
        self.clock += timedelta(seconds=1)
        if path in self.loses:
            self.loses.remove(path)
            raise client.NotReached("the answer was lost")
        return json.dumps(answer).encode()

    def pay(self, started: Started) -> None:
        self.world.pay(started.object_id)

    def decline(self, started: Started) -> None:
        self.world.pay(started.object_id, "4444111155556666")

    def go_away(self) -> None:
        self.world.is_away = True

    def messages(self) -> Iterator[Message]:
        for _url, values in self.world.callbacks:
            yield {"content-type": "application/json; charset=UTF-8"}, json.dumps(values).encode()


class StripeBench:
    """Stripe, whose fake is asked over real HTTP on loopback."""

    has_stale = True
    is_elsewhere = True
    tells = frozenset({"checkout.session.completed", "customer.subscription.created", "invoice.paid"})
    """Kinds of events that name what they are about; those of single payments and charges name the payment."""

    def __init__(self, fake: FakeStripe) -> None:
        self.provider = provider_named("stripe")
        self.fake = fake
        self.account = Credentials(
            {"fake": fake.address}, {"secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET}, is_test=True
        )

    def choose(self, started: Started, choice: str) -> str:
        """The payer chooses on the page that `started` leads to; return where the page leads."""
        field = "bank" if choice in {"yes", "no"} else "card"
        answer = requests.post(started.url, data={field: choice}, allow_redirects=False, timeout=10)
        assert answer.status_code in {200, 303}
        return answer.headers.get("Location", "")

    def pay(self, started: Started) -> None:
        self.choose(started, "pays")

    def decline(self, started: Started) -> None:
        self.choose(started, "declines")

    def go_away(self) -> None:
        self.fake.stop()

    def messages(self) -> Iterator[Message]:
        for event in self.fake.world.events:
            if event["type"] in self.tells:
                yield self.message(event)

    def message(self, event: dict[str, Any]) -> Message:
        """An event as it is sent."""
        body = json.dumps(event).encode()
        return {"stripe-signature": signature(WEBHOOK_SECRET, body, int(time.time()))}, body


class SandboxBench:
    """The sandbox, which is a part of the site."""

    has_stale = False
    is_elsewhere = False

    def __init__(self) -> None:
        self.provider = provider_named("sandbox")
        self.account = Credentials({}, {}, is_test=True)

    def pay(self, started: Started) -> None:
        world.choose(UUID(started.object_id), "pays")

    def decline(self, started: Started) -> None:
        world.choose(UUID(started.object_id), "declines")

    def go_away(self) -> None:
        raise NotImplementedError

    def messages(self) -> Iterator[Message]:
        return iter(())


class PayerBench:
    """What payers send or bring, and staff import or record: a bank account, or the cash box."""

    has_stale = False
    is_elsewhere = False

    def __init__(self, name: str) -> None:
        self.provider = provider_named(name)
        settings = {"holder": "Newsroom NGO", "number": "GE29NB0000000101904917"}
        self.ours = factories.account(name, settings=settings)
        self.account = Credentials(settings, {})

    def pay(self, started: Started) -> None:
        terms = PayerTerms.objects.get(code=started.object_id)
        agreement = factories.agreement(
            self.ours, object_id=terms.code, amount=terms.amount, currency=terms.currency, interval=terms.interval
        )
        day = timezone.localdate()
        if self.provider.name == "by_hand":
            record(agreement=agreement, amount=terms.money, kind="cash", paid_on=day, note="n", key=terms.code, by=None)
        else:
            bring(self.ours, row(terms.code, day=day.strftime("%d.%m.%Y")))

    def decline(self, started: Started) -> None:
        raise NotImplementedError

    def go_away(self) -> None:
        raise NotImplementedError

    def messages(self) -> Iterator[Message]:
        return iter(())


def changed(message: Message, **values: object) -> Message:
    """The message with other values in its JSON body, signed as before."""
    headers, body = message
    return headers, json.dumps({**json.loads(body), **values}).encode()


def without_signature(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that say nothing about a signature."""
    return {name: value for name, value in headers.items() if "signature" not in name}
