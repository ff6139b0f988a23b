"""The words in braces of a mail's text: which ones each kind of mail fills in, what they mean, and which it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.kit.money import Money
from standfirst.membership.models import MailKind, Price

ALWAYS = frozenset({"account", "name", "newsroom"})
"""Filled in whatever a mail is about."""
MEANINGS: Mapping[str, Any] = {
    "account": _("the address of the member's account page"),
    "amount": _("the amount, with its currency"),
    "code": _("the code"),
    "date": _("the day that the mail is about"),
    "giver": _("who gives the gift"),
    "instrument": _("what is paid with: the card and its last digits, or the bank account"),
    "interval": _("how often: a month, a year"),
    "link": _("the address to go to"),
    "message": _("what you wrote for this tier, what the giver wrote, or how to transfer the money"),
    "months": _("for how many months"),
    "name": _("the member's name, which may be empty"),
    "newsroom": _("the newsroom's name"),
    "next_amount": _("the amount from then on"),
    "reason": _("what the bank said, which may be empty"),
    "receipt": _("the address of the receipt to print"),
    "tier": _("the name of the tier, in the member's language"),
    "until": _("the day until which it holds, or on which it goes on"),
}
GIVEN: Mapping[str, frozenset[str]] = {
    MailKind.CODE: frozenset({"code"}),
    MailKind.CONFIRM: frozenset({"link"}),
    MailKind.RECEIPT: frozenset({"amount", "date", "instrument", "receipt", "tier", "until"}),
    MailKind.THANK_YOU: frozenset({"message", "tier"}),
    MailKind.RENEWAL_NOTICE: frozenset({"amount", "date", "instrument", "interval", "tier"}),
    MailKind.TRANSFER_NOTICE: frozenset({"amount", "date", "interval", "message", "tier"}),
    MailKind.TRANSFER_AWAITED: frozenset({"amount", "interval", "message", "tier"}),
    MailKind.PAYMENT_FAILED: frozenset({"amount", "date", "link", "message", "reason", "until"}),
    MailKind.LAPSE: frozenset({"amount", "link"}),
    MailKind.GIFT: frozenset({"code", "giver", "link", "message", "months"}),
    MailKind.GIFT_RECEIPT: frozenset({"amount", "code", "date", "until"}),
    MailKind.ALREADY_MEMBER: frozenset(),
    MailKind.CANCELLED: frozenset({"until"}),
    MailKind.PAUSED: frozenset({"until"}),
    MailKind.CHANGED: frozenset({"amount", "date", "interval", "next_amount", "tier"}),
}
"""What whoever sends a mail of this kind fills in, besides what is always there. `mail.send` refuses anything else."""
NEEDED: Mapping[str, frozenset[str]] = {
    MailKind.CODE: frozenset({"code"}),
    MailKind.CONFIRM: frozenset({"link"}),
    MailKind.RECEIPT: frozenset({"amount"}),
    MailKind.RENEWAL_NOTICE: frozenset({"amount", "date"}),
    MailKind.TRANSFER_NOTICE: frozenset({"amount", "date", "message"}),
    MailKind.TRANSFER_AWAITED: frozenset({"message"}),
    MailKind.PAYMENT_FAILED: frozenset({"link"}),
    MailKind.LAPSE: frozenset({"link"}),
    MailKind.GIFT: frozenset({"code", "link"}),
    MailKind.CHANGED: frozenset({"date"}),
}
"""Without these a mail of this kind is of no use to whoever gets it."""
_EXAMPLES: Mapping[str, Any] = {
    "account": "https://news.example/account/",
    "amount": Money(1200, "GEL"),
    "code": "482913",
    "giver": "Nino",
    "instrument": "Visa •••• 4242",
    "interval": Price.Interval.MONTH.label,
    "link": "https://news.example/join/",
    "message": "♥",
    "months": "12",
    "name": "Nino",
    "next_amount": Money(1500, "GEL"),
    "reason": "insufficient funds",
    "receipt": "https://news.example/account/receipts/",
    "tier": "Reader",
}


def allowed(kind: str) -> frozenset[str]:
    """Return the words that may stand in braces in a mail of `kind`."""
    return GIVEN[kind] | ALWAYS


def examples(kind: str) -> dict[str, Any]:
    """Return something for each word but the newsroom's name, as it could be in a mail of `kind`; nobody's data."""
    found = {**_EXAMPLES, "date": timezone.localdate(), "until": timezone.localdate()}
    if kind in {MailKind.TRANSFER_NOTICE, MailKind.TRANSFER_AWAITED, MailKind.PAYMENT_FAILED}:
        found["message"] = "IBAN: GE29 NB00 0000 0101 9049 17\nSF-7K2M-QD"
    return found
