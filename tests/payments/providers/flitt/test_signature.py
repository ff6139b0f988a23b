"""What Flitt and we sign."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from standfirst.payments.providers.flitt.signature import is_signed, sign

# https://docs.flitt.com/api/building-signature; the string that is signed there is
# test|1000|GEL|1549901|Test payment|TestOrder2|http://myshop/callback/ , whose SHA-1 is not what is printed next to it.
EXAMPLE = {
    "server_callback_url": "http://myshop/callback/",
    "order_id": "TestOrder2",
    "currency": "GEL",
    "merchant_id": 1549901,
    "order_desc": "Test payment",
    "amount": 1000,
}
DIGEST = "cd0edb710cbbdb6c2a4d965cdb91fdfabc343215"


def test_the_example_of_the_documentation() -> None:
    assert sign("test", EXAMPLE) == DIGEST
    assert is_signed("test", {**EXAMPLE, "signature": DIGEST})


def test_what_is_empty_and_the_signature_itself_are_left_out() -> None:
    more = {"fee": "", "rectoken": None, "signature": "x", "response_signature_string": "test|1000"}
    assert sign("test", {**EXAMPLE, **more}) == DIGEST
    assert sign("test", {**EXAMPLE, "reversal_amount": 0}) != DIGEST
    assert sign("test", {**EXAMPLE, "reversal_amount": 0}) == sign("test", {**EXAMPLE, "reversal_amount": "0"})


def test_letters_of_all_scripts_are_signed_as_utf_8() -> None:
    assert sign("test", {"order_desc": "მხარდამჭერი"}) == "ecd020c47e3701bf20004ce72bcb1f95f4a2c3e3"


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers() | st.none(), max_size=5), st.text())
def test_nothing_else_passes_for_a_signature(values: dict[str, object], forged: str) -> None:
    values.pop("signature", None)
    good = sign("test", values)
    assert is_signed("test", {**values, "signature": good})
    assert is_signed("test", {**values, "signature": forged}) is (forged == good)
    assert not is_signed("other", {**values, "signature": good})
    for missing in (None, 5, "", b"x"):
        assert not is_signed("test", {**values, "signature": missing})
