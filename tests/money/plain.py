"""A provider of a few lines that does what a test tells it: for everything that stands above providers."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from standfirst.kit.money import Money
from standfirst.payments.providers.interface import (
    Abilities,
    Agree,
    AgreementState,
    BadNotice,
    Change,
    Collect,
    Credentials,
    Instruction,
    NewInstrument,
    Notice,
    NotReached,
    PaymentFact,
    PaymentState,
    ProviderError,
    Refunded,
    RunBy,
    Snapshot,
    Started,
)


class PlainProvider:
    """Keeps what it was told in memory. `fails` makes the next call raise; `calls` names every call."""

    name = "plain"
    label = "Plain"

    def __init__(self, run_by: RunBy = RunBy.PROVIDER) -> None:
        self.abilities = Abilities(run_by=run_by, pauses=True, changes_amount=True, new_instrument=True)
        self.objects: dict[str, Snapshot] = {}
        self.keys: dict[str, Any] = {}
        self.calls: list[str] = []
        self.fails: list[Exception] = []

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.fails:
            raise self.fails.pop(0)

    def start(self, account: Credentials, what: Instruction) -> Started:
        """Do what the instruction says, once for its key."""
        self._called(f"start {type(what).__name__}")
        if what.key not in self.keys:
            self.keys[what.key] = self._start(what)
        found: Started = self.keys[what.key]
        return found

    def _start(self, what: Instruction) -> Started:
        match what:
            case Agree():
                name = f"plain-{len(self.objects) + 1}"
                self.objects[name] = Snapshot(name, AgreementState.OPEN, amount=what.amount, interval=what.interval)
                return Started(name, f"https://plain.example/{name}", expires_at=timezone.now() + timedelta(hours=1))
            case Collect():
                name = self._name(what.mandate_id)
                payment = f"{what.mandate_id}-{what.key}"
                fact = PaymentFact(payment, what.amount, PaymentState.SETTLED, timezone.now(), key=what.key)
                self.change(name, payments=(*self.objects[name].payments, fact))
                return Started(what.mandate_id)
            case NewInstrument():
                return Started(what.mandate_id, f"https://plain.example/{what.mandate_id}/card")
            case Change():
                self._change(what)
                return Started(what.mandate_id)

    def _change(self, what: Change) -> None:
        name = self._name(what.mandate_id)
        old = self.objects[name]
        given: dict[str, Any] = {}
        if what.amount is not None:
            given["amount"] = what.amount
        if what.paused is not None:
            given["state"] = AgreementState.PAUSED if what.paused else AgreementState.ACTIVE
            given["paused_until"] = what.paused_until
        if what.ends is not None:
            given["ends_at"] = old.period_end if what.ends else None
        if what.ends_now:
            given["state"] = AgreementState.ENDED
        self.change(name, **given)

    def _name(self, object_id: str) -> str:
        return next(name for name, known in self.objects.items() if object_id in {name, known.mandate_id})

    def change(self, name: str, **given: Any) -> Snapshot:
        """Let something happen at the provider."""
        self.objects[name] = replace(self.objects[name], **given)
        return self.objects[name]

    def pay(self, name: str, *, payment_id: str = "", days: int = 30, at: datetime | None = None) -> Snapshot:
        """Let the payer pay what was agreed."""
        old, now = self.objects[name], at or timezone.now()
        assert old.amount is not None
        fact = PaymentFact(
            payment_id or f"{name}-p{len(old.payments) + 1}",
            old.amount,
            PaymentState.SETTLED,
            now,
            fee=30,
            period_start=now,
            period_end=now + timedelta(days=days),
        )
        return self.change(
            name,
            state=AgreementState.ACTIVE,
            payments=(*old.payments, fact),
            mandate_id=f"m-{name}",
            period_end=now + timedelta(days=days),
            instrument="Visa •••• 4242",
        )

    def change_payment(self, name: str, number: int, **given: Any) -> None:
        """Let something happen to one payment."""
        payments = list(self.objects[name].payments)
        payments[number] = replace(payments[number], **given)
        self.change(name, payments=tuple(payments))

    def refund(self, account: Credentials, *, payment_id: str, amount: Money, key: str) -> Refunded:
        """Give back, once for the key."""
        self._called("refund")
        if key not in self.keys:
            for name, snapshot in self.objects.items():
                for number, fact in enumerate(snapshot.payments):
                    if fact.payment_id == payment_id:
                        self.change_payment(name, number, refunded=fact.refunded + amount.amount)
            self.keys[key] = Refunded(f"r-{key}", amount)
        found: Refunded = self.keys[key]
        return found

    def read_webhook(self, account: Credentials, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Signed with HMAC-SHA256 of the secret `signing`."""
        good = hmac.new(account.secrets.get("signing", "").encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(headers.get("x-signature", ""), good):
            raise BadNotice("the signature is wrong")
        said = json.loads(body)
        return Notice(said["id"], said.get("kind", "changed"), object_ids=(said["object"],))

    def fetch(self, account: Credentials, object_id: str) -> Snapshot:
        """What is true now."""
        self._called("fetch")
        for name, snapshot in self.objects.items():
            if object_id in {name, snapshot.mandate_id, *(fact.payment_id for fact in snapshot.payments)}:
                return snapshot
        raise ProviderError(f"there is no {object_id}", code="unknown")

    def settings_form(self) -> type[forms.Form]:
        """Nothing to set."""
        return forms.Form

    def check(self, account: Credentials) -> str:
        """Always well."""
        self._called("check")
        return "It works."


def signed(secret: str, **said: str) -> tuple[bytes, dict[str, str]]:
    """A webhook of the plain provider: body and headers."""
    body = json.dumps(said).encode()
    return body, {"x-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


__all__ = ["NotReached", "PlainProvider", "signed"]
