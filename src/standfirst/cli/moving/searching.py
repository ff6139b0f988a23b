"""The search index of a newsroom that has just moved, built from nothing.

Wagtail's own command does the same with more work: it reads the text of a story anew for each of the columns it goes
into, counts past all earlier stories for each next thousand, and evens out the weights of headlines after each. See
`ObjectIndexer` and `PostgresIndex.add_items` in https://github.com/wagtail/django-modelsearch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

CHUNK = 500
TOLD_EVERY = 5_000
# Is told what is indexed, how many of it are done, and how many there are.
Progress = Callable[[str, int, int], None]


class Read:
    """One object as search sees it: its key and its fields, each of which is read from the object only once."""

    def __init__(self, found: Any) -> None:
        self.pk = found.pk
        self._fields = [_read_once(field, found) for field in found.get_search_fields()]

    def get_search_fields(self) -> list[Any]:
        """Return the fields; the object that their `get_value` is given does not matter."""
        return self._fields


def _read_once(field: Any, found: Any) -> Any:
    known: list[Any] = []

    def get_value(_object: Any) -> Any:
        if not known:
            known.append(field.get_value(found))
        return known[0]

    bound = copy(field)
    bound.get_value = get_value
    return bound


def build_search_index(progress: Progress) -> None:
    """Index all that Wagtail's search finds, in one transaction. The index must be empty before.

    A server beside the database holds the same before and after the move, and is left alone.
    """
    from django.db import transaction
    from wagtail.models import Page
    from wagtail.search.backends import get_search_backend
    from wagtail.search.index import get_indexed_models

    from standfirst.discovery.search.engines.wagtail import is_elsewhere

    if is_elsewhere():
        return
    # The databases' own search keeps one index for all models.
    index = get_search_backend().get_index_for_model(Page)
    even_out = index._refresh_title_norms
    index._refresh_title_norms = _leave_uneven
    with transaction.atomic():
        for model in get_indexed_models():
            _index_model(index, model, progress)
        even_out(full=True)


def _leave_uneven() -> None:
    """Stand in for evening out after each chunk, which would write every entry twice."""


def _index_model(index: Any, model: Any, progress: Progress) -> None:
    objects, done = model.get_indexed_objects(), 0
    for chunk in _chunks(objects):
        index.add_items(model, [Read(found) for found in chunk])
        before, done = done, done + len(chunk)
        if done // TOLD_EVERY > before // TOLD_EVERY:
            progress(str(model._meta.verbose_name_plural), done, objects.count())


def _chunks(objects: Any) -> Iterator[list[Any]]:
    """Give all of a query's objects, going on after the last key: counting past earlier rows takes ever longer."""
    last = None
    while chunk := list((objects if last is None else objects.filter(pk__gt=last)).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk
