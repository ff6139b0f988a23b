"""Pages that would never be made anew are found before anybody reads one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db.backends.sqlite3.base import DatabaseWrapper

from standfirst.delivery import checks
from standfirst.delivery.checks import check_engine


class Connections:
    """Django's own engine."""

    def __getitem__(self, alias: str) -> DatabaseWrapper:
        return DatabaseWrapper({"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}, alias)


@pytest.fixture
def on_djangos_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "connections", Connections())


def test_a_page_store_beside_another_engine_is_an_error(on_djangos_own: None, settings: Any, tmp_path: Path) -> None:
    settings.PAGE_STORE = tmp_path

    (error,) = [found for found in run_checks() if found.id == "delivery.E001"]

    assert "'django.db.backends.sqlite3'" in error.msg
    assert error.hint is not None
    assert "standfirst.delivery.engines.sqlite3" in error.hint


def test_without_a_page_store_any_engine_will_do(on_djangos_own: None, settings: Any) -> None:
    settings.PAGE_STORE = None

    assert check_engine(None) == []


def test_our_own_engine_is_no_error(settings: Any, tmp_path: Path) -> None:
    settings.PAGE_STORE = tmp_path

    assert check_engine(None) == []
