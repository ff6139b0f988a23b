"""What is kept comes back the same, whatever it is; what was damaged does not come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standfirst.delivery.store import Entry, FragmentRef, PageStore, Shape, encoding
from standfirst.delivery.store.encoding import Damaged

Make = Callable[..., Entry]
moments = st.floats(min_value=0, max_value=4e9, allow_nan=False)
entries = st.builds(
    Entry,
    status=st.integers(100, 599),
    headers=st.lists(st.tuples(st.text(), st.text())).map(tuple),
    segments=st.lists(
        st.binary() | st.builds(FragmentRef, st.text(), st.text(), st.text(), st.integers(0, 50), st.text(), st.text())
    ).map(tuple),
    keys=st.lists(st.text()).map(tuple),
    sequence=st.integers(0, 2**62),
    rendered_at=moments,
    modified_at=moments,
    fresh_until=st.none() | moments,
    release=st.text(),
    digest=st.binary(),
)
shapes = st.builds(Shape, query=st.lists(st.text()).map(tuple), by_access=st.booleans(), private_until=moments)
same_store = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@same_store
@given(key=st.binary(max_size=2000), entry=entries)
def test_every_entry_comes_back_the_same(store: PageStore, key: bytes, entry: Entry) -> None:
    store.write(key, replace(entry, release="older"))
    assert store.write(key, entry)

    assert store.read(key) == entry


@same_store
@given(path=st.binary(max_size=2000), shape=shapes)
def test_every_shape_comes_back_the_same(store: PageStore, path: bytes, shape: Shape) -> None:
    store.write_shape(path, shape)

    assert store.shape(path) == shape


@given(entry=entries, place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_wrong_bit_is_noticed(entry: Entry, place: int, bit: int) -> None:
    value = bytearray(encoding.describe(b"/", entry, b"shared"))
    value[place % len(value)] ^= 1 << bit

    with pytest.raises(Damaged):
        encoding.described(bytes(value))


@given(st.binary(max_size=300))
def test_bytes_of_somebody_else_are_noticed(value: bytes) -> None:
    for read in (encoding.decompress, encoding.described, encoding.unpack_shape):
        with pytest.raises(Damaged):
            read(value)


@given(st.binary(max_size=300))
def test_well_packed_bytes_of_somebody_else_are_noticed(data: bytes) -> None:
    with pytest.raises(Damaged):
        encoding.described(encoding.compress(data))
    with pytest.raises(Damaged):
        encoding.unpack_shape(encoding.pack(data))
    with pytest.raises(Damaged):
        encoding.decompress(encoding.pack(data))


def test_segments_need_all_their_bytes(entry: Make) -> None:
    description = encoding.described(encoding.describe(b"/", entry(b"12345"), b"shared"))

    assert description.entry(b"12345") == entry(b"12345")
    for data in (b"1234", b"123456"):
        with pytest.raises(Damaged, match=f"{len(data)} bytes instead of 5"):
            description.entry(data)


def test_what_is_not_there_is_none(store: PageStore) -> None:
    assert store.read(b"/") is None
    assert store.shape(b"/") is None
    assert store.body(b"/", "br", b"tag") is None
    assert store.stored_with("story:1") == []


def test_the_later_rendering_stays(store: PageStore, entry: Make) -> None:
    late = entry(b"late", sequence=store.mark(["story:1"]))
    early = replace(entry(b"early"), sequence=late.sequence - 1)

    assert store.write(b"/", late)
    assert not store.write(b"/", early)
    assert store.read(b"/") == late


def test_another_release_may_be_older(store: PageStore, entry: Make) -> None:
    late = entry(b"late", sequence=store.mark(["story:1"]))
    other = entry(b"other", sequence=late.sequence - 1, release="r2")
    store.write(b"/", late)

    assert store.write(b"/", other)
    assert store.read(b"/") == other


def test_long_keys_are_told_apart(store: PageStore, entry: Make) -> None:
    first, second = b"/" + b"a" * 3000, b"/" + b"a" * 2999 + b"b"
    store.write(first, entry(b"first"))

    assert store.read(second) is None
    store.write(second, entry(b"second"))
    assert store.read(first) == entry(b"first")
    assert sorted(store.stored_with("story:1")) == [first, second]


def test_pages_are_found_by_what_they_depend_on(store: PageStore, entry: Make) -> None:
    store.write(b"/1", entry(keys=("story:1", "section:2")))
    store.write(b"/2", entry(keys=("story:2", "section:2")))

    assert sorted(store.stored_with("section:2")) == [b"/1", b"/2"]
    assert store.stored_with("story:2") == [b"/2"]
    assert store.stored_with("story:3") == []

    store.write(b"/1", entry(keys=("story:1",)))
    assert store.stored_with("section:2") == [b"/2"]


def test_a_body_holds_for_what_it_was_made_from(store: PageStore, entry: Make) -> None:
    store.write(b"/", entry())

    assert store.write_body(b"/", "br", b"tag", b"packed")
    assert store.body(b"/", "br", b"tag") == b"packed"
    assert store.body(b"/", "br", b"tag2") is None
    assert store.body(b"/", "gzip", b"tag") is None
    assert store.body(b"/other", "br", b"tag") is None

    assert store.write_body(b"/", "br", b"tag2", b"packed anew")
    assert store.body(b"/", "br", b"tag") is None
    assert store.body(b"/", "br", b"tag2") == b"packed anew"


def test_no_body_is_kept_without_its_page(store: PageStore) -> None:
    assert not store.write_body(b"/", "br", b"tag", b"packed")
    assert store.body(b"/", "br", b"tag") is None


def test_equal_bytes_are_kept_once(store: PageStore, entry: Make) -> None:
    body = bytes(range(256)) * 400  # 100 KB
    store.write(b"/first", entry(body))
    store.write_body(b"/first", "identity", b"tag", body)
    before = store.usage().bytes

    for number in range(100):
        store.write(b"/%d" % number, entry(body))
        store.write_body(b"/%d" % number, "identity", b"tag", body)

    assert store.usage().bytes - before < 200_000
    assert store.read(b"/99") == entry(body)
    store.write(b"/first", entry(b"other"))
    assert store.body(b"/99", "identity", b"tag") == body
    assert store.read(b"/98") == entry(body)


def test_revocations_are_kept(store: PageStore, folder: Path) -> None:
    assert store.revoked_at("member:1") is None
    assert store.revoke("member:1", 1_800_000_000.5)
    assert store.revoke("member:" + "x" * 600, 5.0)

    assert store.revoked_at("member:1") == 1_800_000_000.5
    assert store.revoked_at("member:" + "x" * 600) == 5.0
    assert store.revoked_at("member:2") is None
