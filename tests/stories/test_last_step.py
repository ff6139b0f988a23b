"""The button of the last step says what it does, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories
from wagtail.models import Workflow

from standfirst.accounts.roles import Role
from standfirst.stories.models import Article

pytestmark = pytest.mark.django_db


def ready_editor(settings: Any, article: Article) -> str:
    """Return the editor of a story that has come to the last step, as its publisher sees it."""
    settings.STAFF_MFA_REQUIRED = False
    publisher = factories.staff(Role.PUBLISHER)
    state = Workflow.objects.get(active=True).start(article, publisher)
    while not state.is_at_final_task:
        state.current_task_state.approve(user=publisher)
        state.refresh_from_db()
    client = Client()
    client.force_login(publisher)
    return client.get(f"/desk/pages/{article.pk}/edit/").content.decode()


@pytest.mark.parametrize(
    ("hours", "label", "not_label"),
    [(0, "Approve and publish", "Approve and schedule"), (2, "Approve and schedule", "Approve and publish")],
)
def test_the_last_approval_publishes_or_schedules(settings: Any, hours: int, label: str, not_label: str) -> None:
    article = factories.draft(factories.section(factories.edition()))
    if hours:
        article.go_live_at = timezone.now() + timedelta(hours=hours)
        article.save_revision()
    page = ready_editor(settings, article)
    assert label in page
    assert not_label not in page
    assert "and Publish" not in page
