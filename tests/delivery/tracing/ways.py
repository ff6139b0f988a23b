"""The ways of changing a newsroom, as the completeness tests try them one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from tests.delivery.tracing.paper import Paper

Action = Callable[[Paper], Any]


@dataclass(frozen=True)
class Way:
    """Something that somebody does. `shows`: whether any page looks different afterwards."""

    action: Action
    shows: bool

    @property
    def name(self) -> str:
        return self.action.__name__


class Ways(list[Way]):
    """Ways in their order: each finds the newsroom as those before it left it."""

    def change(self, action: Action) -> Action:
        """Register an action after which at least one page looks different."""
        self.append(Way(action, shows=True))
        return action

    def quiet(self, action: Action) -> Action:
        """Register an action that readers must not notice at all."""
        self.append(Way(action, shows=False))
        return action


def published(page: Any, **fields: Any) -> None:
    """Edit and publish as the editor's form does."""
    fresh = page.specific_class.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.save_revision().publish()


def sql(text: str, *params: Any) -> None:
    """Write by hand."""
    with connection.cursor() as cursor:
        cursor.execute(text, params)
