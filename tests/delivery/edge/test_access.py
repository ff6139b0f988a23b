from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.delivery.edge.access import COOKIE, LONGEST_LIFE, AccessTokens, token_in

NOW = 1_790_000_000.0
TOKENS = AccessTokens(["secret"])


def never(_subject: str) -> float | None:
    return None


def issue(**given: object) -> str:
    values: dict = {"variant": "members", "subject": "m-1", "now": NOW, "life": 900} | given
    return TOKENS.issue(**values)


def verify(
    token: str, *, now: float = NOW + 1, revoked_at: object = never, tokens: AccessTokens = TOKENS
) -> str | None:
    access = tokens.verify(token, now=now, revoked_at=revoked_at)
    return access.variant if access else None


def test_a_good_token_says_its_variant_until_it_expires() -> None:
    token = issue()
    assert verify(token) == "members"
    assert verify(token, now=NOW + 899) == "members"
    assert verify(token, now=NOW + 900) is None


def test_a_forged_token_says_nothing() -> None:
    token = issue()
    text, _dot, signature = token.rpartition(".")
    stronger = text.replace("members", "patrons")
    assert verify(f"{stronger}.{signature}") is None
    assert verify(AccessTokens(["another secret"]).issue(variant="members", subject="m-1", now=NOW, life=900)) is None
    blank = base64.urlsafe_b64encode(bytes(32)).rstrip(b"=").decode()
    assert verify(f"{text}.{blank}") is None


@given(st.integers(0, 200), st.text("AZaz09-_.", min_size=1, max_size=1))
def test_a_changed_or_truncated_token_says_nothing(at: int, other: str) -> None:
    token = issue()
    at %= len(token)
    assert verify(token[:at]) is None
    changed = token[:at] + other + token[at + 1 :]
    # The last character of the signature carries two bits that base64 ignores; the text itself never differs.
    assert changed == token or at == len(token) - 1 or verify(changed) is None


@pytest.mark.parametrize("junk", ["", ".", "....", "a" * 5000, "members.m-1.1.2.", "é.m.1.2.x", "members.m\n.1.2.x"])
def test_junk_says_nothing(junk: str) -> None:
    assert verify(junk) is None


def test_a_revoked_token_is_refused_and_a_newer_one_is_not() -> None:
    token = issue()
    assert verify(token, revoked_at={"m-1": NOW + 0.5}.get) is None
    assert verify(token, revoked_at={"m-2": NOW + 0.5}.get) == "members"
    assert verify(issue(now=NOW + 2), now=NOW + 3, revoked_at={"m-1": NOW + 0.5}.get) == "members"


def test_a_token_from_the_future_is_refused() -> None:
    assert verify(issue(now=NOW + 3600)) is None
    assert verify(issue(now=NOW + 30)) == "members"  # another node's clock


def test_a_key_that_was_replaced_still_verifies() -> None:
    renewed = AccessTokens(["new secret", "secret"])
    assert verify(issue(), tokens=renewed) == "members"
    assert verify(renewed.issue(variant="members", subject="m-1", now=NOW, life=900)) is None


@pytest.mark.parametrize(
    "wrong",
    [{"life": 0}, {"life": LONGEST_LIFE + 1}, {"variant": ""}, {"variant": "a.b"}, {"subject": "a b"}, {"subject": ""}],
)
def test_tokens_that_could_not_be_read_are_not_issued(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="access token"):
        issue(**wrong)


def test_the_token_is_found_among_cookies() -> None:
    assert token_in(f"a=b; {COOKIE}=abc.def; c=d") == "abc.def"
    assert token_in(f"{COOKIE}=abc") == "abc"
    assert token_in(f"x{COOKIE}=abc") == ""
    assert token_in("") == ""
