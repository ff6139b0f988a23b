from __future__ import annotations

from tests.money.conftest import plain

__all__ = ["plain"]
