"""Whether readers get what is true: what the desk can see of delivery while the database answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks

from standfirst.accounts.roles import Role, has_role
from standfirst.accounts.signed_in import signed_in
from standfirst.delivery import health, published
from standfirst.delivery.heartbeat import silent_for
from standfirst.delivery.purging.cdn.status import cdn_status
from standfirst.stories.desk.problems import HOOK, Problem

SILENT_AFTER = 60.0
SHOWN_FOR = 15 * 60.0
"""How long a rendering that failed is news, in seconds."""


@hooks.register(HOOK)
def report_delivery(request: HttpRequest) -> Iterator[Problem]:
    """Report a background worker that is silent, pages that cannot be rendered, a disk or page store that fails."""
    if not has_role(signed_in(request), Role.PUBLISHER):
        return
    folder: Path | None = settings.RUN_FOLDER
    if folder is None:
        return
    url = reverse("insights:problems")
    for sentence in (_background(folder), _disk(), _page_store(), _cdn(folder)):
        if sentence:
            yield Problem(sentence, url)
    failed = _failed_rendering(folder)
    if failed is not None:
        kind, moment = failed
        words = _("Pages could not be rendered (%(kind)s); readers get the stored ones. The log has the cause.")
        yield Problem(words % {"kind": kind}, url, datetime.fromtimestamp(moment, UTC))


def _background(folder: Path) -> str:
    seconds = silent_for(folder, "background")
    if seconds is not None and seconds <= SILENT_AFTER:
        late = silent_for(folder, "schedule")
        if late is None or late > SILENT_AFTER:
            return _("Scheduled stories are not looked at: the background worker cannot read the database.")
        return ""
    if seconds is None:
        return _("The background worker does not run: tasks and scheduled stories wait.")
    since = timezone.localtime() - timedelta(seconds=seconds)
    words = _("The background worker is silent since %(since)s: tasks and scheduled stories wait.")
    return words % {"since": since.strftime("%d.%m. %H:%M")}


def _disk() -> str:
    return _("The disk is full: what is written now may be lost. Free some space.") if health.check_disk() else ""


def _page_store() -> str:
    try:
        found = health.check_page_store()
    except OSError:
        found = "cannot be read"
    return _("The page store cannot be used, so that every page is rendered for each reader.") if found else ""


def _cdn(folder: Path) -> str:
    status = cdn_status(folder)
    if status is None or not status.late:
        return ""
    words = _("The CDN shows pages that have changed: it was not told for %(minutes)d minutes (%(cause)s).")
    return words % {"minutes": status.seconds // 60, "cause": status.cause or _("too many changes at once")}


def _failed_rendering(folder: Path) -> tuple[str, float] | None:
    """The latest rendering that failed within the last minutes: its kind and when, in seconds since the epoch."""
    slots = published.read_all(folder)
    found = [slot.facts["failed_last"] for slot in slots if slot.facts.get("failed_last")]
    latest = max(found, key=lambda one: float(one["at"]), default=None)
    if latest is None or time.time() - float(latest["at"]) > SHOWN_FOR:
        return None
    return str(latest["kind"]), float(latest["at"])
