"""Checks of what serves the pages: the page store, and whether changes reach it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta

from standfirst.cli.examination.finding import Finding, good, note, problem
from standfirst.cli.home import Home

LATE_AFTER = timedelta(minutes=1)


def check_page_store(home: Home) -> Iterator[Finding]:
    """The page store is sound and can be written; one that is missing is made at the next start."""
    from standfirst.delivery.store.damage import Unusable, walk
    from standfirst.delivery.store.opening import DATA, SEQUENCE

    folder = home.page_store
    if not (folder / DATA).exists():
        yield note("page store", f"there is none in {folder} yet", "the site makes it when it starts.")
        return
    if not all(os.access(path, os.W_OK) for path in (folder, folder / DATA)):
        yield problem("page store", f"{folder} cannot be written", f"give {folder} to the user that serves the site.")
        return
    try:
        walk(folder)
    except Unusable as error:
        yield problem("page store", str(error), f"stop the site, remove {folder} and start: it fills by itself.")
        return
    size = (folder / DATA).stat().st_blocks * 512 // 2**20
    hours = max(0.0, time.time() - (folder / SEQUENCE).stat().st_mtime) / 3600
    limit = home.options.page_store_mb
    yield good("page store", f"sound, {size} of {limit} MB on the disk, changed {hours:.1f} hours ago")


def check_changes(home: Home) -> Iterator[Finding]:
    """What changed has been followed, so that no stored page is older than it looks."""
    from django.utils import timezone

    from standfirst.delivery.models import Purge
    from standfirst.delivery.purging.position import read_position

    if not home.page_store.exists():
        return
    waiting = Purge.objects.filter(pk__gt=read_position(home.page_store).id).order_by("pk")
    first = waiting.first()
    if first and timezone.now() - first.created > LATE_AFTER:
        remedy = "start the site with `standfirst serve`: its background worker follows them within a second."
        yield note("changes", f"{waiting.count()} have not been followed here, the first of {first.created:%c}", remedy)
    else:
        yield good("changes", "all have been followed here")


def check_cdn(home: Home) -> Iterator[Finding]:
    """The CDN, where there is one, has been told what changed."""
    from django.conf import settings

    from standfirst.delivery.purging.cdn.status import cdn_status

    if home.options.cdn == "none":
        return
    status = cdn_status(settings.RUN_FOLDER)
    if status is None:
        yield note("CDN", f"{home.options.cdn} was not told anything yet", "the site does that when it is served.")
    elif status.cause or status.late:
        cause = status.cause or "the service accepts no more calls"
        remedy = "remove the cause; what waits is told then. The options are cdn, cdn_urls, cdn_id and cdn_token."
        yield problem("CDN", f"{status.waiting} changes wait for {status.seconds:.0f} s: {cause}", remedy)
    else:
        yield good("CDN", f"{status.service} has been told of every change")
