"""Why a bank refused a payment, in words that its payer understands.

Providers tell it by codes; these are Stripe's (https://docs.stripe.com/declines/codes), which the others are read as.
A bank often names no reason on purpose, so that nobody can try stolen cards out: then the sentence names none either.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NOT_ALLOWED = _("the bank did not allow the payment, and gave no reason")
_CONFIRM = _("the bank wants you to confirm the payment")
_WRONG_NUMBER = _("a number of the card was not right")
SENTENCES: dict[str, str | Promise] = {
    "insufficient_funds": _("there was not enough money in the account"),
    "withdrawal_count_limit_exceeded": _("the card's limit is reached"),
    "card_velocity_exceeded": _("the card's limit is reached"),
    "expired_card": _("the card has run out"),
    "expired_token": _("the card has run out"),
    "authentication_required": _CONFIRM,
    "incorrect_cvc": _WRONG_NUMBER,
    "invalid_cvc": _WRONG_NUMBER,
    "incorrect_number": _WRONG_NUMBER,
    "invalid_number": _WRONG_NUMBER,
    "processing_error": _("the bank could not be reached"),
    "issuer_not_available": _("the bank could not be reached"),
    "card_not_supported": _("the card cannot be used for such payments"),
    "currency_not_supported": _("the card cannot be used for such payments"),
    **dict.fromkeys(
        ("card_declined", "declined", "do_not_honor", "generic_decline", "call_issuer", "lost_card", "stolen_card"),
        _NOT_ALLOWED,
    ),
}


def in_words(code: str) -> str | Promise:
    """Return what the provider's `code` means, translated when it is shown; empty for one that nobody knows."""
    return SENTENCES.get(code, "")
