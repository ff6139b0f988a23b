"""Reads parameters as Stripe's clients send them: `line_items[0][price_data][currency]=gel`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"[^\[\]]+")


def read(text: str) -> dict[str, Any]:
    """Return the nested dicts and lists that a form-encoded `text` means; every value is a text."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _put(found, _PART.findall(name), value, is_list=name.endswith("[]"))
    return {name: _lists(value) for name, value in found.items()}


def _put(into: dict[str, Any], parts: list[str], value: str, *, is_list: bool) -> None:
    for part in parts[:-1]:
        deeper = into.setdefault(part, {})
        into = deeper if isinstance(deeper, dict) else into
    if is_list:
        row = into.setdefault(parts[-1], {})
        row[str(len(row))] = value
    else:
        into[parts[-1]] = value


def _lists(value: Any) -> Any:
    """Dicts whose keys are 0, 1, 2 … are lists."""
    if not isinstance(value, dict):
        return value
    if value and list(value) == [str(number) for number in range(len(value))]:
        return [_lists(row) for row in value.values()]
    return {name: _lists(row) for name, row in value.items()}


def is_true(value: Any) -> bool:
    """Whether a parameter says yes."""
    return value in {True, "true", "True"}
