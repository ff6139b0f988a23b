"""Sends invented visits as beacons to a newsroom that is served on this machine; see `bench.traffic`."""

from __future__ import annotations

import heapq
import http.client
import itertools
import queue
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

from django.utils import timezone

from standfirst.counting import caps
from standfirst.counting.models import Filtered, StoryHour
from standfirst.counting.tokens import page_token
from standfirst.demo.traffic.newsroom import world_of
from standfirst.demo.traffic.visits import Visit, Who, visits
from standfirst.demo.traffic.world import Attack

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
SENDERS = 8
HELD = 10.0
"""Seconds between a view and its end: counting believes no longer reading than it has seen pass."""
PATIENCE = 15.0
"""Seconds that what was sent may take to come to the database."""
AN_EVENING = datetime(2025, 4, 28, 17, tzinfo=UTC)
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:138.0) Gecko/20100101 Firefox/138.0",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/135.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 "
    "Mobile/15E148 Safari/604.1",
)
ROBOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/135.0.0.0 Safari/537.36",
    "python-requests/2.32",
)


@dataclass(order=True, frozen=True)
class Sending:
    """One beacon: when it is due (seconds from the beginning), what it says, and as whom."""

    due: float
    number: int
    body: bytes = field(compare=False)
    headers: dict[str, str] = field(compare=False)


def replay(url: str, seconds: int, views: int, seed: int) -> int:
    """Send an evening hour's visits within `seconds`, then compare; return the exit status."""
    site = urlsplit(url)
    if site.scheme != "http" or site.hostname not in LOOPBACK:
        sys.exit(
            f"{url!r} is not on this machine: give an address like http://127.0.0.1:8000. "
            "Sites with readers are left alone."
        )
    found, attacked = an_evening(views, seed)
    before, filtered = counted(), hits_filtered()
    sendings = schedule(found, seconds, site.netloc)
    print(f"{len(found)} visits, {len(sendings)} beacons within {seconds} s …", flush=True)
    answers = send(site.hostname or "", site.port or 80, sendings)
    print(f"answers: {dict(answers)}")
    return 0 if answers.keys() == {204} and agrees(found, attacked, before, filtered) else 1


def an_evening(views: int, seed: int) -> tuple[list[Visit], int]:
    """The first so many visits of one hour in the evening, with an attack in it; and the story that is attacked."""
    end = AN_EVENING + timedelta(hours=1)
    start = AN_EVENING - timedelta(days=8)
    world = world_of(start, end, views_a_day=views * 20, viral_views=0, attack_beacons=0, seed=seed)
    if len(world.stories) < 3:
        sys.exit("The newsroom has fewer than three public stories: publish some, or take the demo's home.")
    attacked = world.stories[-1].story
    world = replace(world, viral=None, attack=Attack(attacked, AN_EVENING, max(240, views // 2)))
    whole = list(visits(world, AN_EVENING, end))
    step = max(1, len(whole) // views)
    return sorted(whole[::step][:views], key=lambda visit: visit.at), attacked


def schedule(found: list[Visit], seconds: int, host: str) -> list[Sending]:
    """All beacons in the order in which they are due; the views come in all but the last seconds."""
    first, last = found[0].at, found[-1].at
    pace = (seconds - HELD - 2) / max(1.0, (last - first).total_seconds())
    numbers = itertools.count()
    made = (
        Sending((visit.at - first).total_seconds() * pace + later, next(numbers), urlencode(said).encode(), headers)
        for at, visit in enumerate(found)
        for later, said, headers in _beacons(at, visit, host)
    )
    return sorted(made)


def _beacons(at: int, visit: Visit, host: str) -> Iterator[tuple[float, dict[str, object], dict[str, str]]]:
    """What the page's script would send for one visit: seconds after its view, what it says, headers."""
    nonce, token = f"replay-{time.time_ns():x}-{at}", page_token(visit.story, visit.edition)
    if visit.who is Who.ATTACKER and visit.visitor % 3 == 1:
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    if visit.who is Who.ATTACKER and visit.visitor % 3 == 2:
        nonce = "the-same-again"
    referrer = host if visit.referrer == "own" else visit.referrer
    said = {"p": token, "n": nonce}
    headers = _headers(visit, host)
    yield 0.0, {**said, "k": "view", "r": referrer, "c": visit.campaign, "d": visit.device}, headers
    yield HELD, {**said, "k": "end", "s": visit.depth, "t": min(visit.seconds, int(HELD) + 1)}, headers


def _headers(visit: Visit, host: str) -> dict[str, str]:
    agents = ROBOTS if visit.who is Who.ROBOT else BROWSERS
    if visit.who is Who.ATTACKER:
        address = f"203.0.113.{visit.visitor % 250 + 1}"
    else:
        place = visit.visitor * 2654435761 % 2**17
        address = f"198.{18 + place // 65536}.{place // 256 % 256}.{place % 256}"
    silent = {"DNT": "1"} if visit.who is Who.SILENT else {}
    return {
        "Host": host,
        "User-Agent": agents[visit.visitor % len(agents)],
        "Accept-Language": "en",
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": address,
        **silent,
    }


def send(host: str, port: int, sendings: list[Sending]) -> Counter[int]:
    """Send each when it is due; return how often each status was answered (0: no answer)."""
    waiting: queue.Queue[Sending | None] = queue.Queue()
    answers: Counter[int] = Counter()
    lock = threading.Lock()

    def work() -> None:
        link = http.client.HTTPConnection(host, port, timeout=10)
        while (sending := waiting.get()) is not None:
            status = _send(link, sending)
            with lock:
                answers[status] += 1
        link.close()

    senders = [threading.Thread(target=work) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    began, ahead = time.monotonic(), list(sendings)
    heapq.heapify(ahead)
    while ahead:
        sending = heapq.heappop(ahead)
        time.sleep(max(0.0, began + sending.due - time.monotonic()))
        waiting.put(sending)
    for _sender in senders:
        waiting.put(None)
    for sender in senders:
        sender.join()
    return answers


def _send(link: http.client.HTTPConnection, sending: Sending) -> int:
    """Send once, and once more when the server closed the idle connection: a beacon taken twice counts once."""
    for _try in range(2):
        try:
            link.request("POST", "/reads/", sending.body, sending.headers)
            answer = link.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            link.close()
        else:
            return answer.status
    return 0


def counted() -> Counter[tuple[int, str]]:
    """Views and reads of every story in the database, by everybody who counted."""
    rows = StoryHour.objects.filter(story_id__gt=0).by("story_id")
    return Counter({(row["story_id"], name): row[name] for row in rows for name in ("views", "reads")})


def hits_filtered() -> int:
    """Beacons that were filtered, by everybody who counted."""
    return sum(Filtered.objects.values_list("hits", flat=True))


def agrees(found: list[Visit], attacked: int, before: Counter[tuple[int, str]], filtered: int) -> bool:
    """Wait until the counts have come; print and return whether they are those of the readers."""
    wanted: Counter[tuple[int, str]] = Counter()
    for visit in found:
        if visit.story and visit.is_counted:
            wanted[visit.story, "views"] += 1
            wanted[visit.story, "reads"] += visit.is_read
    honest = {key: number for key, number in wanted.items() if key[0] != attacked and number}
    until = time.monotonic() + PATIENCE
    while True:
        came = counted()
        came.subtract(before)
        others = {key: number for key, number in came.items() if key[0] != attacked and number}
        if others == honest or time.monotonic() > until:
            break
        time.sleep(0.5)
    wrong = sorted(key for key in {*honest, *others} if honest.get(key) != others.get(key))
    for key in wrong[:20]:
        print(f"story {key[0]}: {others.get(key, 0)} {key[1]} counted, {honest.get(key, 0)} sent")
    lifted = came[attacked, "reads"] - wanted[attacked, "reads"]
    stories = len({key[0] for key in others})
    print(f"{sum(others.values())} views and reads of {stories} stories counted, {len(wrong)} figures wrong")
    print(f"{hits_filtered() - filtered} beacons filtered, at {timezone.now():%H:%M:%S}")
    print(f"the attack added {lifted} reads; the cap is {caps.NETWORK_READS} an hour")
    return not wrong and 0 <= lifted <= caps.NETWORK_READS
