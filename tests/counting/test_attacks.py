"""Forged crowds: what one visitor or one network can add to a story has a cap, whatever it tries."""

from __future__ import annotations

import pytest

from standfirst.counting import caps
from standfirst.counting import counter as counter_module
from standfirst.counting.ledger import visits
from standfirst.counting.tokens import page_token, variant_token
from tests.counting.conftest import Clock, Counting
from tests.counting.sending import BROWSER, Readers


def read(readers: Readers, clock: Clock, story: int = 12, **who: str) -> None:
    """Do everything that a reader does, as fast as it counts."""
    nonce = readers.view(story, **who)
    clock.now += 12
    readers.end(nonce, 12, 90, story=story, **who)


def test_one_visitor_lifts_a_story_by_his_cap(counting: Counting, readers: Readers, clock: Clock) -> None:
    for _ in range(40):
        read(readers, clock)
        counting.add()
    views, reads, _seconds, _depth = counting.story()
    assert (views, reads) == (caps.VISITOR_VIEWS, caps.VISITOR_READS)
    assert counting.of("d") == {("3",): (1,)}


@pytest.mark.parametrize("form", ["203.0.113.{}", "2001:db8:7:{}::1"])
def test_one_network_lifts_a_story_by_its_cap_whatever_it_calls_itself(
    counting: Counting, readers: Readers, clock: Clock, form: str
) -> None:
    for number in range(250):
        nonce = readers.view(by=form.format(number), agent=f"{BROWSER} {number}", referrer=f"s{number}.example")
        clock.now += 10
        readers.end(nonce, 12, 90, by=form.format(number), agent=f"{BROWSER} {number}")
        if number % 50 == 0:
            counting.add()
    views, reads, _seconds, _depth = counting.story()
    assert (views, reads) == (caps.NETWORK_VIEWS, caps.NETWORK_READS)
    rest = 250 - caps.NETWORK_VIEWS
    assert counting.filtered() == {"network_cap": rest + caps.NETWORK_VIEWS - caps.NETWORK_READS, "no_view": rest}


def test_the_networks_cap_is_an_hours(counting: Counting, readers: Readers, clock: Clock) -> None:
    for _hour in range(2):
        for number in range(caps.NETWORK_VIEWS + 20):
            readers.view(by=f"203.0.113.{number}", agent=f"{BROWSER} {_hour}")
            clock.now += 1
        counting.add()
        clock.now += 3600
    assert counting.story() == (2 * caps.NETWORK_VIEWS, 0, 0, 0)


def test_one_network_lifts_many_stories_at_once_by_less_than_the_sum_of_their_caps(
    counting: Counting, readers: Readers, clock: Clock
) -> None:
    for group in range(4):
        crowd = [{"by": f"203.0.113.{number}", "agent": f"{BROWSER} {group} {number}"} for number in range(190)]
        opened = [readers.view(100 + number % 40, **who) for number, who in enumerate(crowd)]
        counting.add()
        clock.now += 20
        for number, (nonce, who) in enumerate(zip(opened, crowd, strict=True)):
            readers.end(nonce, 15, 90, story=100 + number % 40, **who)
        counting.add()
        clock.now += 60
    reads = sum(row[1] for row in counting.of("h").values())
    assert reads == caps.NETWORK_READS_OF_ALL


def test_a_burst_of_one_visitor_is_cut_to_his_rate(counting: Counting, readers: Readers) -> None:
    for number in range(3 * caps.VISITOR_RATE):
        readers.view(number)
        if number % 50 == 0:
            counting.add()
    assert sum(row[0] for row in counting.of("h").values()) == caps.VISITOR_RATE
    assert counting.filtered() == {"burst": 2 * caps.VISITOR_RATE}


def test_a_burst_of_one_network_is_cut_to_its_rate(counting: Counting, readers: Readers) -> None:
    for number in range(caps.NETWORK_RATE + 100):
        readers.view(number, by=f"203.0.113.{number % 200}")
        if number % 100 == 0:
            counting.add()
    assert sum(row[0] for row in counting.of("h").values()) == caps.NETWORK_RATE
    assert counting.filtered() == {"burst": 100}


def test_a_flood_from_one_network_leaves_room_for_others(
    counting: Counting, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter_module, "MOST_WAITING", caps.PROCESS_RATE + 2)
    for number in range(2000):
        readers.view(12, by=f"203.0.113.{number % 250}")
    readers.view(14, by="198.51.100.1")
    assert counting.story(14) == (1, 0, 0, 0)


def test_new_nonces_without_end_take_no_memory(
    counting: Counting, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter_module, "MOST_WAITING", 50)
    for number in range(80):
        readers.view(number, by=f"10.0.{number}.1")
    assert len(counting.counter._waiting) == 50
    assert sum(row[0] for row in counting.of("h").values()) == 50
    assert counting.filtered() == {"full": 30}


def test_a_day_whose_room_is_used_up_says_so_and_the_sums_stay(
    counting: Counting, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits.Visits.__init__, "__kwdefaults__", {"size": 128 * 1024})
    for number in range(1500):
        readers.view(number, by=f"10.{number % 200}.{number // 200}.1", agent=f"{BROWSER} {number}")
        if number % 100 == 99:
            counting.add()
    counted = sum(row[0] for row in counting.of("h").values())
    assert 0 < counted < 1500
    assert counting.filtered() == {"full": 1500 - counted}


def test_reads_need_time_that_has_passed(counting: Counting, readers: Readers, clock: Clock) -> None:
    for number in range(20):
        nonce = readers.view(by=f"203.0.{number}.1")
        readers.end(nonce, 600, 100, by=f"203.0.{number}.1")
        clock.now -= 100  # nor does a clock that is set back help
        readers.end(nonce, 600, 100, by=f"203.0.{number}.1")
    views, reads, seconds, _depth = counting.story()
    assert (views, reads, seconds) == (20, 0, 20 * int(caps.CLOCK_SLACK))


def test_appeals_have_caps_too(counting: Counting, readers: Readers, clock: Clock) -> None:
    for number in range(100):
        fields = {"p": page_token(12, 3), "n": f"view-{number}", "k": "click", "a": variant_token(5)}
        readers.send(fields, "203.0.113.7", BROWSER)
        readers.send({**fields, "n": f"other-{number}"}, f"203.0.113.{number + 8}", f"{BROWSER} {number}")
        clock.now += 5
    ((_seen, clicks, _closes),) = counting.of("a").values()
    assert clicks == caps.NETWORK_APPEALS
    assert counting.filtered()["visitor_cap"] == 100 - caps.VISITOR_APPEALS
