"""A newsroom in production does not start with a payment account in which nobody pays."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from standfirst.cli.errors import Refusal
from standfirst.cli.examination import money
from standfirst.cli.examination.finding import Grade
from standfirst.cli.home import find
from standfirst.cli.readiness import refuse_sandbox
from tests.money import factories

pytestmark = pytest.mark.django_db


def test_an_open_sandbox_is_refused_at_the_start(settings: Settings) -> None:
    account = factories.account("sandbox", label="Play money")
    refuse_sandbox()
    settings.PAYMENT_FAKES = False
    with pytest.raises(Refusal, match=r"'Play money' is a sandbox.* mode = \"demo\""):
        refuse_sandbox()
    account.is_open = False
    account.save()
    refuse_sandbox()


def test_the_doctor_says_so_too(settings: Settings, bare_home: Path) -> None:
    factories.account("sandbox", label="Play money")
    settings.PAYMENT_FAKES = False
    first = next(iter(money.check_payment_accounts(find(bare_home))))
    assert (first.grade, first.subject) == (Grade.PROBLEM, "payments")
    assert "'Play money' is a sandbox" in first.found
