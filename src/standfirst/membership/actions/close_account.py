"""Forget a person; the money that moved stays in the books."""

from __future__ import annotations

from django.utils.translation import gettext as _

from standfirst.accounts.models import User
from standfirst.membership.actions.cancel_pledge import cancel_pledge
from standfirst.membership.actions.forget_member import forget_member
from standfirst.membership.models import ChangeOrder, Member, Pledge


class CannotClose(Exception):
    """Why the account cannot be closed now; a sentence for its owner."""


def close_account(*, member: Member, by: User | None = None) -> None:
    """End what runs, and forget the person of `member`: address, names, words, what providers call them.

    `by`: who of the staff does it for them; None when they do it themselves. Amounts and dates stay. Raises CannotClose
    for staff, and while a provider has not heard that it collects nothing more: it could otherwise go on collecting
    from somebody whom nobody knows any more.
    """
    user = member.user
    if user is None:
        return
    if user.is_staff or user.is_superuser:
        raise CannotClose(_("This address belongs to staff. Let an administrator take the role away first."))
    for pledge in member.pledges.exclude(state__in={Pledge.State.ENDED, Pledge.State.PENDING}):
        cancel_pledge(pledge=pledge, by=by or user, at_once=True)
    waiting = ChangeOrder.objects.filter(pledge__member=member, state=ChangeOrder.State.ASKED)
    if waiting.exists():
        raise CannotClose(
            _("Nothing more will be collected, but the payment provider has not confirmed it yet. Try in an hour.")
        )
    forget_member(member)
