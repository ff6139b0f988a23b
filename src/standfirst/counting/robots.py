"""Who is no reader: by a maintained list of robots, by what headless browsers and programs say, by network."""

from __future__ import annotations

import ipaddress
import logging
import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from crawleruseragents import is_crawler

from standfirst.delivery.edge.addresses import Address

logger = logging.getLogger(__name__)

LONGEST_AGENT = 400
"""Letters of a user agent that are looked at: a longer one is no browser's, and would only cost time."""
AGENTS_REMEMBERED = 4096
# The list names crawlers. These are browsers that nobody looks at, and programs that only look like one. Cubot makes
# telephones.
_UNATTENDED = re.compile(
    r"headless|phantomjs|slimerjs|puppeteer|playwright|selenium|webdriver|cypress|splash|lighthouse"
    r"|prerender|preview|monitor|uptime|(?<!cu)bot\b|crawl|spider|https?://|@",
    re.IGNORECASE,
)
_BROWSER = re.compile(r"Mozilla/|Opera/")


def is_robot(environ: dict[str, Any]) -> bool:
    """Whether the headers of a request are those of a robot or of a browser without a reader.

    Every browser says what it is and which languages its reader has.
    """
    agent = environ.get("HTTP_USER_AGENT", "")
    if not agent or len(agent) > LONGEST_AGENT or not environ.get("HTTP_ACCEPT_LANGUAGE"):
        return True
    return "Headless" in environ.get("HTTP_SEC_CH_UA", "") or _is_robot(agent)


@lru_cache(maxsize=AGENTS_REMEMBERED)
def _is_robot(agent: str) -> bool:
    return not _BROWSER.match(agent) or _UNATTENDED.search(agent) is not None or is_crawler(agent)


class DataCentres:
    """Networks that no reader sits in, from a file with one network a line; `#` begins a comment."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._ranges: dict[int, tuple[list[int], list[int]]] = {}
        for version in (4, 6):
            parsed = (ipaddress.ip_network(network, strict=False) for network in networks)
            of_version = [network for network in parsed if network.version == version]
            merged = sorted(ipaddress.collapse_addresses(of_version))  # type: ignore[type-var]
            starts = [int(network.network_address) for network in merged]
            self._ranges[version] = starts, [int(network.broadcast_address) for network in merged]

    def __contains__(self, address: Address) -> bool:
        starts, ends = self._ranges[address.version]
        position = bisect_right(starts, int(address)) - 1
        return position >= 0 and int(address) <= ends[position]


def read_data_centres(file: Path) -> DataCentres:
    """Read the networks in `file`; none when there is no file, and those lines left out that are no network."""
    if not file.exists():
        return DataCentres()
    good: list[str] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            logger.warning("%s, line %d: %r is no network; write one like 203.0.113.0/24", file.name, number, text)
            continue
        good.append(text)
    return DataCentres(good)
