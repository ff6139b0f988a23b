"""What does not count, and why."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from standfirst.counting.intake import LONGEST_BODY, Intake
from standfirst.counting.robots import DataCentres, read_data_centres
from standfirst.counting.tokens import page_token
from tests.counting.conftest import Clock, Counting
from tests.counting.sending import BROWSER, PHONE, Readers

GOOD = {"p": page_token(12, 3), "n": "nonce", "k": "view"}


@pytest.mark.parametrize(
    ("fields", "headers", "reason"),
    [
        ({}, {"HTTP_DNT": "1"}, "asked_not"),
        ({}, {"HTTP_SEC_GPC": "1"}, "asked_not"),
        ({}, {"HTTP_SEC_FETCH_SITE": "cross-site"}, "elsewhere"),
        ({}, {"HTTP_SEC_FETCH_SITE": "same-site"}, "elsewhere"),
        ({}, {"HTTP_SEC_FETCH_SITE": None, "HTTP_ORIGIN": "https://elsewhere.example"}, "elsewhere"),
        ({}, {"HTTP_SEC_FETCH_SITE": None, "HTTP_ORIGIN": "null"}, "elsewhere"),
        (
            {},
            {
                "HTTP_SEC_FETCH_SITE": None,
                "HTTP_ORIGIN": "http://[",
            },
            "elsewhere",
        ),
        ({}, {"REQUEST_METHOD": "PUT"}, "malformed"),
        ({}, {"CONTENT_LENGTH": ""}, "malformed"),
        ({}, {"CONTENT_LENGTH": None}, "malformed"),
        ({}, {"CONTENT_LENGTH": "-1"}, "malformed"),
        ({}, {"CONTENT_LENGTH": str(LONGEST_BODY + 1)}, "malformed"),
        ({}, {"REMOTE_ADDR": ""}, "malformed"),
        ({"n": ""}, {}, "malformed"),
        ({"n": "x" * 65}, {}, "malformed"),
        ({"n": "a b c d"}, {}, "malformed"),
        ({"k": "hover"}, {}, "malformed"),
        ({"k": "end", "s": "50"}, {}, "malformed"),
        ({"k": "end", "s": "-5", "t": "9"}, {}, "malformed"),
        ({"k": "end", "s": "5", "t": "1e9"}, {}, "malformed"),
        ({f"x{number}": "1" for number in range(9)}, {}, "malformed"),
        ({"p": "12.3.AAAAAAAAAAAAAAAA"}, {}, "forged"),
        ({"p": page_token(12, 3).replace("12.", "13.", 1)}, {}, "forged"),
        ({"p": ""}, {}, "forged"),
        ({"k": "seen", "a": ""}, {}, "forged"),
        ({"k": "end", "s": "50", "t": "20"}, {}, "no_view"),
    ],
)
def test_is_filtered(
    counting: Counting, readers: Readers, fields: dict[str, str], headers: dict[str, Any], reason: str
) -> None:
    readers.send({**GOOD, **fields}, "203.0.113.7", BROWSER, **headers)
    assert counting.filtered() == {reason: 1}
    assert [key for key in counting.sums() if key[0] != "f"] == []
    assert readers.answers == ["204 No Content"]


def test_bytes_that_are_no_text_are_filtered(counting: Counting, readers: Readers) -> None:
    for body in (b"\xff\xfe&p=%ff%fe", b"p=%00", b"&&&&"):
        readers.send(GOOD, "203.0.113.7", BROWSER, CONTENT_LENGTH=str(len(body)), **{"wsgi.input": io.BytesIO(body)})
    assert counting.filtered() == {"malformed": 3}


@pytest.mark.parametrize(
    "agent",
    [
        "curl/8.5.0",
        "python-requests/2.32",
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0 Safari/537.36",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
        f"Mozilla/5.0 {'x' * 500}",
    ],
)
def test_robots_are_no_readers(counting: Counting, readers: Readers, agent: str) -> None:
    readers.view(agent=agent)
    readers.image(agent=agent)
    assert counting.filtered() == {"robot": 2}
    assert counting.story() == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "headers",
    [{"HTTP_ACCEPT_LANGUAGE": None}, {"HTTP_SEC_CH_UA": '"HeadlessChrome";v="126"'}, {"HTTP_USER_AGENT": None}],
)
def test_headers_that_no_reader_sends_are_a_robots(
    counting: Counting, readers: Readers, headers: dict[str, Any]
) -> None:
    readers.view(**headers)
    assert counting.filtered() == {"robot": 1}


@pytest.mark.parametrize(
    "agent",
    [
        BROWSER,
        PHONE,
        "Mozilla/5.0 (Linux; Android 10; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14; SM-A546E; wv) AppleWebKit/537.36 Version/4.0 Chrome/126 Mobile Safari/537.36 "
        "Instagram 336.0.0.35.90 Android",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 YaBrowser/24.6 Safari/537.36",
    ],
)
def test_readers_are_no_robots(counting: Counting, readers: Readers, agent: str) -> None:
    readers.view(agent=agent)
    assert counting.story() == (1, 0, 0, 0)


def test_a_beacon_that_is_sent_again_counts_once(counting: Counting, readers: Readers, clock: Clock) -> None:
    nonce = readers.view()
    readers.view(nonce=nonce)
    counting.add()
    readers.view(nonce=nonce)
    readers.view(14, nonce=nonce)
    assert counting.story() == (1, 0, 0, 0)
    assert counting.story(14) == (0, 0, 0, 0)
    clock.now += 30
    readers.end(nonce, 20, 90, story=14)
    assert counting.filtered() == {"replayed": 3, "forged": 1}


def test_networks_that_were_listed_hold_no_readers(counting: Counting, tmp_path: Path) -> None:
    file = tmp_path / "data-centres.txt"
    file.write_text("# hosting\n203.0.113.0/24\n2001:db8::/32 # more\nnonsense\n198.51.100.9\n")
    readers = Readers(Intake(counting.counter, data_centres=read_data_centres(file)))
    for by in ("203.0.113.255", "2001:db8:ffff::1", "198.51.100.9", "::ffff:203.0.113.1"):
        readers.view(by=by)
    for by in ("203.0.112.255", "203.0.114.0", "2001:db9::1", "198.51.100.8"):
        readers.view(by=by)
    assert counting.filtered() == {"data_centre": 4}
    assert counting.story() == (4, 0, 0, 0)


def test_without_a_list_no_network_is_a_data_centre(tmp_path: Path) -> None:
    assert isinstance(read_data_centres(tmp_path / "missing.txt"), DataCentres)


def test_behind_a_proxy_the_address_is_the_one_that_it_appended(counting: Counting) -> None:
    readers = Readers(Intake(counting.counter, address_key="HTTP_X_FORWARDED_FOR"))
    for said in ("1.1.1.1, 198.51.100.1", "2.2.2.2, 198.51.100.1", "198.51.100.1"):
        readers.view(HTTP_X_FORWARDED_FOR=said)
    readers.view(HTTP_X_FORWARDED_FOR="1.1.1.1, 198.51.100.1, ::ffff:10.0.0.3, 127.0.0.1")
    assert counting.of("d") == {("3",): (1,)}
    readers.view(HTTP_X_FORWARDED_FOR="198.51.100.1, 198.51.100.2")
    assert counting.of("d") == {("3",): (2,)}


def test_readers_within_the_same_network_are_told_apart_by_the_last_address(counting: Counting) -> None:
    readers = Readers(Intake(counting.counter, address_key="HTTP_X_FORWARDED_FOR"))
    readers.view(HTTP_X_FORWARDED_FOR="192.168.1.5, 10.0.0.1")
    readers.view(HTTP_X_FORWARDED_FOR="192.168.1.6, 10.0.0.1")
    readers.view(HTTP_X_FORWARDED_FOR="10.0.0.2")
    assert counting.of("d") == {("3",): (2,)}


@pytest.mark.parametrize("said", ["unknown", "198.51.100.1,", "nonsense, 127.0.0.1", "198.51.100.1:443"])
def test_a_proxy_that_names_no_address_is_malformed(counting: Counting, said: str) -> None:
    readers = Readers(Intake(counting.counter, address_key="HTTP_X_FORWARDED_FOR"))
    readers.view(HTTP_X_FORWARDED_FOR=said)
    assert counting.filtered() == {"malformed": 1}


def test_what_a_client_says_of_its_address_counts_for_nothing_without_a_proxy(
    counting: Counting, readers: Readers
) -> None:
    readers.view(HTTP_X_FORWARDED_FOR="198.51.100.1")
    readers.view(HTTP_X_FORWARDED_FOR="198.51.100.2")
    assert counting.of("d") == {("3",): (1,)}
