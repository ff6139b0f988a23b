"""Staff in the admin: invited, changed, closed; no passwords typed for others, no avatar fetched from elsewhere."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from lxml import html
from tests import factories

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role, roles_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return factories.staff(Role.ADMINISTRATOR, "boss@ridgeline.example")


@pytest.fixture
def client(boss: User) -> Client:
    client = Client()
    client.force_login(boss)
    return client


def test_an_administrator_invites_somebody_with_roles(client: Client) -> None:
    address = reverse("wagtailusers_users:add")
    page = client.get(address).content.decode()
    assert 'type="password"' not in page
    for field in ("email", "name", "roles"):
        assert f'name="{field}"' in page
    client.post(address, {"email": "New@ridgeline.example", "name": "Lela New", "roles": ["reporter", "editor"]})
    user = User.objects.get(email="new@ridgeline.example")
    assert roles_of(user) == {Role.REPORTER, Role.EDITOR}
    assert (user.name, user.is_staff, user.is_superuser) == ("Lela New", True, False)
    assert not user.has_usable_password()
    [message] = mail.outbox
    assert message.to == ["new@ridgeline.example"]
    assert "/accounts/password/reset/key/" in message.body


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"email": "BOSS@ridgeline.example", "name": "Twin", "roles": ["reporter"]}, "email"),
        ({"email": "x@ridgeline.example", "name": "", "roles": ["reporter"]}, "name"),
        ({"email": "x@ridgeline.example", "name": "X", "roles": []}, "roles"),
        ({"email": "x@ridgeline.example", "name": "X", "roles": ["king"]}, "roles"),
    ],
)
def test_a_bad_invitation_is_refused_and_nobody_is_told(client: Client, data: dict[str, object], field: str) -> None:
    response = client.post(reverse("wagtailusers_users:add"), data)
    assert field in response.context["form"].errors
    assert User.objects.count() == 1
    assert mail.outbox == []


def test_roles_are_shown_and_changed(client: Client) -> None:
    user = factories.staff(Role.REPORTER)
    address = reverse("wagtailusers_users:edit", args=[user.pk])
    assert client.get(address).context["form"]["roles"].value() == ["reporter"]
    client.post(address, {"email": user.email, "name": "N", "roles": ["publisher"], "is_active": "on"})
    assert roles_of(User.objects.get(pk=user.pk)) == {Role.PUBLISHER}


def test_an_account_is_closed_by_making_it_inactive(client: Client) -> None:
    user = factories.staff(Role.REPORTER)
    client.post(
        reverse("wagtailusers_users:edit", args=[user.pk]), {"email": user.email, "name": "N", "roles": ["reporter"]}
    )
    assert not User.objects.get(pk=user.pk).is_active


def test_administrators_cannot_take_the_role_from_themselves(client: Client, boss: User) -> None:
    address = reverse("wagtailusers_users:edit", args=[boss.pk])
    response = client.post(address, {"email": boss.email, "name": "B", "roles": ["editor"]})
    assert "roles" in response.context["form"].errors
    assert User.objects.get(pk=boss.pk).is_superuser


def test_the_list_shows_staff_with_roles_and_no_readers(client: Client) -> None:
    factories.staff(Role.PICTURE_EDITOR, "eye@ridgeline.example")
    factories.user("reader@example.org")
    page = client.get(reverse("wagtailusers_users:index")).content.decode()
    assert "eye@ridgeline.example" in page
    assert "Picture editor" in page
    assert "reader@example.org" not in page
    found = client.get(reverse("wagtailusers_users:index") + "?q=eye@&ordering=-name").content.decode()
    assert "eye@ridgeline.example" in found


def test_the_account_page_changes_the_name_and_fetches_no_avatar(client: Client, boss: User) -> None:
    page = client.get(reverse("wagtailadmin_account")).content.decode()
    assert "gravatar" not in page
    assert reverse("mfa_index") in page
    assert reverse("usersessions_list") in page
    assert 'type="password"' not in page
    response = client.post(reverse("wagtailadmin_account"), account_form(client, name="Tamar Boss"))
    assert response.status_code == 302
    boss.refresh_from_db()
    assert boss.name == "Tamar Boss"


def account_form(client: Client, *, name: str) -> dict[str, str]:
    """Every field of the account page as a browser would send it back, with another name."""
    page = html.fromstring(client.get(reverse("wagtailadmin_account")).content)
    form = next(form for form in page.forms if "name-name" in form.fields)
    return {**dict(form.form_values()), "name-name": name}
