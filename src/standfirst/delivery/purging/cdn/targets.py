"""From changed dependency keys to what a service is told: keys, or addresses."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from standfirst.delivery.edge.asked import uri
from standfirst.delivery.purging.cdn.keys import to_purge
from standfirst.delivery.purging.cdn.service import Service

MOST = 1000
"""More keys or addresses than this at once, and the service is told to forget everything instead."""


class Dependants(Protocol):
    """The part of the page store that is needed here."""

    def stored_with(self, key: str) -> list[bytes]:
        """The page keys of what depends on a dependency key."""


def targets_of(keys: Collection[str], service: Service, store: Dependants) -> list[str] | None:
    """What to tell `service` after `keys` changed, or `None` for everything.

    By address this reaches what the store knows of now. A fragment stands on pages nobody can list, so that its change
    is one of everything where the service can forget that; elsewhere such pages end with their short lifetime.
    """
    if service.ability.by_key:
        found = to_purge(keys)
    else:
        pages = {page for key in keys for page in store.stored_with(key)}
        addresses = {page_address(page) for page in pages}
        if "" in addresses and service.ability.forgets_everything:
            return None
        found = [f"{host}{address}" for address in sorted(addresses - {""}) for host in service.hosts]
    if len(found) <= MOST:
        return found
    return None if service.ability.forgets_everything else found[:MOST]


def page_address(page: bytes) -> str:
    """Path and query of a page by its key in the store (`edge.asked.Asked.key`), "" for what is no page of its own."""
    name = page.partition(b"\0")[0].decode("latin-1")
    path, _mark, query = name.partition("?")
    return uri(path, query) if path.startswith("/") else ""
