"""What counts: views, reads, depth and time of stories, and of appeals."""

from __future__ import annotations

from typing import Any

import pytest

from standfirst.counting import caps
from standfirst.counting.tokens import page_token, variant_token
from tests.counting.conftest import NOON, Clock, Counting
from tests.counting.sending import BROWSER, Readers

HOUR, SLOT = str(int(NOON // 3600)), str(int(NOON // 300))


def test_a_reader_views_and_reads_a_story(counting: Counting, readers: Readers, clock: Clock) -> None:
    nonce = readers.view(referrer="www.T.me", campaign="spring", device="phone")
    clock.now += 20
    readers.end(nonce, 18, 70)
    assert counting.sums() == {
        ("h", HOUR, "12", "3", "t.me", "spring", "phone"): (1, 1, 18, 70),
        ("s", SLOT, "12", "3", "t.me"): (1, 1),
        ("d", "3"): (1,),
    }
    assert set(readers.answers) == {"204 No Content"}


def test_what_is_seen_for_a_moment_is_a_view_and_no_read(counting: Counting, readers: Readers, clock: Clock) -> None:
    quick, shallow = readers.view(), readers.view()
    clock.now += 60
    readers.end(quick, caps.READ_SECONDS - 1, 100)
    readers.end(shallow, 40, caps.READ_DEPTH - 1)
    assert counting.story() == (2, 0, 49, 149)


def test_only_the_growth_of_several_ends_counts(counting: Counting, readers: Readers, clock: Clock) -> None:
    nonce = readers.view()
    clock.now += 30
    readers.end(nonce, 6, 30)
    counting.add()
    readers.end(nonce, 25, 80)
    readers.end(nonce, 25, 80)
    readers.end(nonce, 12, 40)
    assert counting.story() == (1, 1, 25, 80)
    assert counting.filtered() == {}


def test_time_and_reads_go_to_the_hour_in_which_they_happen(counting: Counting, readers: Readers, clock: Clock) -> None:
    nonce = readers.view()
    clock.now += 3600
    readers.end(nonce, 100, 100)
    rows = counting.of("h")
    assert rows[HOUR, "12", "3", "", "", ""] == (1, 0, 0, 0)
    assert rows[str(int(HOUR) + 1), "12", "3", "", "", ""] == (0, 1, 100, 100)


def test_a_front_page_is_viewed_and_never_read(counting: Counting, readers: Readers, clock: Clock) -> None:
    nonce = readers.view(story=0)
    clock.now += 60
    readers.end(nonce, 50, 100, story=0)
    assert counting.story(0) == (1, 0, 50, 0)


def test_nobody_reads_for_longer_than_since_he_came(counting: Counting, readers: Readers, clock: Clock) -> None:
    readers.end(readers.view(), 900, 100)
    assert counting.story() == (1, 0, int(caps.CLOCK_SLACK), 100)
    nonce = readers.view(14)
    clock.now += 10_000
    readers.end(nonce, 9_999, 100, story=14)
    assert counting.story(14) == (1, 1, caps.LONGEST_SECONDS, 100)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("t.me", "t.me"),
        ("www.facebook.com", "facebook.com"),
        ("ridgeline.example", "own"),
        ("www.ridgeline.example", "own"),
        ("", ""),
        ("localhost", ""),
        ("own", ""),
        ("undefined", ""),
        ("news.example:8443", "news.example"),
        ("a b.example", ""),
        ("x" * 100 + ".example", ""),
        ("<script>.example", ""),
        ("xn--80akhbyknj4f.example", "xn--80akhbyknj4f.example"),
    ],
)
def test_the_referrer_is_a_host_and_nothing_more(counting: Counting, readers: Readers, said: str, kept: str) -> None:
    readers.view(referrer=said)
    assert list(counting.of("s")) == [(SLOT, "12", "3", kept)]


def test_a_campaign_is_cut_and_holds_no_control_characters(counting: Counting, readers: Readers) -> None:
    readers.view(campaign="a\x1fb\n" + "é" * 100)
    ((_hour, _story, _edition, _referrer, campaign, _device),) = counting.of("h")
    assert campaign == ("a b " + "é" * 100)[:60]


@pytest.mark.parametrize(
    ("said", "kept"), [("spring%20time", "spring time"), ("undefined", ""), ("%FF%0a", "\ufffd"), ("%C3%A9", "é")]
)
def test_a_campaign_comes_as_it_stands_in_the_address(
    counting: Counting, readers: Readers, said: str, kept: str
) -> None:
    readers.view(campaign=said)
    assert [key[4] for key in counting.of("h")] == [kept]


@pytest.mark.parametrize(
    ("said", "kept"), [("0", "phone"), ("1", "tablet"), ("2", "desktop"), ("7", "desktop"), ("tablet", "tablet")]
)
def test_a_device_is_a_width(counting: Counting, readers: Readers, said: str, kept: str) -> None:
    readers.view(device=said)
    assert [key[5] for key in counting.of("h")] == [kept]


def test_an_unknown_device_is_not_known(counting: Counting, readers: Readers) -> None:
    readers.view(device="fridge")
    assert [key[5] for key in counting.of("h")] == [""]


def test_referrers_without_end_become_one(counting: Counting, readers: Readers) -> None:
    for number in range(caps.TOLD_APART + 5):
        readers.view(referrer=f"site{number}.example", by=f"203.0.{number}.7")
    rows = counting.of("s")
    assert len(rows) == caps.TOLD_APART + 1
    assert rows[SLOT, "12", "3", "other"] == (5, 0)


def test_unique_readers_are_counted_once_a_day_and_edition(counting: Counting, readers: Readers) -> None:
    for by, agent, edition in [
        ("203.0.113.7", BROWSER, 3),
        ("203.0.113.7", BROWSER, 3),
        ("203.0.113.7", f"{BROWSER} x", 3),
        ("203.0.113.8", BROWSER, 3),
        ("203.0.113.8", BROWSER, 4),
        ("2001:db8::1", BROWSER, 4),
    ]:
        readers.view(by=by, agent=agent, edition=edition)
    assert counting.of("d") == {("3",): (3,), ("4",): (2,)}


def test_the_image_counts_a_view_where_no_script_runs(counting: Counting, readers: Readers, clock: Clock) -> None:
    (image,) = readers.image()
    assert image.startswith(b"GIF89a")
    readers.image()
    readers.image(14)
    readers.image(by="203.0.113.8")
    assert counting.story() == (2, 0, 0, 0)
    assert counting.story(14) == (1, 0, 0, 0)
    clock.now += 300
    readers.image()
    assert counting.story() == (3, 0, 0, 0)
    assert counting.filtered() == {"replayed": 1}


def test_appeals_are_seen_clicked_and_closed(counting: Counting, readers: Readers) -> None:
    def send(kind: str, nonce: str = "appeal-1", **more: Any) -> None:
        fields = {"p": page_token(12, 3), "n": nonce, "k": kind, "a": variant_token(5), **more}
        readers.send(fields, "203.0.113.7", BROWSER)

    send("seen")
    send("seen")
    send("click")
    send("close", "appeal-2")
    send("seen", "appeal-3", a=variant_token(6))
    send("seen", "appeal-4", a="v6.AAAAAAAAAAAAAAAA")
    send("seen", "appeal-5", p=page_token(0, 3))
    assert counting.of("a") == {
        (HOUR, "5", "12"): (1, 1, 1),
        (HOUR, "6", "12"): (1, 0, 0),
        (HOUR, "5", "0"): (1, 0, 0),
    }
    assert counting.filtered() == {"replayed": 1, "forged": 1}
    assert counting.story() == (0, 0, 0, 0)
