"""What can be done to identities, one verb a file."""

from standfirst.accounts.actions.add_staff import add_staff
from standfirst.accounts.actions.assign_roles import assign_roles
from standfirst.accounts.actions.invite_staff import invite_staff

__all__ = ["add_staff", "assign_roles", "invite_staff"]
