"""Who else knows a tier by its slug: layers above say so, and then the slug stays as it is."""

from __future__ import annotations

from collections.abc import Callable

Depends = Callable[[str], str]
"""Given a slug, says in a few words what depends on it, such as "3 stories"; "" when nothing does."""
_dependents: list[Depends] = []


def register(depends: Depends) -> None:
    """Ask `depends` from now on before a slug is changed."""
    if depends not in _dependents:
        _dependents.append(depends)


def dependents_of(slug: str) -> list[str]:
    """Return in words what depends on the tier `slug` outside membership."""
    return [words for words in (depends(slug) for depends in _dependents) if words]
