"""Do what an event asks for: bring its agreement up to what the provider says."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from standfirst.kit.sealing import CannotUnseal
from standfirst.payments.actions.apply_snapshot import Contradiction, refresh
from standfirst.payments.models import Agreement, WebhookEvent
from standfirst.payments.providers.interface import ProviderError
from standfirst.payments.states import StateError

logger = logging.getLogger("standfirst.payments")

BACK_OFF = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
"""After each failed try; then every six hours until `MOST_TRIES`."""
LATER = timedelta(hours=6)
MOST_TRIES = 12
"""Two days: then a person has to look."""


def process(event_id: int) -> bool:
    """Process an event; return whether it is done. What fails is tried again later, and given up for a person to see.

    May be called at any time and as often as one likes, also for one event by several processes at once.
    """
    event = WebhookEvent.objects.select_related("account").get(pk=event_id)
    if event.state != WebhookEvent.State.RECEIVED:
        return event.state == WebhookEvent.State.DONE
    try:
        for agreement in _concerned(event):
            refresh(agreement)
    except (ProviderError, Contradiction, StateError, CannotUnseal) as error:
        _failed(event, str(error), for_good=isinstance(error, ProviderError) and not error.retry)
        return False
    _finish(event)
    return True


def _concerned(event: WebhookEvent) -> list[Agreement]:
    """The agreements that `event` is about: none when it is about something that is not ours."""
    found = {
        agreement.pk: agreement
        for object_id in event.object_ids
        for agreement in Agreement.objects.known_as(event.account, object_id).select_related("account")
    }
    if not found and event.reference:
        # It came before our own transaction kept the provider's id: the key we sent along names the agreement.
        for agreement in Agreement.objects.filter(account=event.account, key=event.reference).select_related("account"):
            found[agreement.pk] = agreement
    return list(found.values())


@transaction.atomic
def _finish(event: WebhookEvent) -> None:
    kept = WebhookEvent.objects.select_for_update().get(pk=event.pk)
    if kept.state == WebhookEvent.State.RECEIVED:
        kept.move_to(WebhookEvent.State.DONE)
        kept.done_at, kept.next_try_at, kept.failure = timezone.now(), None, ""
        kept.save()


@transaction.atomic
def _failed(event: WebhookEvent, sentence: str, *, for_good: bool) -> None:
    kept = WebhookEvent.objects.select_for_update().get(pk=event.pk)
    if kept.state != WebhookEvent.State.RECEIVED:
        return
    kept.tries += 1
    kept.failure = sentence[:1000]
    if for_good or kept.tries >= MOST_TRIES:
        kept.move_to(WebhookEvent.State.DEAD)
        kept.next_try_at = None
        logger.error("event %s (%s) was given up: %s", kept.event_id, kept.kind, sentence)
    else:
        pause = BACK_OFF[kept.tries - 1] if kept.tries <= len(BACK_OFF) else LATER
        kept.next_try_at = timezone.now() + pause
    kept.save()


def try_again(*, event: WebhookEvent) -> None:
    """Let an event that was given up be tried anew, at once."""
    from standfirst.payments.tasks import process_event

    with transaction.atomic():
        kept = WebhookEvent.objects.select_for_update().get(pk=event.pk)
        if kept.move_to(WebhookEvent.State.RECEIVED):
            kept.tries, kept.next_try_at = 0, None
            kept.save()
            process_event.enqueue(kept.pk)


def due_events() -> list[int]:
    """Events whose next try is due, oldest first; and those whose task was lost."""
    now = timezone.now()
    waiting = WebhookEvent.objects.filter(state=WebhookEvent.State.RECEIVED)
    due = waiting.filter(next_try_at__lte=now)
    lost = waiting.filter(next_try_at=None, tries=0, received_at__lt=now - timedelta(minutes=5))
    return list((due | lost).order_by(F("received_at")).values_list("pk", flat=True)[:500])
