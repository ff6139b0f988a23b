from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from standfirst.delivery.actions.revoke_access import revoke_access
from standfirst.delivery.models import Purge
from standfirst.delivery.purging.follower import Follower
from standfirst.delivery.store import PageStore, current

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> Iterator[PageStore]:
    settings.PAGE_STORE = tmp_path / "pages.lmdb"
    settings.PAGE_STORE_BYTES = 64 * 1024 * 1024
    store = current()
    assert store is not None
    yield store
    settings.PAGE_STORE = None
    current()


def test_access_ends_at_the_commit(store: PageStore) -> None:
    before = store.state().sequence
    with transaction.atomic():
        revoke_access(subject="m-1")
        assert store.revoked_at("m-1") is None
    row = Purge.objects.latest("pk")
    assert store.revoked_at("m-1") == pytest.approx(row.created.timestamp(), abs=5)
    assert store.revoked_at("m-2") is None
    assert store.state().sequence > before  # what a process remembers of tokens is looked at again


def test_access_that_was_not_ended_after_all_goes_on(store: PageStore) -> None:
    with transaction.atomic():
        revoke_access(subject="m-1")
        transaction.set_rollback(True)
    assert store.revoked_at("m-1") is None


def test_another_node_hears_of_it(store: PageStore, tmp_path: Path) -> None:
    other = PageStore(tmp_path / "other.lmdb", size=64 * 1024 * 1024, release="testing")
    follower = Follower(other, other.folder)
    follower.look()
    revoke_access(subject="m-1")
    follower.look()
    assert other.revoked_at("m-1") == Purge.objects.latest("pk").created.timestamp()
    other.close()


def test_a_store_that_begins_empty_learns_what_was_revoked(store: PageStore, tmp_path: Path) -> None:
    revoke_access(subject="m-1")
    empty = PageStore(tmp_path / "empty.lmdb", size=64 * 1024 * 1024, release="testing")
    Follower(empty, empty.folder).look()
    assert empty.revoked_at("m-1") is not None
    empty.close()
