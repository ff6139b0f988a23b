"""A failed import stands on the dashboard of those who can open it."""

from __future__ import annotations

import pytest
from django.test import Client

from standfirst.accounts.roles import Role
from standfirst.importers.models import ImportRun
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "told"), [(Role.ADMINISTRATOR, True), (Role.PUBLISHER, False)])
def test_failed_and_damaged_imports_are_told_to_administrators(role: Role, told: bool) -> None:
    factories.newsroom()
    failed = ImportRun.objects.create(file_name="old-site.xml", state=ImportRun.State.FAILED)
    ImportRun.objects.create(file_name="cut-off.xml", state=ImportRun.State.DAMAGED)
    ImportRun.objects.create(file_name="fine.xml", state=ImportRun.State.FINISHED)
    client = Client()
    client.force_login(factories.staff(role))
    page = client.get("/desk/").content.decode()
    assert (f'<a href="{failed.get_absolute_url()}">The import of old-site.xml: failed.</a>' in page) is told
    assert ("The import of cut-off.xml" in page) is told
    assert "fine.xml" not in page
