"""The option `search_url`: another server of search, in the words of Wagtail's backends."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

OWN = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# Each with the module of its client and what pip calls it; a client speaks to one major release.
# https://docs.wagtail.org/en/stable/topics/search/backends.html
CLIENTS = {
    "opensearch2": ("opensearchpy", "opensearch-py>=2,<3"),
    "opensearch3": ("opensearchpy", "opensearch-py>=3,<4"),
    "elasticsearch7": ("elasticsearch", "elasticsearch>=7,<8"),
    "elasticsearch8": ("elasticsearch", "elasticsearch>=8,<9"),
    "elasticsearch9": ("elasticsearch", "elasticsearch>=9,<10"),
}
PREFIX = "standfirst_"
TIMEOUT = 5
"""Seconds; a search that the server does not answer in time is answered by the database."""


def checked_search_url(value: str) -> str:
    """Return `value`. Raises ValueError unless it is empty or names a server whose client is installed."""
    if not value:
        return value
    kind, _, scheme = urlsplit(value).scheme.partition("+")
    if kind not in CLIENTS or scheme not in {"http", "https"} or not urlsplit(value).hostname:
        kinds = ", ".join(CLIENTS)
        raise ValueError(f"leave it empty, or write opensearch3+https://user:password@host:9200 (or {kinds})")
    module, package = CLIENTS[kind]
    if find_spec(module) is None:
        raise ValueError(f"its client is not installed: pip install '{package}'")
    return value


def search_backends(url: str) -> dict[str, Any]:
    """Return Wagtail's setting `WAGTAILSEARCH_BACKENDS` for a checked `url`."""
    if not url:
        return OWN
    kind, _, address = url.partition("+")
    host, _, path = address.partition("://")[2].partition("/")
    return {
        "default": {
            "BACKEND": f"wagtail.search.backends.{kind}",
            "URLS": [f"{address.partition('://')[0]}://{host}"],
            "INDEX_PREFIX": f"{path.strip('/')}_" if path.strip("/") else PREFIX,
            "TIMEOUT": TIMEOUT,
        }
    }
