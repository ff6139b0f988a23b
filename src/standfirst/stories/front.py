"""How a front page is filled: what editors pin stays, the rest is the latest; no story stands twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from standfirst.stories.models import Edition


def compose_front(edition: Edition) -> list[dict[str, Any]]:
    """Return the containers of `edition`'s front page from top to bottom, each with its stories."""
    raise NotImplementedError
