"""The demo's sign-ins: documented on loopback, random anywhere else, and never changed without need."""

from __future__ import annotations

from pathlib import Path

import pytest

from standfirst.accounts.actions import add_staff
from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.cli.demonstration import (
    DOCUMENTED_PASSWORD,
    DemoSignIn,
    announce,
    demo_staff,
    is_loopback,
    own_addresses,
    set_passwords,
)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - compared, not listened on
        ("::", False),
        ("192.168.1.5", False),
        ("news.example", False),
    ],
)
def test_only_loopback_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_demo_has_one_account_for_each_role() -> None:
    assert [role for role, _email in demo_staff()] == [str(role) for role in Role]


def test_own_addresses_begin_with_the_name_and_end_with_loopback() -> None:
    addresses = own_addresses()
    assert addresses[-1] in {"localhost", "127.0.0.1"}
    assert len(addresses) == len(set(addresses))


@pytest.fixture
def staff(db: None) -> None:
    for role, email in demo_staff():
        add_staff(email=email, name=role, role=role)


def _passes(sign: DemoSignIn) -> bool:
    return User.objects.get(email=sign.email).check_password(sign.password)


def test_on_loopback_the_documented_password_holds_and_is_set_once(staff: None, tmp_path: Path) -> None:
    signs = set_passwords(tmp_path, loopback=True)
    assert {sign.password for sign in signs} == {DOCUMENTED_PASSWORD}
    assert all(map(_passes, signs))
    before = list(User.objects.values_list("password", flat=True))
    assert set_passwords(tmp_path, loopback=True) == signs
    assert list(User.objects.values_list("password", flat=True)) == before


def test_elsewhere_the_passwords_are_random_and_fresh_each_time(staff: None, tmp_path: Path) -> None:
    first, second = set_passwords(tmp_path, loopback=False), set_passwords(tmp_path, loopback=False)
    passwords = {sign.password for sign in [*first, *second]}
    assert len(passwords) == 12
    assert min(map(len, passwords)) >= 16
    assert all(map(_passes, second))
    assert not any(map(_passes, first))


def test_no_password_is_written_into_the_home_folder(staff: None, tmp_path: Path) -> None:
    signs = set_passwords(tmp_path, loopback=False)
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert not any(sign.password.encode() in written for sign in signs)


def test_back_on_loopback_the_documented_password_holds_again(staff: None, tmp_path: Path) -> None:
    set_passwords(tmp_path, loopback=False)
    assert all(map(_passes, set_passwords(tmp_path, loopback=True)))


def test_what_is_printed_names_every_address_and_sign_in(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    signs = [DemoSignIn("picture editor", "p@ridgeline.example", "word")]
    announce(["http://box:8000", "http://192.0.2.7:8000"], signs, tmp_path / "to-import")
    printed = capsys.readouterr().out
    assert "to-import" not in printed
    announce(["http://box:8000"], signs, tmp_path)
    assert f"to import: {tmp_path}\n" in capsys.readouterr().out
    for part in ("http://box:8000/desk/", "http://192.0.2.7:8000/", "picture editor", "p@ridgeline.example", "word"):
        assert part in printed
