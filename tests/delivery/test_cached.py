"""The cache in the database: it keeps, shares and forgets, and reading it is no dependency of a page."""

from __future__ import annotations

import pytest
from django.core.cache.backends.base import BaseCache

from standfirst.delivery.cached import SharedCache
from standfirst.delivery.trace import tracing

pytestmark = pytest.mark.django_db


def _cache() -> BaseCache:
    """The cache as one process sees it."""
    return SharedCache("delivery_cachedvalue", {})


def test_what_one_process_keeps_another_finds_until_it_is_deleted() -> None:
    _cache().set("roots", ["/en/"], 60)
    assert _cache().get("roots") == ["/en/"]
    assert _cache().has_key("roots")
    _cache().delete("roots")
    assert _cache().get("roots", "none") == "none"


def test_what_has_expired_is_not_found() -> None:
    _cache().set("attempts", 3, -1)
    assert _cache().get("attempts") is None


def test_a_page_that_reads_the_cache_depends_on_nothing_by_it() -> None:
    _cache().set("roots", ["/en/"], 60)
    with tracing() as trace:
        assert _cache().get("roots") == ["/en/"]
        assert _cache().has_key("roots")
    assert trace.keys == set()
    assert trace.fresh_until is None
