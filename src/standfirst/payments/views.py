"""Where providers send their messages."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from standfirst.payments.actions.take_webhook import LARGEST, take_webhook
from standfirst.payments.counting import count_refused
from standfirst.payments.models import ProviderAccount
from standfirst.payments.providers.interface import BadNotice

logger = logging.getLogger("standfirst.payments")


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, account_id: int) -> HttpResponse:
    """Keep what the provider of account `account_id` sends. 200: kept, now or before. 400: not the provider's."""
    account = ProviderAccount.objects.filter(pk=account_id).first()
    if account is None or not account.verbs.abilities.webhooks:
        count_refused(0, "unknown account")
        return HttpResponse(status=404)
    if int(request.headers.get("Content-Length") or 0) > LARGEST or len(body := request.read(LARGEST + 1)) > LARGEST:
        count_refused(account_id, "too large")
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        take_webhook(account=account, headers=headers, body=body, now=timezone.now())
    except BadNotice as error:
        count_refused(account_id, str(error))
        logger.warning("a message to account %d was refused: %s", account_id, error)
        return HttpResponse(status=400)
    return HttpResponse(status=200)
