"""Publishes and expires what is due, at its second."""

from __future__ import annotations

import logging
import threading
import time
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections, transaction
from django.db.models import Min, Model, QuerySet
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

logger = logging.getLogger("standfirst.background")

INTERVAL = 1.0
# Expiry has no index in Wagtail, so that finding the next one reads the whole table: not every second. What is set
# to expire sooner than this ahead may be that much late.
EXPIRY_LOOK = timedelta(seconds=10)
RETRY_AFTER = timedelta(minutes=5)


class Schedule:
    """One look a second; what fails is logged and tried again after five minutes, and never holds up the rest."""

    def __init__(self, now: Callable[[], datetime] = timezone.now, beat: Callable[[], None] = lambda: None) -> None:
        """Take the clock from `now`, and call `beat` after each look that came to its end."""
        self.now = now
        self.beat = beat
        self._expiry_looked_at = datetime.min.replace(tzinfo=timezone.get_default_timezone())
        self._next_expiry: datetime | None = None
        self._not_before: dict[tuple[type[Model], object], datetime] = {}

    def run(self, stopping: threading.Event) -> None:
        """Look once a second, shortly after it begins, until `stopping` is set."""
        is_away = False
        while not stopping.wait(INTERVAL - time.time() % INTERVAL):
            close_old_connections()
            try:
                self.look()
                self.beat()
                is_away = False
            except (OperationalError, InterfaceError) as error:
                if not is_away:
                    logger.warning("the schedule could not read the database (%s); trying again", str(error).strip())
                is_away = True
                connection.close()
        connections.close_all()

    def look(self) -> int:
        """Publish and expire everything due now; return how many were done."""
        return self._publish_due() + self._expire_due()

    def _publish_due(self) -> int:
        due = Revision.objects.filter(approved_go_live_at__lte=self.now()).order_by("approved_go_live_at")
        return sum(self._attempt(revision, _publish) for revision in due.iterator(chunk_size=50))

    def _expire_due(self) -> int:
        now = self.now()
        if now - self._expiry_looked_at >= EXPIRY_LOOK:
            self._next_expiry, self._expiry_looked_at = _next_expiry(), now
        if self._next_expiry is None or self._next_expiry > now:
            return 0
        done = sum(
            self._attempt(item, _expire)
            for expiring in _expiring()
            for item in list(expiring.filter(expire_at__lte=now))
        )
        self._next_expiry = _next_expiry()
        return done

    def _attempt(self, item: Model, act: Callable[[Model], bool]) -> int:
        key = (type(item), item.pk)
        if self._not_before.get(key, self.now()) > self.now():
            return 0
        try:
            done = act(item)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # a hook of the publishing chain may raise anything
            logger.exception("%s %s could not be published or expired on time", type(item).__name__, item.pk)
            self._not_before[key] = self.now() + RETRY_AFTER
            return 0
        self._not_before.pop(key, None)
        return int(done)


def _publish(revision: Model) -> bool:
    """Publish a revision that is due; return False when somebody else did."""
    with transaction.atomic():
        due = Revision.objects.filter(pk=revision.pk, approved_go_live_at__isnull=False)
        if not _is_mine(revision) or (found := due.first()) is None:
            return False
        found.publish(log_action="wagtail.publish.scheduled")
    return True


def _expire(item: Model) -> bool:
    """Take down what has expired; return False when somebody else did."""
    with transaction.atomic():
        shown: Any = type(item)._default_manager
        if (
            not _is_mine(item)
            or (found := shown.filter(pk=item.pk, live=True, expire_at__isnull=False).first()) is None
        ):
            return False
        found = found.specific if isinstance(found, Page) else found
        found.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True


def _is_mine(item: Model) -> bool:
    """Take `item` until the transaction ends; return False when another node has it.

    Not a lock of its row: an editor who publishes the same story locks rows in another order, and one of both would
    fail. On SQLite there is one node, and one transaction at a time.
    """
    if connection.vendor != "postgresql":
        return True
    kind = zlib.crc32(item._meta.label.encode()) & 0x7FFFFFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [kind, str(item.pk)])
        return bool(cursor.fetchone()[0])


def _expiring() -> list[QuerySet]:
    """Live things with a time to expire: pages as one query, then each snippet with drafts."""
    snippets = [
        model for model in apps.get_models() if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    return [model._default_manager.filter(live=True, expire_at__isnull=False) for model in [Page, *snippets]]


def _next_expiry() -> datetime | None:
    times = [query.aggregate(first=Min("expire_at"))["first"] for query in _expiring()]
    return min((moment for moment in times if moment), default=None)
