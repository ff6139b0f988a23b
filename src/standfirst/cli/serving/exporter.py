"""The metrics, for Prometheus, at a port of their own: docs/reference/metrics.md lists them.

A process of its own, so that it answers when web workers and background worker do not. What has to be asked of the
database is asked by a thread every few seconds: a scrape never waits for it.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from standfirst import __version__
from standfirst.cli.serving.lifeline import hold_on_to_parent
from standfirst.delivery import health, published
from standfirst.delivery.heartbeat import silent_for
from standfirst.delivery.metrics import RENDER_BUCKETS
from standfirst.delivery.purging.cdn.status import cdn_status

logger = logging.getLogger("standfirst.metrics")

INTERVAL = 5.0
ROLES = ("web", "background")
BEATS = ("background", "schedule")


def run_exporter(home: str, host: str, port: int) -> None:
    """Answer scrapes at `host`:`port` until SIGTERM or SIGINT."""
    os.environ["STANDFIRST_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "standfirst.config.settings"
    import django

    django.setup()
    from django.conf import settings

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stopping.set())
    hold_on_to_parent()
    asked = Asked()
    threading.Thread(target=asked.run, args=(stopping,), daemon=True).start()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(NewsroomCollector(Path(home) / "run", settings.RELEASE, asked))
    server, thread = start_http_server(port, host, registry)
    stopping.wait()
    server.shutdown()
    server.server_close()
    thread.join()


class Asked:
    """What the database and the page store said last; `at` is the monotonic clock, or `None` before the first time."""

    def __init__(self) -> None:
        self.at: float | None = None
        self.answers = False
        self.queues: dict[str, tuple[int, float]] = {}
        self.failed: dict[str, int] = {}
        self.behind = 0
        self.lag = 0.0
        self.money: dict[str, int] = {}
        self.oldest_message = 0.0

    def run(self, stopping: threading.Event) -> None:
        """Ask every few seconds until `stopping` is set."""
        from django.db import close_old_connections, connections

        while not stopping.is_set():
            close_old_connections()
            try:
                self.ask()
                self.at, self.answers = time.monotonic(), True
            except Exception:  # noqa: BLE001 - whatever a driver raises; the log of the other processes says why
                self.answers = False
                connections.close_all()
            stopping.wait(INTERVAL)

    def ask(self) -> None:
        """Ask once. Raises what the database raises."""
        self._ask_queues()
        self._ask_log()
        self._ask_money()

    def _ask_queues(self) -> None:
        from django.conf import settings
        from django.db.models import Count, Min
        from django.utils import timezone
        from django_tasks_db.models import DBTaskResult

        now = timezone.now()
        ready = DBTaskResult.objects.ready().order_by().values("queue_name")
        found = {
            row["queue_name"]: (row["number"], max(0.0, (now - row["since"]).total_seconds()))
            for row in ready.annotate(number=Count("pk"), since=Min("enqueued_at"))
        }
        failed = DBTaskResult.objects.failed().order_by().values("queue_name").annotate(number=Count("pk"))
        self.queues = {queue: found.get(queue, (0, 0.0)) for queue in settings.TASKS["default"]["QUEUES"]}
        self.failed = dict.fromkeys(self.queues, 0) | {row["queue_name"]: row["number"] for row in failed}

    def _ask_log(self) -> None:
        from django.utils import timezone

        from standfirst.delivery import store
        from standfirst.delivery.models import Purge

        opened = store.current()
        if opened is None:
            return
        waiting = Purge.objects.filter(pk__gt=opened.cursor()).order_by("pk")
        first = waiting.first()
        self.behind = waiting.count() if first else 0
        self.lag = max(0.0, (timezone.now() - first.created).total_seconds()) if first else 0.0

    def _ask_money(self) -> None:
        from django.db.models import Count, Min, Q, Sum
        from django.utils import timezone

        from standfirst.payments.models import Difference, RefusedNotices, WebhookEvent

        waiting, dead = Q(state=WebhookEvent.State.RECEIVED), Q(state=WebhookEvent.State.DEAD)
        found = WebhookEvent.objects.filter(waiting | dead).aggregate(
            waiting=Count("pk", filter=waiting),
            dead=Count("pk", filter=dead),
            since=Min("received_at", filter=waiting),
        )
        self.money = {
            "waiting": found["waiting"],
            "dead": found["dead"],
            "refused": RefusedNotices.objects.aggregate(total=Sum("count"))["total"] or 0,
            "differences": Difference.objects.filter(closed_at=None).count(),
        }
        since = found["since"]
        self.oldest_message = max(0.0, (timezone.now() - since).total_seconds()) if since else 0.0


class NewsroomCollector(Collector):
    """Everything there is to say about one newsroom on this machine."""

    def __init__(self, folder: Path, release: str, asked: Asked) -> None:
        self.folder = folder
        self.release = release
        self.asked = asked

    def collect(self) -> Iterable[Metric]:
        """Yield all metrics as they are now."""
        slots = [slot for slot in published.read_all(self.folder) if slot.role in ROLES]
        yield from _requests([slot.facts for slot in slots])
        yield from _renderings([slot.facts for slot in slots])
        yield from _processes(slots)
        yield from _counting([slot.facts for slot in slots])
        yield from self._signs_of_life()
        yield from self._store()
        yield from self._asked()
        yield from self._cdn()
        info = GaugeMetricFamily("standfirst_release_info", "What runs; always 1.", labels=["version", "release"])
        info.add_metric([__version__, self.release], 1)
        yield info

    def _signs_of_life(self) -> Iterator[Metric]:
        silence = GaugeMetricFamily("standfirst_silent_seconds", "Seconds since the last sign of life.", labels=["of"])
        for name in BEATS:
            seconds = silent_for(self.folder, name)
            silence.add_metric([name], float("inf") if seconds is None else seconds)
        yield silence
        checks = GaugeMetricFamily("standfirst_check_ok", "1 when this check of /readyz is well.", labels=["check"])
        for name, found in health.readyz()[1]["checks"].items():
            checks.add_metric([name], float(found == "ok"))
        yield checks

    def _store(self) -> Iterator[Metric]:
        from standfirst.delivery import store

        opened = store.current()
        if opened is None:
            return
        usage = opened.usage()
        yield GaugeMetricFamily("standfirst_store_bytes", "Bytes in use in the page store.", value=usage.bytes)
        yield GaugeMetricFamily("standfirst_store_limit_bytes", "Bytes it may use.", value=usage.limit)
        yield GaugeMetricFamily("standfirst_store_entries", "Pages and fragments it holds.", value=usage.entries)

    def _cdn(self) -> Iterator[Metric]:
        found = cdn_status(self.folder)
        if found is None:
            return
        yield GaugeMetricFamily("standfirst_cdn_waiting", "Keys or addresses to tell the CDN.", value=found.waiting)
        yield GaugeMetricFamily("standfirst_cdn_lag_seconds", "Age of the oldest of them.", value=found.seconds)
        yield GaugeMetricFamily(
            "standfirst_cdn_failing", "1 when the CDN cannot be told.", value=float(bool(found.cause))
        )

    def _asked(self) -> Iterator[Metric]:
        asked = self.asked
        yield GaugeMetricFamily(
            "standfirst_database_answers", "1 when the database answered lately.", value=float(asked.answers)
        )
        if asked.at is None:
            return
        yield GaugeMetricFamily("standfirst_purge_log_behind", "Changes not followed here yet.", value=asked.behind)
        yield GaugeMetricFamily("standfirst_purge_lag_seconds", "Age of the oldest of them.", value=asked.lag)
        depth = GaugeMetricFamily("standfirst_queue_depth", "Tasks that could run now.", labels=["queue"])
        age = GaugeMetricFamily("standfirst_queue_oldest_seconds", "Age of the oldest of them.", labels=["queue"])
        failed = GaugeMetricFamily("standfirst_tasks_failed", "Failed tasks of the last month.", labels=["queue"])
        for queue, (number, seconds) in asked.queues.items():
            depth.add_metric([queue], number)
            age.add_metric([queue], seconds)
        for queue, number in asked.failed.items():
            failed.add_metric([queue], number)
        yield from (depth, age, failed, *_money(asked))


def _money(asked: Asked) -> Iterator[Metric]:
    """What providers told us, and what a person has to look at."""
    counts = asked.money
    if not counts:
        return
    yield CounterMetricFamily(
        "standfirst_webhooks_refused", "Messages of providers that were refused.", value=counts["refused"]
    )
    yield GaugeMetricFamily("standfirst_webhooks_waiting", "Messages not processed yet.", value=counts["waiting"])
    yield GaugeMetricFamily("standfirst_webhooks_oldest_seconds", "Age of the oldest.", value=asked.oldest_message)
    yield GaugeMetricFamily("standfirst_webhooks_dead", "Messages that were given up.", value=counts["dead"])
    yield GaugeMetricFamily(
        "standfirst_money_differences", "Open differences with providers.", value=counts["differences"]
    )


def _requests(all_facts: list[dict[str, Any]]) -> Iterator[Metric]:
    outcomes, reasons, errors = Counter[str](), Counter[str](), Counter[str]()
    for facts in all_facts:
        outcomes.update({**facts["requests"], "stale": sum(facts["stale"].values())})
        reasons.update(facts["stale"])
        errors.update(facts["errors"])
    for name, text, label, counter in (
        ("standfirst_requests", "Requests by how they were answered.", "outcome", outcomes),
        ("standfirst_stale", "Answers with an older page, by reason.", "reason", reasons),
        ("standfirst_errors", "What went wrong outside a rendering.", "kind", errors),
    ):
        family = CounterMetricFamily(name, text, labels=[label])
        for value, number in sorted(counter.items()):
            family.add_metric([value], number)
        yield family


def _counting(all_facts: list[dict[str, Any]]) -> Iterator[Metric]:
    """What web workers took of beacons, and how far the database is behind, as the newest background worker says."""
    beacons = Counter[str]()
    for facts in all_facts:
        beacons.update(facts.get("beacons", {}))
    family = CounterMetricFamily("standfirst_beacons", "Beacons of readers' pages.", labels=["outcome"])
    for outcome, number in sorted(beacons.items()):
        family.add_metric([outcome], number)
    yield family
    copying = max((facts for facts in all_facts if "counting" in facts), key=lambda facts: facts["begun"], default=None)
    if copying is None:
        return
    found = copying["counting"]
    yield GaugeMetricFamily("standfirst_counts_waiting", "Rows not in the database yet.", value=found["waiting"])
    yield GaugeMetricFamily("standfirst_counts_lag_seconds", "Since when.", value=found["lag_seconds"])


def _renderings(all_facts: list[dict[str, Any]]) -> Iterator[Metric]:
    failed = Counter[str]()
    numbers, total = [0] * (len(RENDER_BUCKETS) + 1), 0.0
    for facts in all_facts:
        failed.update(facts["renders_failed"])
        total += facts["render_seconds"]
        numbers = [sum(pair) for pair in zip(numbers, facts["render_buckets"], strict=True)]
    bounds = [*map(str, RENDER_BUCKETS), "+Inf"]
    buckets = [(bound, float(sum(numbers[: index + 1]))) for index, bound in enumerate(bounds)]
    yield HistogramMetricFamily("standfirst_render_seconds", "Seconds per rendering.", buckets=buckets, sum_value=total)
    family = CounterMetricFamily("standfirst_renders_failed", "Renderings that gave no page.", labels=["kind"])
    for kind, number in sorted(failed.items()):
        family.add_metric([kind], number)
    yield family


def _processes(slots: list[published.Published]) -> Iterator[Metric]:
    """How often each role was started, and since when its newest process runs."""
    starts = CounterMetricFamily("standfirst_process_starts", "Processes started, by role.", labels=["role"])
    begun = GaugeMetricFamily(
        "standfirst_process_start_time_seconds", "Start of the newest process of a role.", labels=["role"]
    )
    for role in sorted({slot.role for slot in slots}):
        moments = [float(slot.facts["begun"]) for slot in slots if slot.role == role]
        starts.add_metric([role], len(moments))
        begun.add_metric([role], max(moments))
    yield from (starts, begun)
