"""Roles: which groups exist, and how an identity's rights follow them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from wagtail.models import GroupPagePermission

from standfirst.accounts.actions import add_staff, assign_roles
from standfirst.accounts.models import User
from standfirst.accounts.roles import ROLES, Role, has_role, roles_of

pytestmark = pytest.mark.django_db


def test_the_migration_makes_one_group_a_role_and_keeps_none_of_wagtails() -> None:
    names = set(Group.objects.values_list("name", flat=True))
    assert {role.group_name for role in ROLES} <= names
    assert "Moderators" not in names


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        (Role.REPORTER, {"add_page"}),
        (Role.PUBLISHER, {"add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"}),
        (Role.PICTURE_EDITOR, set()),
        (Role.MEMBERSHIP_MANAGER, set()),
    ],
)
def test_page_rights_of_a_role(role: Role, actions: set[str]) -> None:
    found = GroupPagePermission.objects.filter(group__name=role.group_name)
    assert {row.permission.codename for row in found} == actions
    assert all(row.page.depth == 1 for row in found)


@pytest.mark.parametrize("role", ROLES)
def test_add_staff_gives_the_role_and_the_way_to_the_desk(role: Role) -> None:
    user = add_staff(email="Nino@Example.org", name="Nino", role=role, password="a-long-passphrase")
    assert user.email == "nino@example.org"
    assert roles_of(user) == {role}
    assert user.is_staff
    assert user.has_perm("wagtailadmin.access_admin")
    assert user.is_superuser is (role == Role.ADMINISTRATOR)
    assert user.check_password("a-long-passphrase")


def test_staff_added_without_a_password_cannot_sign_in_yet() -> None:
    assert not add_staff(email="a@example.org", name="A", role=Role.REPORTER).has_usable_password()


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("no address", "reporter", "valid email"),
        ("a@example.org", "boss", "no role"),
        ("taken@example.org", "editor", "taken"),
    ],
)
def test_bad_staff_is_refused_and_nobody_is_added(email: str, role: str, words: str) -> None:
    add_staff(email="taken@example.org", name="T", role=Role.REPORTER)
    with pytest.raises(ValidationError, match=words):
        add_staff(email=email, name="A", role=role)
    assert User.objects.count() == 1


def test_an_administrator_who_gets_another_role_loses_every_right() -> None:
    user = add_staff(email="a@example.org", name="A", role=Role.ADMINISTRATOR)
    assign_roles(user=user, roles=[Role.EDITOR])
    user = User.objects.get(pk=user.pk)
    assert not user.is_superuser
    assert user.is_staff
    assert roles_of(user) == {Role.EDITOR}


def test_rights_follow_when_the_group_side_changes() -> None:
    user = add_staff(email="a@example.org", name="A", role=Role.EDITOR)
    administrators = Group.objects.get(name=Role.ADMINISTRATOR.group_name)
    administrators.user_set.add(user)
    assert User.objects.get(pk=user.pk).is_superuser
    administrators.user_set.clear()
    assert not User.objects.get(pk=user.pk).is_superuser


def test_who_leaves_every_role_is_staff_no_more() -> None:
    user = add_staff(email="a@example.org", name="A", role=Role.ADMINISTRATOR)
    user.groups.clear()
    user = User.objects.get(pk=user.pk)
    assert (user.is_staff, user.is_superuser, roles_of(user)) == (False, False, frozenset())


def test_other_groups_stay_when_roles_change() -> None:
    other = Group.objects.create(name="Choir")
    user = add_staff(email="a@example.org", name="A", role=Role.REPORTER)
    user.groups.add(other)
    assign_roles(user=user, roles=[Role.EDITOR, Role.PUBLISHER])
    assert set(user.groups.values_list("name", flat=True)) >= {"Choir", "Editors", "Publishers"}
    assert roles_of(User.objects.get(pk=user.pk)) == {Role.EDITOR, Role.PUBLISHER}


def test_has_role_is_true_for_administrators_and_false_for_the_inactive() -> None:
    boss = add_staff(email="a@example.org", name="A", role=Role.ADMINISTRATOR)
    assert has_role(boss, Role.PUBLISHER)
    boss.is_active = False
    assert not has_role(boss, Role.PUBLISHER)
