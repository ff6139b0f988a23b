"""Bank transfer: the payer sends the money with a reference code; statements that staff import say what came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from standfirst.kit.money import Money
from standfirst.payments import paid_by_payer
from standfirst.payments.providers.interface import (
    Agree,
    BadNotice,
    Change,
    Credentials,
    Instruction,
    Interval,
    Notice,
    ProviderError,
    Refunded,
    Snapshot,
    Started,
)

if TYPE_CHECKING:
    from standfirst.payments.models import PayerTerms
    from standfirst.payments.providers.bank.forms import BankSettingsForm


class BankTransfer:
    """A bank account of the newsroom."""

    name = "bank"
    label = gettext_lazy("Bank transfer")
    abilities = paid_by_payer.abilities(refunds=False)

    def start(self, account: Credentials, what: Instruction) -> Started:
        """Give the payer a code and say where to send the money; or change what is agreed. Raises ProviderError."""
        if not isinstance(what, Agree):
            from standfirst.payments.providers.bank.receipts import receipts_of

            mandate = getattr(what, "mandate_id", "")
            terms = paid_by_payer.change(what, receipts_of(mandate), timezone.now())
            return Started(terms.code, lines=_changed_lines(account, what, terms))
        number = number_for(account, what.amount.currency)
        terms = paid_by_payer.begin(what)
        with override(what.language):
            lines = _lines(account, what.amount, Interval(terms.interval), number, terms.code, what.language)
        return Started(terms.code, lines=lines, expires_at=terms.expires_at)

    def refund(self, account: Credentials, *, payment_id: str, amount: Money, key: str) -> Refunded:
        """Nothing that a program could do at this bank."""
        raise ProviderError("Send the money back at the bank; the next statement brings it here.")

    def read_webhook(self, account: Credentials, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """A bank sends none."""
        raise BadNotice("a bank account sends no messages")

    def fetch(self, account: Credentials, object_id: str) -> Snapshot:
        """Return what the statements say of the agreement with this code, or of this payment. Raises ProviderError."""
        from standfirst.payments.providers.bank.receipts import code_of, moved_away, receipts_of

        terms = paid_by_payer.terms_of(code_of(object_id) or object_id)
        moved = moved_away([terms.code]).get(terms.code, ())
        return paid_by_payer.snapshot(terms, receipts_of(terms.code), timezone.now(), moved)

    def settings_form(self) -> type[BankSettingsForm]:
        """Whose account it is, and its numbers."""
        from standfirst.payments.providers.bank.forms import BankSettingsForm

        return BankSettingsForm

    def check(self, account: Credentials) -> str:
        """There is nobody to ask; say what payers will read. Raises ProviderError when they could not pay by it."""
        if not account.settings.get("holder") or not account.settings.get("number"):
            raise ProviderError(_("Enter the account's holder and number."))
        return _("Members are told: %(holder)s, %(number)s.") % {
            "holder": account.settings["holder"],
            "number": account.settings["number"],
        }


def number_for(account: Credentials, currency: str) -> str:
    """Return the account number that takes `currency`. Raises ProviderError when there is none."""
    from standfirst.payments.providers.bank.forms import read_numbers

    own = read_numbers(account.settings.get("other_numbers", ""))
    number = own.get(currency) or account.settings.get("number", "")
    if not number:
        raise ProviderError(f"The bank account has no number for {currency}; enter it in the account's settings.")
    return number


_OFTEN = {
    Interval.ONCE: gettext_lazy("once"),
    Interval.MONTH: gettext_lazy("each month (a standing order)"),
    Interval.YEAR: gettext_lazy("each year (a standing order)"),
}


def _lines(
    account: Credentials, amount: Money, interval: Interval, number: str, code: str, language: str
) -> tuple[tuple[str, str], ...]:
    """What the payer has to know, label and value, in the language that is active."""
    settings = account.settings
    said = (
        (_("Amount"), f"{amount.format(language)}, {_OFTEN[interval]}"),
        (_("To"), settings.get("holder", "")),
        (_("Account number"), number),
        (_("Bank"), settings.get("bank", "")),
        (_("BIC (SWIFT)"), settings.get("bic", "")),
        (_("Reference: write it on the transfer"), code),
        (_("Note"), settings.get("note", "")),
    )
    return tuple((label, value) for label, value in said if value)


def _changed_lines(account: Credentials, what: Instruction, terms: PayerTerms) -> tuple[tuple[str, str], ...]:
    """What the payer has to know from the next payment on; nothing when the amount stays."""
    if not isinstance(what, Change) or what.amount is None:
        return ()
    try:
        number = number_for(account, what.amount.currency)
    except ProviderError:  # the number was taken out of the settings since: where they send it to now, they know
        return ()
    language = get_language() or "en"
    return _lines(account, what.amount, Interval(terms.interval), number, terms.code, language)


PROVIDER = BankTransfer()
