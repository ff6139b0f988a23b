"""Keeps an identity's rights in step with its roles, whichever form, command or bulk action changed the groups."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group

from standfirst.accounts.models import User
from standfirst.accounts.roles import ROLE_BY_GROUP, Role


def keep_rights_in_step(
    sender: type, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_: Any
) -> None:
    """After groups changed: staff is who has a role; an administrator has every right, and nobody else keeps it.

    Connected to `m2m_changed` of `User.groups`. Rights of somebody whose change did not touch the administrators
    stay as they are, so that an identity made by `createsuperuser` keeps its rights when it gets another role.
    """
    if action == "pre_clear" and not reverse:
        instance._cleared_groups = set(instance.groups.values_list("pk", flat=True))
        return
    if action not in {"post_add", "post_remove", "post_clear"}:
        return
    if reverse:
        _step_members(instance, pk_set)
    else:
        changed = pk_set if pk_set is not None else instance.__dict__.pop("_cleared_groups", set())
        _step(instance, Group.objects.filter(pk__in=changed, name=Role.ADMINISTRATOR.group_name).exists())


def _step_members(group: Group, changed: set[int] | None) -> None:
    if changed is None:  # cleared: who left is no longer known, so everybody without the group is looked at
        users = User.objects.filter(is_staff=True) if group.name in ROLE_BY_GROUP else User.objects.none()
    else:
        users = User.objects.filter(pk__in=changed)
    for user in users:
        _step(user, group.name == Role.ADMINISTRATOR.group_name)


def _step(user: User, administrators_changed: bool) -> None:
    user.__dict__.pop("group_names", None)
    names = set(user.groups.values_list("name", flat=True))
    rights = Role.ADMINISTRATOR.group_name in names if administrators_changed else user.is_superuser
    staff = rights or not names.isdisjoint(ROLE_BY_GROUP)
    if (user.is_superuser, user.is_staff) != (rights, staff):
        user.is_superuser, user.is_staff = rights, staff
        user.save(update_fields=["is_superuser", "is_staff"])
