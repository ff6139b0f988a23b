"""Driving one address with wrk: 32 connections from one thread, as the other systems were measured."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass

CONNECTIONS = 32
SECONDS = 4
ROUNDS = 3
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Drive:
    """What one run gave: requests a second, latencies in milliseconds, and how many answers were not 2xx or 3xx."""

    rate: float
    p50: float
    p99: float
    longest: float
    failed: int


def drive(url: str, *headers: str, seconds: int = SECONDS) -> Drive:
    """Ask for `url` as fast as it answers, for `seconds`."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; on Debian and Ubuntu: apt install wrk")
    given = [part for header in headers for part in ("-H", header)]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *given, url]
    return read(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def read(text: str) -> Drive:
    """Read wrk's report."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    if rate is None:
        sys.exit(f"wrk said something unexpected:\n{text}")
    errors = sum(int(number) for number in sockets.groups()) if sockets else 0
    return Drive(
        float(rate[1]),
        _latency(text, r"50%\s+([\d.]+)(\w+)"),
        _latency(text, r"99%\s+([\d.]+)(\w+)"),
        _latency(text, r"Latency\s+\S+\s+\S+\s+([\d.]+)(us|ms|s|m)"),
        (int(failed[1]) if failed else 0) + errors,
    )


def _latency(text: str, pattern: str) -> float:
    found = re.search(pattern, text)
    return float(found[1]) * _UNITS[found[2]] if found else float("nan")


@dataclass(frozen=True)
class Comparison:
    """One address beside another, in turn: medians of the rounds, and the median of their ratios."""

    ours: float
    theirs: float
    ratio: float
    p99: float
    failed: int


def compare(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Comparison:
    """Drive `theirs` and `ours` (an address and headers each) in turn, several times."""
    pairs = [(drive(*theirs), drive(*ours)) for _ in range(ROUNDS)]
    return Comparison(
        statistics.median(mine.rate for _other, mine in pairs),
        statistics.median(other.rate for other, _mine in pairs),
        statistics.median(mine.rate / other.rate for other, mine in pairs),
        statistics.median(mine.p99 for _other, mine in pairs),
        sum(mine.failed for _other, mine in pairs),
    )
