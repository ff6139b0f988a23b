"""What runs in threads of the background worker, by the newsroom's settings. Needs Django loaded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings

from standfirst.cli.serving.queue import QueueRunner

Loop = Callable[[threading.Event], None]


def queue_loops(name: str) -> list[Loop]:
    """Return one loop for each queue of tasks; `name` is that of this newsroom on this machine."""
    backend = cast(dict[str, Any], settings.TASKS["default"])
    url = backend.get("OPTIONS", {}).get("redis_url", "")
    return [_runner(queue, f"{name}:{queue}"[:64], url).run for queue in backend["QUEUES"]]


def _runner(queue: str, worker: str, url: str) -> QueueRunner:
    if not url:
        return QueueRunner(queue, worker=worker)
    from standfirst.cli.serving.rq_queue import RQRunner

    return RQRunner(queue, worker=worker, url=url)


def following_loops(name: str) -> list[Loop]:
    """Return the loops that follow the log of purges: the follower, what wakes it, and the one that tells a CDN.

    On a shared database another tells that the node `name` is there.
    """
    from standfirst.delivery.purging.cdn.running import loops as cdn_loops
    from standfirst.delivery.purging.follower import Follower
    from standfirst.delivery.purging.hearing import is_shared
    from standfirst.delivery.purging.presence import Presence
    from standfirst.delivery.purging.wake import listeners
    from standfirst.delivery.store import current

    store = current()
    if store is None:
        return []
    woken = threading.Event()
    presence = [Presence(name).run] if is_shared() else []
    return [Follower(store, store.folder, woken).run, *listeners(woken), *cdn_loops(), *presence]


def counting_loops() -> list[Loop]:
    """Return the loops that copy what is counted to the database, and sum it up by days."""
    from standfirst.counting.days import DaySummer
    from standfirst.counting.running import loops

    return [*loops(), DaySummer().run]


def popular_loops() -> list[Loop]:
    """Return the loop that works out what is read most."""
    from standfirst.discovery.popular.keeping import PopularKeeper

    return [PopularKeeper().run]


def search_loops() -> list[Loop]:
    """Return the loop that writes changed stories into the search."""
    from standfirst.discovery.search.looking_after import SearchKeeper

    return [SearchKeeper().run]


def appeal_loops() -> list[Loop]:
    """Return the loop that stops the clear losers of tests of appeals."""
    from standfirst.appeals.trials.watching import TrialKeeper

    return [TrialKeeper().run]


def related_loops() -> list[Loop]:
    """Return the loop that relates stories to each other."""
    from standfirst.discovery.related.keeping import RelatedKeeper

    return [RelatedKeeper().run]


def money_loops() -> list[Loop]:
    """Return the loops that look after money (messages, refunds, comparisons) and after members (renewals, mails)."""
    from standfirst.membership.looking_after import MemberKeeper
    from standfirst.payments.looking_after import MoneyKeeper

    return [MoneyKeeper().run, MemberKeeper().run]
