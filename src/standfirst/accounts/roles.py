"""The roles of the newsroom's staff. A role is a group; migrations of `accounts` and `stories` give it its rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from standfirst.accounts.models import User


class Role(models.TextChoices):
    """What somebody does in the newsroom."""

    REPORTER = "reporter", _("Reporter")
    EDITOR = "editor", _("Editor")
    PUBLISHER = "publisher", _("Publisher")
    PICTURE_EDITOR = "picture_editor", _("Picture editor")
    MEMBERSHIP_MANAGER = "membership_manager", _("Membership manager")
    ADMINISTRATOR = "administrator", _("Administrator")

    @property
    def group_name(self) -> str:
        """Name of the group that carries the role. Fixed: interfaces translate the role's label instead."""
        return self.value.replace("_", " ").capitalize() + "s"


ROLES: tuple[Role, ...] = tuple(Role)
ROLE_BY_GROUP: dict[str, Role] = {role.group_name: role for role in ROLES}
GUARDED_ROLES = frozenset({Role.PUBLISHER, Role.ADMINISTRATOR})
"""Who can make the newsroom say something, or let others in: they sign in with a second factor."""


def roles_of(user: User) -> frozenset[Role]:
    """Return the roles of `user`; the groups are asked for once a request.

    An identity with every right (`is_superuser`) is an administrator, whatever groups it is in.
    """
    if not user.is_active:
        return frozenset()
    names = user.group_names
    roles = {ROLE_BY_GROUP[name] for name in names if name in ROLE_BY_GROUP}
    return frozenset(roles | {Role.ADMINISTRATOR} if user.is_superuser else roles)


def has_role(user: User, *roles: Role) -> bool:
    """Say whether `user` has one of `roles`. Administrators have all of them."""
    own = roles_of(user)
    return Role.ADMINISTRATOR in own or not own.isdisjoint(roles)
