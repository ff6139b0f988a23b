from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from standfirst.delivery.edge.rendering import EVERY_PAGE, Rendered
from standfirst.delivery.models import Purge
from standfirst.delivery.trace import Trace

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_command_changes_the_key_that_every_page_has() -> None:
    said = StringIO()
    before = Purge.objects.count()
    call_command("forget_pages", stdout=said)
    assert [purge.keys for purge in Purge.objects.order_by("pk")[before:]] == [[EVERY_PAGE]]
    assert "made anew" in said.getvalue()
    entry = Rendered(200, (), b"page", Trace({"story:1"}), 0.0).entry(sequence=1, release="r")
    assert EVERY_PAGE in entry.keys
