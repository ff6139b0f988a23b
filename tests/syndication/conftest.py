"""What the tests of everything read by machines share."""

from __future__ import annotations

import pytest

from standfirst.stories.models import Edition, Section
from tests import factories


@pytest.fixture
def edition() -> Edition:
    return factories.edition("en")


@pytest.fixture
def section(edition: Edition) -> Section:
    return factories.section(edition, "Azerbaijan")
