"""The edge in front of the real Django, within a test's own transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import DEFAULT_DB_ALIAS, connections

from standfirst.delivery.edge.application import Edge, Plan
from standfirst.delivery.purging import hearing
from standfirst.delivery.store import PageStore
from tests.connections import connection_kept


@dataclass(frozen=True)
class Question:
    """What Django was asked for: a page in one of its forms, or a fragment of pages with what it is of."""

    path: str
    variant: str = ""
    fragment: str = ""


class Django:
    """Django, and what it was asked for; in whatever thread the edge renders, it sees the test's own transaction."""

    def __init__(self) -> None:
        self.django = WSGIHandler()
        self.asked: list[Question] = []
        self.connection = connections[DEFAULT_DB_ALIAS]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        wanted = json.loads(environ.get("standfirst.fragment", "{}"))
        fragment = f"{wanted['name']} {wanted['of']}".strip() if wanted else ""
        self.asked.append(Question(environ["PATH_INFO"], environ.get("standfirst.variant", ""), fragment))
        connections[DEFAULT_DB_ALIAS] = self.connection
        return self.django(environ, start_response)


@contextmanager
def open_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PageStore]:
    """Give a page store of a node that is the only one."""
    monkeypatch.setattr(hearing, "is_shared", lambda: False)
    kept = PageStore(folder / "pages.lmdb", size=64 * 1024 * 1024, release="r1")
    yield kept
    kept.close()


@contextmanager
def open_django() -> Iterator[Django]:
    """Give a Django whose connection all threads may use."""
    found = Django()
    found.connection.inc_thread_sharing()
    with connection_kept():
        yield found
    found.connection.dec_thread_sharing()


@contextmanager
def open_edge(django: Django, store: PageStore) -> Iterator[Edge]:
    """Give the edge in front of both; its threads end with it."""
    plan = Plan(
        base_url="http://testserver",
        hosts=["testserver"],
        release="r1",
        secrets=["secret"],
        lock_file=store.folder / "renderings",
    )
    edge = Edge(django, plan, lambda: store)
    yield edge
    edge.pulse.stop()
    edge.pages.current.flights.finish()
