from standfirst.payments.models.account import ProviderAccount
from standfirst.payments.models.agreement import Agreement
from standfirst.payments.models.difference import Difference
from standfirst.payments.models.hand import HandEntry
from standfirst.payments.models.inbox import RefusedNotices, WebhookEvent
from standfirst.payments.models.ledger import AppendOnly, LedgerBook, LedgerEntry, LedgerTransaction
from standfirst.payments.models.payer_terms import PayerTerms
from standfirst.payments.models.payment import Payment, Refund
from standfirst.payments.models.statement import Statement, StatementLine, StatementMapping, StatementMove

__all__ = [
    "Agreement",
    "AppendOnly",
    "Difference",
    "HandEntry",
    "LedgerBook",
    "LedgerEntry",
    "LedgerTransaction",
    "PayerTerms",
    "Payment",
    "ProviderAccount",
    "Refund",
    "RefusedNotices",
    "Statement",
    "StatementLine",
    "StatementMapping",
    "StatementMove",
    "WebhookEvent",
]
