"""The fakes beside a demo: where they listen, who is told, and that they know after a restart what they knew before."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from standfirst.cli.home import Home
from standfirst.cli.serving.fakes import fakes_of
from standfirst.demo.steps.membership import NOBODY, offer_membership
from standfirst.payments.models import ProviderAccount

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]


def home(path: Path, mode: str = "demo") -> Home:
    return cast(Home, SimpleNamespace(path=path, options=SimpleNamespace(mode=mode)))


def addresses() -> list[str]:
    return [account.settings["fake"] for account in ProviderAccount.objects.filter(provider__in=["stripe", "flitt"])]


def test_each_account_is_told_where_its_fake_listens_and_hears_the_same_at_the_next_start(tmp_path: Path) -> None:
    offer_membership()
    children = fakes_of(home(tmp_path))
    assert [child.name for child in children] == ["fake of stripe", "fake of flitt"]
    assert all(child.alone for child in children)
    first = addresses()
    listeners = [cast(socket.socket, child.arguments[2]) for child in children]
    assert first == [f"http://127.0.0.1:{listener.getsockname()[1]}" for listener in listeners]
    for listener in listeners:
        listener.close()
    for child in fakes_of(home(tmp_path)):
        cast(socket.socket, child.arguments[2]).close()
    assert addresses() == first


def test_a_port_that_is_taken_meanwhile_is_another_one_afterwards(tmp_path: Path) -> None:
    offer_membership()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"http://127.0.0.1:{other.getsockname()[1]}"
        ProviderAccount.objects.filter(provider="stripe").update(settings={"fake": taken})
        for child in fakes_of(home(tmp_path)):
            cast(socket.socket, child.arguments[2]).close()
    assert taken not in addresses()
    assert NOBODY not in addresses()


def test_a_real_newsroom_has_none(tmp_path: Path) -> None:
    offer_membership()
    assert fakes_of(home(tmp_path, "production")) == []
    assert addresses() == [NOBODY, NOBODY]


def test_an_account_without_a_fake_is_left_alone(tmp_path: Path) -> None:
    ProviderAccount.objects.create(provider="stripe", label="Ours", settings={})
    ProviderAccount.objects.create(provider="stripe", label="Real", settings={"fake": NOBODY}, is_test=False)
    assert fakes_of(home(tmp_path)) == []
