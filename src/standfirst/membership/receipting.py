"""The receipt of each payment, and the thanks for the first: ordered with the news of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from standfirst.membership.mail import send
from standfirst.membership.models import Pledge
from standfirst.payments.models import Agreement, Payment
from standfirst.payments.news import News


def send_receipts(pledge: Pledge, news: News) -> None:
    """Order a receipt for each payment that `news` brings and that has none yet.

    Whoever was taken on from elsewhere gets none for what they paid there, and is not thanked as if they had just come.
    """
    came = [
        payment
        for payment, was in news.payments
        if _is_new_money(payment, was) and not (pledge.is_import and payment.at < news.agreement.made_at)
    ]
    if not came:
        return
    text = pledge.tier.text(pledge.member.language)
    for payment in came:
        words = _words(news.agreement, payment, text.name)
        send("receipt", member=pledge.member, context=words, key=f"receipt:{payment.number}")
    if not pledge.is_import:
        words = {"tier": text.name, "message": text.thanks}
        send("thank_you", member=pledge.member, context=words, key=f"thank_you:{pledge.number}")


def _is_new_money(payment: Payment, was: str) -> bool:
    return payment.state == Payment.State.SETTLED and was not in Payment.RECEIVED and not payment.refunded


def _words(agreement: Agreement, payment: Payment, tier: str) -> dict[str, Any]:
    is_regular = agreement.interval != "once"
    address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('account_receipt', args=[payment.number])}"
    return {
        "amount": payment.money,
        "date": payment.at,
        "tier": tier,
        "instrument": agreement.instrument,
        "until": payment.period_end if is_regular else None,
        "receipt": address,
    }
