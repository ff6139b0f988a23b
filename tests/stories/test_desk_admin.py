"""Desks, picks and corrections in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories

from standfirst.accounts.models import User
from standfirst.accounts.roles import ROLES, Role
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.models import Correction, Desk, Edition, Pick

pytestmark = pytest.mark.django_db


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(factories.staff(role))
    return client


def test_a_desk_is_made_in_the_admin_and_its_editor_gets_its_sections() -> None:
    edition = factories.edition()
    section = factories.section(edition, "Armenia")
    editor = factories.staff(Role.EDITOR)
    Desk.objects.get(covers_everything=True).members.clear()
    client = signed_in(Role.ADMINISTRATOR)
    page = client.get(reverse("desks:add")).content.decode()
    assert f"{edition.title}: Armenia" in page
    client.post(reverse("desks:add"), {"name": "Armenia", "sections": [section.pk], "members": [editor.pk]})
    editor = User.objects.get(pk=editor.pk)
    assert section.permissions_for_user(editor).can_add_subpage()


def test_a_desk_without_sections_is_refused() -> None:
    response = signed_in(Role.ADMINISTRATOR).post(reverse("desks:add"), {"name": "Nowhere"})
    assert "sections" in response.context["form"].errors
    assert Desk.objects.count() == 1


@pytest.mark.parametrize("role", ROLES)
def test_corrections_are_read_by_who_works_on_stories_and_changed_by_nobody(role: Role) -> None:
    section = factories.section(factories.edition())
    correction = publish_correction(article=factories.story(section), text="It was Tuesday", by=None)
    client = signed_in(role)
    reads = role in {Role.REPORTER, Role.EDITOR, Role.PUBLISHER, Role.ADMINISTRATOR}
    assert (client.get(reverse("corrections:index")).status_code == 200) is reads
    for name, args in (("add", []), ("edit", [correction.pk]), ("delete", [correction.pk])):
        assert client.get(reverse(f"corrections:{name}", args=args)).status_code == 302
        client.post(reverse(f"corrections:{name}", args=args), {"text": "Nothing happened"})
    assert Correction.objects.get().text == "It was Tuesday"


def picks(edition: Edition, number: int) -> list[Pick]:
    section = factories.section(edition, f"Section of {edition.slug}")
    stories = [factories.story(section) for _ in range(number)]
    return [Pick.objects.create(edition=edition, article=story) for story in stories]


@pytest.mark.parametrize(("position", "order"), [(0, [2, 0, 1]), (1, [0, 2, 1]), (2, [0, 1, 2])])
def test_picks_are_ordered_by_dragging(position: int, order: list[int]) -> None:
    edition = factories.edition()
    made = picks(edition, 3)
    client = signed_in(Role.PUBLISHER)
    client.post(reverse("picks:reorder", args=[made[2].pk]) + f"?position={position}")
    found = list(Pick.objects.filter(edition=edition).order_by("sort_order"))
    assert found == [made[number] for number in order]


def test_a_pick_dragged_beyond_its_edition_stays_in_it() -> None:
    english, russian = factories.edition("en"), factories.edition("ru")
    first, second = picks(english, 2)
    others = picks(russian, 2)
    client = signed_in(Role.PUBLISHER)
    client.post(reverse("picks:reorder", args=[first.pk]) + "?position=3")
    assert list(Pick.objects.filter(edition=english).order_by("sort_order")) == [second, first]
    assert list(Pick.objects.filter(edition=russian).order_by("sort_order", "pk")) == others


def test_a_reporter_orders_no_picks() -> None:
    made = picks(factories.edition(), 2)
    signed_in(Role.REPORTER).post(reverse("picks:reorder", args=[made[1].pk]) + "?position=0")
    assert list(Pick.objects.order_by("sort_order", "pk")) == made


def test_the_admin_carries_the_newsrooms_name_and_colour() -> None:
    factories.newsroom("Ridgeline")
    client = signed_in(Role.EDITOR)
    page = client.get("/desk/").content.decode()
    assert "<title>Dashboard - Ridgeline</title>" in page
    assert 'class="desk-name"' in page
    assert "desk/desk.css" in page
    sheet = client.get(reverse("desk_brand", args=["any"]))
    assert sheet["Content-Type"].startswith("text/css")
    assert "--w-color-secondary-hue:349.8" in sheet.content.decode()
