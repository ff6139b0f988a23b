"""Metrics, alert rules and the reference name the same things."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from standfirst.cli.serving.exporter import Asked, NewsroomCollector
from standfirst.delivery.heartbeat import Heartbeat
from standfirst.delivery.metrics import Counts
from standfirst.delivery.published import Slot
from tests.cli.conftest import ROOT

REFERENCE = (ROOT / "docs/reference/metrics.md").read_text()
RULES = yaml.safe_load((ROOT / "deploy/prometheus/standfirst.rules.yml").read_text())["groups"][0]["rules"]
STORE = {"standfirst_store_bytes", "standfirst_store_limit_bytes", "standfirst_store_entries"}
CDN = {"standfirst_cdn_waiting", "standfirst_cdn_lag_seconds", "standfirst_cdn_failing"}


@pytest.fixture
def scraped(tmp_path: Path) -> dict[str, dict[str, float]]:
    """What a scrape of two web workers, one of them gone, gives: samples by name and labels."""
    for process, hits in ((11, 5), (12, 37)):
        counts = Counts()
        counts.hit, counts.stale_failed = hits, 2
        counts.observe_render(0.02)
        counts.observe_render(60)
        counts.render_failed("TemplateSyntaxError")
        counts.error("store_write")
        slot = Slot.make(tmp_path, "web", process)
        assert slot is not None
        beacons = {"taken": hits, "robot": 1}
        slot.write({"begun": 1000.0 + process, "beacons": beacons, **counts.snapshot()})
    for process, waiting in ((21, 70), (22, 3)):
        slot = Slot.make(tmp_path, "background", process)
        assert slot is not None
        behind = {"waiting": waiting, "lag_seconds": waiting / 10}
        slot.write({"begun": 1000.0 + process, "counting": behind, **Counts().snapshot()})
    Heartbeat(tmp_path, "background").beat()
    asked = Asked()
    asked.at, asked.answers, asked.queues, asked.failed = 1.0, True, {"default": (3, 61.0)}, {"default": 1}
    asked.money = {"waiting": 4, "dead": 1, "refused": 9, "differences": 2}
    asked.oldest_message = 12.5
    registry = CollectorRegistry(auto_describe=False)
    registry.register(NewsroomCollector(tmp_path, "abc", asked))
    samples: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        for sample in family.samples:
            samples.setdefault(sample.name, {})[",".join(sample.labels.values())] = sample.value
    return samples


def test_what_the_workers_counted_is_added_up_also_of_one_that_ended(scraped: dict[str, dict[str, float]]) -> None:
    assert scraped["standfirst_requests_total"]["hit"] == 42
    assert scraped["standfirst_requests_total"]["stale"] == 4
    assert scraped["standfirst_stale_total"]["failed"] == 4
    assert scraped["standfirst_renders_failed_total"] == {"TemplateSyntaxError": 2}
    assert scraped["standfirst_errors_total"] == {"store_write": 2}
    assert scraped["standfirst_process_starts_total"] == {"web": 2, "background": 2}
    assert scraped["standfirst_process_start_time_seconds"] == {"web": 1012, "background": 1022}


def test_beacons_are_added_up_and_the_newest_worker_says_how_far_it_is_behind(
    scraped: dict[str, dict[str, float]],
) -> None:
    assert scraped["standfirst_beacons_total"] == {"taken": 42, "robot": 2}
    assert scraped["standfirst_counts_waiting"] == {"": 3}
    assert scraped["standfirst_counts_lag_seconds"] == {"": pytest.approx(0.3)}


def test_renderings_are_a_histogram_whose_buckets_add_up(scraped: dict[str, dict[str, float]]) -> None:
    buckets = scraped["standfirst_render_seconds_bucket"]

    assert (buckets["0.015"], buckets["0.025"], buckets["10.0"], buckets["+Inf"]) == (0, 2, 2, 4)
    assert scraped["standfirst_render_seconds_count"] == {"": 4}
    assert scraped["standfirst_render_seconds_sum"] == {"": pytest.approx(120.04)}


def test_silence_that_was_never_broken_is_infinite(scraped: dict[str, dict[str, float]]) -> None:
    assert scraped["standfirst_silent_seconds"]["background"] < 60
    assert scraped["standfirst_silent_seconds"]["schedule"] == float("inf")


def test_queues_are_named(scraped: dict[str, dict[str, float]]) -> None:
    assert scraped["standfirst_queue_depth"] == {"default": 3}
    assert scraped["standfirst_queue_oldest_seconds"] == {"default": 61}


def test_what_waits_of_money_is_said(scraped: dict[str, dict[str, float]]) -> None:
    assert scraped["standfirst_webhooks_refused_total"] == {"": 9}
    assert scraped["standfirst_webhooks_waiting"] == {"": 4}
    assert scraped["standfirst_webhooks_oldest_seconds"] == {"": 12.5}
    assert scraped["standfirst_webhooks_dead"] == {"": 1}
    assert scraped["standfirst_money_differences"] == {"": 2}


def test_without_an_answer_of_the_database_nothing_is_claimed_of_it(tmp_path: Path) -> None:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(NewsroomCollector(tmp_path, "abc", Asked()))

    text = generate_latest(registry).decode()

    assert "standfirst_database_answers 0.0" in text
    assert "standfirst_queue" not in text
    assert "standfirst_purge" not in text
    assert "standfirst_webhooks" not in text
    assert "standfirst_money" not in text


def test_the_reference_has_every_metric_and_no_other(scraped: dict[str, dict[str, float]]) -> None:
    served = {re.sub(r"_(bucket|count|sum)$", "", name) for name in scraped} | STORE | CDN
    written = set(re.findall(r"^\| `(standfirst_\w+)`", REFERENCE, re.MULTILINE))

    assert written == served


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_asks_for_metrics_that_exist_and_says_what_to_do(rule: dict[str, object]) -> None:
    asked = {re.sub(r"_bucket$", "", name) for name in re.findall(r"standfirst_\w+", str(rule["expr"]))}
    written = set(re.findall(r"`(standfirst_\w+)`", REFERENCE))

    assert asked <= written
    assert asked or "up{" in str(rule["expr"])
    assert rule["labels"] in ({"severity": "page"}, {"severity": "ticket"})
    assert set(rule["annotations"]) == {"summary", "action"}  # type: ignore[call-overload]
    assert f"`{rule['alert']}`" in REFERENCE
    assert str(rule["expr"]).count("(") == str(rule["expr"]).count(")")
