from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from standfirst.accounts.actions.assign_roles import assign_roles
from standfirst.accounts.models import User
from standfirst.accounts.roles import Role


@transaction.atomic
def add_staff(*, email: str, name: str, role: Role | str, password: str | None = None) -> User:
    """Take somebody into the newsroom.

    Without a password nobody can sign in until the person set one through an invitation or "forgotten password".

    Raises:
        ValidationError: the address is none or taken, or the role is unknown.
    """
    validate_email(email)
    if str(role) not in Role.values:
        raise ValidationError(
            _("“%(role)s” is no role. The roles are: %(roles)s.") % {"role": role, "roles": ", ".join(Role.values)}
        )
    if User.objects.filter(email=email.lower()).exists():
        raise ValidationError(_("%(email)s is taken by somebody else.") % {"email": email})
    user = User.objects.create_user(email, password, name=name)
    assign_roles(user=user, roles=[Role(role)])
    return User.objects.get(pk=user.pk)
