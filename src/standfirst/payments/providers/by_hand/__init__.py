"""By hand: cash, cheques and other platforms, as staff record them with a note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.kit.money import Money
from standfirst.payments import paid_by_payer
from standfirst.payments.providers.interface import (
    Agree,
    BadNotice,
    Credentials,
    Instruction,
    Notice,
    Refunded,
    Snapshot,
    Started,
)


class ByHand:
    """The newsroom's cash box and cheque book. What is given back is a counter-booking."""

    name = "by_hand"
    label = gettext_lazy("By hand")
    abilities = paid_by_payer.abilities(refunds=True)

    def start(self, account: Credentials, what: Instruction) -> Started:
        """Write down what is agreed, or change it. Raises ProviderError."""
        from standfirst.payments.providers.by_hand.recording import receipts_of

        if isinstance(what, Agree):
            terms = paid_by_payer.begin(what)
            return Started(terms.code, expires_at=terms.expires_at)
        mandate = getattr(what, "mandate_id", "")
        return Started(paid_by_payer.change(what, receipts_of(mandate), timezone.now()).code)

    def refund(self, account: Credentials, *, payment_id: str, amount: Money, key: str) -> Refunded:
        """Take an entry back, wholly or in part, by another; the same key twice has no second effect.

        Raises ProviderError.
        """
        from standfirst.payments.providers.by_hand.recording import take_back

        entry = take_back(payment_id=payment_id, amount=amount, key=key)
        return Refunded(f"hand-{entry.pk}", amount)

    def read_webhook(self, account: Credentials, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Nobody sends one."""
        raise BadNotice("what is recorded by hand sends no messages")

    def fetch(self, account: Credentials, object_id: str) -> Snapshot:
        """Return what staff recorded for the agreement with this code, or this payment. Raises ProviderError."""
        from standfirst.payments.providers.by_hand.recording import code_of, receipts_of

        terms = paid_by_payer.terms_of(code_of(object_id) or object_id)
        return paid_by_payer.snapshot(terms, receipts_of(terms.code), timezone.now())

    def settings_form(self) -> type[Any]:
        """Nothing to set."""
        from standfirst.payments.providers.by_hand.forms import ByHandSettingsForm

        return ByHandSettingsForm

    def check(self, account: Credentials) -> str:
        """There is nothing that could fail."""
        return _("Money is recorded here by people.")


PROVIDER = ByHand()
