"""Tokens say which page a beacon is of, and nobody else can make them."""

from __future__ import annotations

import pytest

from standfirst.counting.tokens import Page, page_token, read_page_token, read_variant_token, variant_token


def test_reads_what_it_wrote() -> None:
    assert read_page_token(page_token(12, 3)) == Page(12, 3)
    assert read_page_token(page_token(0, 3)) == Page(0, 3)
    assert read_variant_token(variant_token(7)) == 7


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.replace("12.", "13.", 1),
        lambda token: token.replace(".3.", ".4.", 1),
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token[:-1],
        lambda token: f"{token}A",
        lambda token: f" {token}",
        lambda token: token.replace("12", "١٢"),
        lambda token: "",
        lambda token: variant_token(12),
    ],
)
def test_refuses_what_it_did_not_write(change: object) -> None:
    assert callable(change)
    assert read_page_token(change(page_token(12, 3))) is None


def test_a_page_is_no_variant() -> None:
    assert read_variant_token(page_token(12, 3)) is None
    assert read_variant_token(variant_token(12).replace("v12", "v13")) is None


def test_what_no_column_could_hold_is_nothing() -> None:
    assert read_page_token(page_token(2**31, 3)) is None
    assert read_variant_token(variant_token(2**31)) is None


def test_pages_stored_before_the_secret_changed_still_count(settings: object) -> None:
    old_page, old_variant = page_token(12, 3), variant_token(7)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"  # type: ignore[attr-defined]
    assert page_token(12, 3) != old_page
    assert read_page_token(old_page) == Page(12, 3)
    assert read_variant_token(old_variant) == 7
    settings.SECRET_KEY_FALLBACKS = []  # type: ignore[attr-defined]
    assert read_page_token(old_page) is None
