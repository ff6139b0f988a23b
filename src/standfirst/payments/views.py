"""Where providers send their messages."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from standfirst.kit.sealing import CannotUnseal
from standfirst.payments.actions.take_webhook import LARGEST, take_webhook
from standfirst.payments.counting import count_refused
from standfirst.payments.models import ProviderAccount
from standfirst.payments.providers.interface import BadNotice

LARGEST_ID = 2**63 - 1
"""No row has a larger number, and no database takes one."""
logger = logging.getLogger("standfirst.payments")


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, account_id: int) -> HttpResponse:
    """Keep what the provider of account `account_id` sends.

    200: kept, now or before; 400: not the provider's; 404: no such account; 413: too large; 503: we cannot verify it.
    """
    account = ProviderAccount.objects.filter(pk=min(account_id, LARGEST_ID)).first()
    if account is None or not _listens(account):
        count_refused(0, "unknown account")
        return HttpResponse(status=404)
    body = _body(request)
    if body is None:
        count_refused(account_id, "too large")
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        take_webhook(account=account, headers=headers, body=body, now=timezone.now())
    except BadNotice as error:
        count_refused(account_id, str(error))
        logger.warning("a message to account %d was refused: %s", account_id, error)
        return HttpResponse(status=400)
    except CannotUnseal as error:
        # Not the provider's fault: it sends the same again, for days, while somebody enters the secrets anew.
        count_refused(account_id, "the secrets cannot be unsealed")
        logger.error("a message to account %d could not be verified: %s", account_id, error)
        return HttpResponse(status=503)
    return HttpResponse(status=200)


def _listens(account: ProviderAccount) -> bool:
    """Whether the account's provider exists in this mode and sends messages."""
    try:
        return account.verbs.abilities.webhooks
    except LookupError:
        return False


def _body(request: HttpRequest) -> bytes | None:
    """The raw body, `None` when it is too large: then no more of it was read than its length says."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not declared.isdecimal() or int(declared) > LARGEST:
        return None
    body = request.read(LARGEST + 1)
    return body if len(body) <= LARGEST else None
