"""Whom to forget, and who else forgets them: what the layers above keep of a person is theirs to take out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from standfirst.membership.models import Member


@dataclass(frozen=True)
class Person:
    """Whom to forget: the member, and every address that was theirs."""

    member: Member
    emails: frozenset[str]


Forgets = Callable[[Person], None]
_others: list[Forgets] = []


def also_forget(forgets: Forgets) -> None:
    """Call `forgets` with whoever is forgotten, in the transaction in which it happens, before the member's row is."""
    if forgets not in _others:
        _others.append(forgets)


def tell_others(person: Person) -> None:
    """Let everybody who registered forget `person`. Raises what they raise; then nobody has forgotten anything."""
    for forgets in _others:
        forgets(person)
