"""How the same thing is found again: by names that are derived from its key, never by chance."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from wagtail.models import Page

_NAMESPACE = UUID("5b0d4f1e-2f0c-4d5e-9b3a-7c1d0a8e6f42")


def name(kind: str, key: str) -> UUID:
    """Return the identifier of one thing of the demo; pages use it to join translations."""
    return uuid5(_NAMESPACE, f"{kind}:{key}")


def find(model: type[Page], kind: str, key: str, language: str) -> Any:
    """Return the page that an earlier run made, or `None`."""
    return model.objects.filter(translation_key=name(kind, key), locale__language_code=language).first()
