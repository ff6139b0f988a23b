"""Do what an event asks for: bring its agreement up to what the provider says."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from standfirst.kit.sealing import CannotUnseal
from standfirst.payments.actions.apply_snapshot import Contradiction, refresh
from standfirst.payments.actions.forget_payer import empty_message
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
LOST_AFTER = timedelta(minutes=5)
"""A task that has not come to its end by then is taken for lost; processing twice does no harm."""
MOST_AT_ONCE = 500
OF_ACCOUNT = frozenset({"credentials", "configuration"})
"""Codes of refusals that are about our account, and not about what was asked."""
EXPECTED = (ProviderError, Contradiction, StateError, CannotUnseal)
"""What may go wrong without anything being wrong with the program."""


def process(event_id: int) -> bool:
    """Process an event; return whether it is done. What fails is tried again later, and given up for a person to see.

    May be called at any time and as often as one likes, also for one event by several processes at once.
    """
    event = WebhookEvent.objects.select_related("account").get(pk=event_id)
    if event.state != WebhookEvent.State.RECEIVED:
        return event.state == WebhookEvent.State.DONE
    concerned: list[Agreement] = []
    try:
        concerned = _concerned(event)
        for agreement in concerned:
            refresh(agreement)
    except EXPECTED as error:
        _failed(event, str(error), for_good=isinstance(error, ProviderError) and _is_final(error, concerned))
        return False
    except (OperationalError, InterfaceError):
        raise  # the database is busy or away: it is found again when its next try is due
    except Exception as error:
        # A fault of ours, or of what hears the news. It counts as a try like any other, and is given up in the end.
        logger.exception("event %s (%s) could not be processed", event.event_id, event.kind)
        _failed(event, f"{type(error).__name__}: {error}", for_good=False)
        return False
    _finish(event, concerned)
    return True


def _is_final(error: ProviderError, concerned: list[Agreement]) -> bool:
    """Whether trying again cannot help.

    Somebody may enter a new key tomorrow, and every message waits for it. What we know by our own key only, its
    provider may not find by it yet: Stripe's search lags up to a minute behind its messages.
    """
    is_young = error.code == "unknown" and any(not agreement.object_id for agreement in concerned)
    return not error.retry and error.code not in OF_ACCOUNT and not is_young


def _concerned(event: WebhookEvent) -> list[Agreement]:
    """The agreements that `event` is about: none when it is about something that is not ours."""
    found = {
        agreement.pk: agreement
        for object_id in event.object_ids
        for agreement in Agreement.objects.known_as(event.account, object_id).select_related("account")
    }
    if not found and (key := _key(event.reference)):
        # It came before our own transaction kept the provider's id: the key we sent along names the agreement.
        for agreement in Agreement.objects.filter(account=event.account, key=key).select_related("account"):
            found[agreement.pk] = agreement
    return list(found.values())


def _key(reference: str) -> UUID | None:
    """The key in a reference, `None` when somebody else wrote it: other programs may use the same account."""
    try:
        return UUID(reference)
    except ValueError:
        return None


@transaction.atomic
def _finish(event: WebhookEvent, concerned: list[Agreement]) -> None:
    kept = WebhookEvent.objects.select_for_update().get(pk=event.pk)
    if kept.state == WebhookEvent.State.RECEIVED:
        kept.move_to(WebhookEvent.State.DONE)
        kept.done_at, kept.next_try_at, kept.failure = timezone.now(), None, ""
        empty_message(kept, concerned)
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
            kept.tries, kept.next_try_at = 0, timezone.now() + LOST_AFTER
            kept.save()
            process_event.enqueue(kept.pk)


def order_due_events(now: datetime) -> int:
    """Order the processing of events whose next try is due, and of those whose task was lost; return how many.

    An event is claimed by setting its next try into the future, so that several nodes, or looks in short order, do
    not order it twice; when that task is lost too, it is found again.
    """
    from standfirst.payments.tasks import process_event

    ordered = 0
    for event_id, next_try_at in due_events(now):
        with transaction.atomic():
            mine = WebhookEvent.objects.filter(
                pk=event_id, state=WebhookEvent.State.RECEIVED, next_try_at=next_try_at
            ).update(next_try_at=now + LOST_AFTER)
            if mine:
                process_event.enqueue(event_id)
        ordered += mine
    return ordered


def due_events(now: datetime) -> list[tuple[int, datetime | None]]:
    """Events whose next try is due or whose first task was lost, oldest first, with the time of that try."""
    waiting = WebhookEvent.objects.filter(state=WebhookEvent.State.RECEIVED)
    due = waiting.filter(next_try_at__lte=now)
    lost = waiting.filter(next_try_at=None, received_at__lt=now - LOST_AFTER)
    return list((due | lost).order_by("received_at").values_list("pk", "next_try_at")[:MOST_AT_ONCE])
