"""Declarations that cannot be meant are refused, and keys stay plain and short."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group, Permission

from standfirst.delivery.tracing import declare as module
from standfirst.delivery.tracing.declare import LONGEST_KEY, declaration_of, declare, is_left_out, key_of, leave_out


@pytest.fixture
def declarations() -> Iterator[None]:
    """Gives back what was declared before."""
    declared, left_out = dict(module._declared), set(module._left_out)
    yield
    module._declared.clear()
    module._declared.update(declared)
    module._left_out.clear()
    module._left_out.update(left_out)
    module._changed()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Say how a row of Permission is named: give `row` or `owner`."),
        ({"row": "permission", "columns": {"league": "league"}}, "Permission has no column 'league'; its own are"),
        ({"row": "permission", "unseen": ["notes"]}, "Permission has no column 'notes'"),
        ({"row": "permission", "coarse": {"visits": bool}}, "Permission has no column 'visits'"),
        ({"row": "permission", "kind": "kind_id"}, "Permission has no column 'kind_id'"),
        ({"owner": {"content_type": "type"}}, "Permission has no column 'content_type'"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], said: str, declarations: None) -> None:
    with pytest.raises(ValueError, match="Permission") as refusal:
        declare(Permission, **given)

    assert said in str(refusal.value)
    assert declaration_of("auth_permission") is None


def test_the_narrowest_key_comes_first(declarations: None) -> None:
    declare(Permission, owner={"content_type_id": "type"}, columns={"codename": "code"})

    declared = declaration_of("auth_permission")
    assert declared is not None
    assert list(declared.keyed.items()) == [("content_type_id", "type"), ("codename", "code")]
    assert declared.keys_of({"codename": "add", "content_type_id": None}) == {"code:add"}


def test_a_table_that_is_left_out(declarations: None) -> None:
    assert not is_left_out(Group._meta.db_table)

    leave_out(Group._meta.db_table)

    assert is_left_out(Group._meta.db_table)


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (12, "address:12"),
        (True, "address:1"),
        ("/en/a-b/", "address:/en/a-b/"),
        (UUID("12345678123456781234567812345678"), "address:12345678123456781234567812345678"),
    ],
)
def test_plain_values_stand_in_keys_as_they_are(value: Any, key: str) -> None:
    assert key_of("address", value) == key


@pytest.mark.parametrize("value", ["/en/Ab/", "/en/თ/", "a b", "a\nb", "/" * LONGEST_KEY, "\udcff"])
def test_other_values_become_digests_that_tell_them_apart(value: str) -> None:
    key = key_of("address", value)

    assert key.isascii()
    assert len(key) == len("address:") + 32
    assert key != key_of("address", value + "x")
