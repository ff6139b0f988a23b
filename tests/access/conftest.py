"""What tests of access share: a newsroom with tiers."""

from __future__ import annotations

import pytest

from standfirst.membership.models import MembershipTerms, Tier
from standfirst.stories.models import Edition, Section
from tests import factories
from tests.money import factories as money


@pytest.fixture
def edition() -> Edition:
    return factories.edition("en")


@pytest.fixture
def section(edition: Edition) -> Section:
    return factories.section(edition, "Azerbaijan")


@pytest.fixture
def silver() -> Tier:
    MembershipTerms.objects.create(home_currency="GEL")
    return money.tier(slug="silver", name="Silver", rank=1)


@pytest.fixture
def gold(silver: Tier) -> Tier:
    found = money.tier(slug="gold", name="Gold", rank=2)
    found.prices.update(amount=5000, minimum=5000)
    return found
