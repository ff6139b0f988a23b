from standfirst.payments.models.account import ProviderAccount
from standfirst.payments.models.agreement import Agreement
from standfirst.payments.models.difference import Difference
from standfirst.payments.models.inbox import RefusedNotices, WebhookEvent
from standfirst.payments.models.ledger import AppendOnly, LedgerBook, LedgerEntry, LedgerTransaction
from standfirst.payments.models.payment import Payment, Refund

__all__ = [
    "Agreement",
    "AppendOnly",
    "Difference",
    "LedgerBook",
    "LedgerEntry",
    "LedgerTransaction",
    "Payment",
    "ProviderAccount",
    "Refund",
    "RefusedNotices",
    "WebhookEvent",
]
