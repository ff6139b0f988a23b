"""Let a member give another card."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from standfirst.membership.changing import CannotChange
from standfirst.membership.flows.agree_anew import agree_anew
from standfirst.membership.models import Pledge
from standfirst.payments.providers.interface import NewInstrument


def begin_card_change(*, pledge: Pledge, language: str) -> str:
    """Return where the member gives another card: the provider's own page for that, else that of a new agreement.

    Raises CannotChange and ProviderError.
    """
    agreement = pledge.agreement
    if agreement is None:
        raise CannotChange(_("Nothing is paid for this membership, so that there is no card to change."))
    if not agreement.account.verbs.abilities.new_instrument:
        return agree_anew(pledge=pledge, wish=None, language=language)
    base = settings.WAGTAILADMIN_BASE_URL
    started = agreement.account.verbs.start(
        agreement.account.credentials,
        NewInstrument(
            key=str(uuid4()),
            mandate_id=agreement.mandate_id,
            customer_id=agreement.customer_id,
            language=language,
            return_url=f"{base}{reverse('pledge_back', args=[pledge.number])}",
            webhook_url=f"{base}{reverse('payments:webhook', args=[agreement.account_id])}",
        ),
    )
    return started.url
