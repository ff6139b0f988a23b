"""The store of this process: one for its settings, none where there is to be none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from standfirst.config.options import Options
from standfirst.delivery.store import PageStore, current


@pytest.fixture(autouse=True)
def let_go(settings: Any) -> Iterator[None]:
    yield
    settings.PAGE_STORE = None
    assert current() is None


def test_there_is_none_without_a_folder(settings: Any) -> None:
    assert settings.PAGE_STORE is None
    assert current() is None


def test_it_is_opened_once(settings: Any, folder: Path) -> None:
    settings.PAGE_STORE, settings.PAGE_STORE_BYTES, settings.RELEASE = folder, 1 << 24, "r7"
    store = current()

    assert isinstance(store, PageStore)
    assert (store.folder, store.size, store.release) == (folder, 1 << 24, "r7")
    assert not store.state().lost
    assert current() is store


def test_other_settings_are_another_store(settings: Any, tmp_path: Path) -> None:
    settings.PAGE_STORE, settings.PAGE_STORE_BYTES = tmp_path / "1.lmdb", 1 << 24
    first = current()
    settings.PAGE_STORE = tmp_path / "2.lmdb"
    second = current()

    assert first is not None
    assert second is not None
    assert second.folder == tmp_path / "2.lmdb"
    assert first._opened is None
    assert second.state().identity != 0


def test_the_size_has_a_default(settings: Any, folder: Path) -> None:
    settings.PAGE_STORE = folder
    del settings.PAGE_STORE_BYTES
    store = current()

    assert store is not None
    assert store.size == Options().page_store_mb * 1024 * 1024
