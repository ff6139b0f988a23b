"""Which declared models a row of a shared table belongs to (multi-table inheritance), by its content type."""

from __future__ import annotations

from functools import cache

from django.db.models import Model

from standfirst.delivery.trace import untraced
from standfirst.delivery.tracing.declare import Declaration, declaration_of, when_changed


def declared_kinds(kind: int, parent: Declaration) -> tuple[Declaration, ...]:
    """Return the declared models below `parent` that the content type `kind` names, none when it names no model."""
    from django.contrib.contenttypes.models import ContentType  # engines are loaded before models are

    try:
        with untraced():
            named = ContentType.objects.get_for_id(kind).model_class()
    except ContentType.DoesNotExist:
        return ()
    return _below(named, parent.table) if named else ()


@cache
def _below(named: type[Model], table: str) -> tuple[Declaration, ...]:
    lineage = [named, *named._meta.get_parent_list()]
    found = (declaration_of(each._meta.db_table) for each in lineage)
    return tuple(declared for declared in found if declared and declared.table != table)


when_changed(_below.cache_clear)
