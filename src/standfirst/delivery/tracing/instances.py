"""Model instances that a rendering page makes from rows record their own keys."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_init

from standfirst.delivery import trace
from standfirst.delivery.tracing.declare import (
    Declaration,
    any_key,
    declaration_of,
    declarations,
    key_of,
    when_changed,
    when_declared,
)


def connect() -> None:
    """Watch the models that are declared already, and those that will be; called once when the app is ready."""
    for declared in declarations():
        watch(declared.model)
    when_declared(watch)


def watch(model: type[Model]) -> None:
    """Let instances of `model`, and of every model that inherits from it, record themselves."""
    for made in apps.get_models():
        if issubclass(made, model):
            post_init.connect(_made, sender=made, dispatch_uid=f"delivery.made.{made._meta.label}")


def declared_for(model: type[Model]) -> Declaration | None:
    """Return the declaration of `model`, or of the nearest model whose table it extends."""
    lineage = [model, *sorted(model._meta.get_parent_list(), key=lambda parent: -len(parent._meta.get_parent_list()))]
    found = (declaration_of(each._meta.db_table) for each in lineage)
    return next((declaration for declaration in found if declaration), None)


def _made(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    traced = trace.current()
    if traced is None:
        return
    naming = _naming(sender)
    if naming is None:
        return
    attribute, prefix, any_row = naming
    value = instance.__dict__.get(attribute)
    if value is not None:
        traced.keys.add(key_of(prefix, value))
    elif instance.pk is not None:  # a part whose owner was not fetched
        traced.keys.add(any_row)


@cache
def _naming(sender: type[Model]) -> tuple[str, str, str] | None:
    """Which attribute names a row, the prefix of its key, and the key of any row."""
    declared = declared_for(sender)
    if declared is None:
        return None
    column, prefix = next(iter(declared.keyed.items()))
    if column == declared.primary:
        return str(sender._meta.pk.attname), prefix, any_key(declared.table)
    field = next(field for field in declared.model._meta.local_concrete_fields if field.column == column)
    return field.attname, prefix, any_key(declared.table)


when_changed(_naming.cache_clear)
