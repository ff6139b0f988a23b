"""A page's keys in one header, however many they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from standfirst.delivery.purging.cdn.keys import BUCKETS, KEY_BYTES, bucket, header_value, to_purge

KEYS = st.from_regex(r"[a-z]{3,12}(:[a-z0-9]{1,30}){1,2}", fullmatch=True)


def test_few_keys_stand_as_they_are_in_a_fixed_order() -> None:
    assert header_value({"story:12", "edition:1", "list:section:3"}, " ") == "edition:1 list:section:3 story:12 ~all"
    assert header_value({"story:12", "edition:1"}, ",") == "edition:1,story:12,~all"


def test_too_many_keys_become_their_buckets() -> None:
    keys = [f"story:{number}" for number in range(2000)]

    assert header_value(keys, " ").split(" ") == [*sorted({bucket(key) for key in keys}), "~all"]


def test_all_buckets_together_fit() -> None:
    everything = {f"~{number:x}" for number in range(BUCKETS)}

    assert {bucket(f"story:{number}") for number in range(20_000)} == everything
    assert len(header_value([f"story:{number}" for number in range(20_000)], " ")) == 2292


@given(st.sets(KEYS, max_size=400))
def test_a_value_is_never_too_long_and_each_key_can_be_purged(keys: set[str]) -> None:
    value = header_value(keys, " ")
    carried = set(value.split(" "))

    assert len(value) <= KEY_BYTES
    assert "~all" in carried
    assert all(carried & set(to_purge([key])) for key in keys)


def test_a_purge_names_each_key_and_each_bucket_once() -> None:
    assert to_purge(["story:1", "story:2", "story:1"]) == ["story:1", "story:2", bucket("story:1"), bucket("story:2")]


def test_a_bucket_is_the_same_in_every_process_and_release() -> None:
    assert (bucket("story:12"), bucket("list:section:3")) == ("~60", "~bd")
