"""What a payment provider is to us: four verbs and declared abilities.

The verbs take and return the dataclasses here, never HTML and never models. They own no transaction and write nothing
of ours. Whatever goes wrong is one of the errors below, with a sentence that a membership manager understands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from standfirst.kit.money import Money


class Interval(StrEnum):
    """How often the same is paid again."""

    ONCE = "once"
    MONTH = "month"
    YEAR = "year"


class RunBy(StrEnum):
    """Who collects a recurring payment when it is due."""

    PROVIDER = "provider"
    US = "us"
    PAYER = "payer"
    """Nobody: the payer sends it (a standing order, cash)."""


class ProviderError(Exception):
    """The provider said no, or nothing. `retry` says whether the same request may succeed later."""

    def __init__(self, sentence: str, *, code: str = "", retry: bool = False) -> None:
        super().__init__(sentence)
        self.code = code
        self.retry = retry


class NotReached(ProviderError):
    """No answer, or one that says nothing about the request: it may have been carried out. Ask again with its key."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, code="not_reached", retry=True)


class BadNotice(Exception):
    """A webhook that is not the provider's: wrong or missing signature, too old, unreadable."""


@dataclass(frozen=True)
class Abilities:
    """What a provider can do. `currencies` empty: whichever the account is configured with."""

    run_by: RunBy
    intervals: frozenset[Interval] = frozenset(Interval)
    currencies: frozenset[str] = frozenset()
    refunds: bool = True
    pauses: bool = False
    """Whether the provider itself stops collecting for a while."""
    changes_amount: bool = False
    """Whether a running agreement can get another amount without the payer's agreeing anew at the provider."""
    new_instrument: bool = False
    """Whether `start` with a `NewInstrument` leads to a page where the payer gives another card."""
    webhooks: bool = True


@dataclass(frozen=True)
class Credentials:
    """The account at the provider: what its settings form asked for. `is_test`: the provider's test mode or a fake."""

    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    is_test: bool = False


@dataclass(frozen=True)
class Agree:
    """Let a payer agree to pay `amount`, once or at each `interval`, on the provider's page.

    `key` is our idempotency key: the same key never makes two agreements. `reference` comes back in statements.
    """

    key: str
    reference: str
    amount: Money
    interval: Interval
    description: str
    email: str
    language: str
    return_url: str
    cancel_url: str
    webhook_url: str
    first_charge_at: datetime | None = None
    """When the first payment is due, for an agreement that replaces a running one; now when None."""


@dataclass(frozen=True)
class Collect:
    """Collect one payment of an agreement that we run ourselves (`RunBy.US`)."""

    key: str
    mandate_id: str
    amount: Money
    description: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class NewInstrument:
    """Let the payer give another card for a running agreement."""

    key: str
    mandate_id: str
    customer_id: str
    language: str
    return_url: str
    webhook_url: str


@dataclass(frozen=True)
class Change:
    """Change a running agreement at the provider. What is None stays as it is."""

    key: str
    mandate_id: str
    amount: Money | None = None
    interval: Interval | None = None
    paused: bool | None = None
    paused_until: datetime | None = None
    ends: bool | None = None
    """True: no further payment after the period that is paid; False: take that back."""
    ends_now: bool = False


Instruction = Agree | Collect | NewInstrument | Change


@dataclass(frozen=True)
class Started:
    """What came of an instruction.

    `object_id` is what `fetch` will be asked for, `url` where the payer goes next ("" when nowhere), `lines` what the
    payer has to know instead (label and value: an account number, a reference).
    """

    object_id: str
    url: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    expires_at: datetime | None = None


class PaymentState(StrEnum):
    """Where one movement of money stands."""

    PENDING = "pending"
    FAILED = "failed"
    SETTLED = "settled"
    DISPUTED = "disputed"
    LOST = "lost"
    """Charged back: a dispute that was decided for the payer."""
    WITHDRAWN = "withdrawn"
    """Booked to this agreement by mistake, and taken out of its books again: no money of this payer moved."""


class AgreementState(StrEnum):
    """Where an agreement stands."""

    NEW = "new"
    OPEN = "open"
    """The payer is at the provider."""
    ACTIVE = "active"
    FAILING = "failing"
    """A payment is due and could not be collected; it is among the payments, pending or failed."""
    PAUSED = "paused"
    ENDED = "ended"
    ABANDONED = "abandoned"
    """The payer never agreed: went away, or the time was over."""


class RefundState(StrEnum):
    """Where money that is given back stands."""

    PENDING = "pending"
    """On its way: the provider has taken the money from us, and may still bring it back."""
    DONE = "done"
    FAILED = "failed"
    """The payer did not get it; we have it again."""


@dataclass(frozen=True)
class RefundFact:
    """One refund of a payment as the provider knows it now."""

    refund_id: str
    amount: Money
    state: RefundState
    key: str = ""
    """Our idempotency key, "" of what somebody gave back on the provider's own pages."""
    failure: str = ""


@dataclass(frozen=True)
class PaymentFact:
    """One payment as the provider knows it now. Amounts in minor units of `amount.currency`."""

    payment_id: str
    amount: Money
    state: PaymentState
    at: datetime
    fee: int = 0
    refunded: int = 0
    """The sum of what was given back or is on its way; what failed is no more in it."""
    refunds: tuple[RefundFact, ...] | None = None
    """Each of them, also those that failed; None when the provider only tells the sum."""
    disputed: int | None = None
    """What a dispute holds, or took for good, in the states DISPUTED and LOST; None: all that was not given back."""
    period_start: datetime | None = None
    period_end: datetime | None = None
    failure: str = ""
    """The provider's code of a failure."""
    key: str = ""
    """Our idempotency key of the instruction that made it. Whoever runs agreements with `RunBy.US` has to give it."""


@dataclass(frozen=True)
class Snapshot:
    """An agreement as the provider knows it now, with every payment of it."""

    object_id: str
    state: AgreementState
    payments: tuple[PaymentFact, ...] = ()
    mandate_id: str = ""
    """What is collected from again and again: a subscription, a token's name. Never the token itself."""
    customer_id: str = ""
    token: str = field(default="", repr=False)
    """A secret that `Collect` needs; kept sealed."""
    amount: Money | None = None
    interval: Interval | None = None
    period_end: datetime | None = None
    ends_at: datetime | None = None
    paused_until: datetime | None = None
    instrument: str = ""
    """What a person recognises: `Visa •••• 4242`."""
    instrument_expires: str = ""
    """`2027-04`."""
    remark: str = ""
    """What a person has to look at: a sentence about something that we cannot keep as it is there."""


@dataclass(frozen=True)
class Notice:
    """What a webhook is about. `object_ids`: any of these may be what we know the agreement by; `reference` ours."""

    event_id: str
    kind: str
    at: datetime | None = None
    object_ids: tuple[str, ...] = ()
    reference: str = ""


@dataclass(frozen=True)
class Refunded:
    """A refund as the provider took it. Not final: it is on its way, and `fetch` will tell what became of it."""

    refund_id: str
    amount: Money
    is_final: bool = True


class Provider(Protocol):
    """A payment provider. One object a provider, without state of its own."""

    name: str
    label: str
    abilities: Abilities

    def start(self, account: Credentials, what: Instruction) -> Started:
        """Begin what `what` says; the same key twice has no second effect. Raises ProviderError."""

    def refund(self, account: Credentials, *, payment_id: str, amount: Money, key: str) -> Refunded:
        """Give `amount` of a payment back; the same key twice has no second effect. Raises ProviderError."""

    def read_webhook(self, account: Credentials, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Verify the signature over the raw `body`, say what it is about; `headers` in lower case. Raises BadNotice."""

    def fetch(self, account: Credentials, object_id: str) -> Snapshot:
        """Return what is true at the provider now, by any id that `Started`, `Snapshot` or `Notice` named.

        Raises ProviderError, with code `unknown` when there is no such thing.
        """

    def settings_form(self) -> type[Any]:
        """The Django form of the account's settings; fields of its `secret_fields` are kept sealed."""

    def check(self, account: Credentials) -> str:
        """Ask the provider whether the credentials work; return a sentence. Raises ProviderError."""
