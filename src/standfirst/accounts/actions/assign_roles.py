from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import transaction

from standfirst.accounts.models import User
from standfirst.accounts.roles import ROLE_BY_GROUP, Role


@transaction.atomic
def assign_roles(*, user: User, roles: Collection[Role]) -> None:
    """Give `user` exactly `roles`. Groups that are no roles (desks, for example) stay as they are."""
    kept = [group for group in user.groups.all() if group.name not in ROLE_BY_GROUP]
    wanted = Group.objects.filter(name__in=[role.group_name for role in roles])
    user.groups.set([*kept, *wanted])
