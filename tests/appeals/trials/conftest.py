"""An appeal with variants, and what is counted of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests import factories as newsroom
from tests.money import factories as money

from standfirst.appeals.models import Appeal, Campaign, Variant
from standfirst.counting.models import AppealHour
from standfirst.membership.models import Pledge

Counted = Callable[..., None]


@pytest.fixture
def appeal(db: None) -> Appeal:
    """An appeal in the box, with two variants."""
    campaign = Campaign.objects.create(name="Spring", is_running=True)
    found = Appeal.objects.create(campaign=campaign, edition=newsroom.edition())
    for number, words in ((1, "We rely on you"), (2, "Without you, silence")):
        Variant.objects.create(appeal=found, number=number, headline=words)
    return found


@pytest.fixture
def counted() -> Counted:
    """Writes down that a variant was seen in an hour, and that some joined then."""
    tier = None

    def count(variant: Variant, hour: datetime, *, seen: int = 0, joins: int = 0, source: str = "node") -> None:
        nonlocal tier
        tier = tier or money.tier()
        AppealHour.objects.create(hour=hour, variant_id=variant.pk, source=source, seen=seen, clicks=seen // 100)
        member = money.member()
        Pledge.objects.bulk_create(
            Pledge(
                member=member, tier=tier, amount=1200, currency="GEL", interval="month", state=Pledge.State.ACTIVE,
                source=f"box;variant={variant.pk}", source_variant=variant.pk,
                made_at=hour + timedelta(minutes=5), began_at=hour + timedelta(minutes=9),
            )
            for _join in range(joins)
        )  # fmt: skip

    return count
