"""Preview: every kind of page in every edition, as a draft, for staff and for nobody else."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests import factories

from standfirst.accounts.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.whole]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_page_of_every_edition_can_be_seen_as_a_draft_by_staff_only(language: str) -> None:
    edition = factories.edition(language)
    section = factories.section(edition)
    pages = [section, edition, factories.draft(section), factories.thread(edition), *edition.get_children().specific()]
    staff, reader = Client(), Client()
    staff.force_login(factories.administrator())
    for page in pages:
        page.save_revision()
        url = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
        response = staff.get(url)
        assert response.status_code == 200, page
        assert f'<html lang="{language}"' in response.content.decode(), page
        assert reader.get(url).url.startswith("/accounts/login/")


@pytest.mark.parametrize("role", [Role.PICTURE_EDITOR, Role.MEMBERSHIP_MANAGER])
def test_who_works_on_no_stories_previews_none(role: Role) -> None:
    story = factories.draft(factories.section(factories.edition()), "Secret")
    client = Client()
    client.force_login(factories.staff(role))
    response = client.get(reverse("wagtailadmin_pages:view_draft", args=[story.pk]))
    assert response.status_code == 302
    assert b"Secret" not in response.content


def test_the_editor_offers_phone_and_desktop_widths() -> None:
    story = factories.draft(factories.section(factories.edition()))
    client = Client()
    client.force_login(factories.administrator())
    page = client.get(reverse("wagtailadmin_pages:edit", args=[story.pk])).content.decode()
    assert page.count('name="preview-size"') >= 2
