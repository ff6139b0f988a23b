"""Forget a person; the money that moved stays in the books."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from standfirst.delivery.actions.revoke_access import revoke_access
from standfirst.membership.actions.cancel_pledge import cancel_pledge
from standfirst.membership.models import ChangeOrder, Gift, Member, MemberNote, Pledge, PledgeEvent, SentMail
from standfirst.payments.actions.forget_payer import forget_payer
from standfirst.payments.models import Agreement


class CannotClose(Exception):
    """Why the account cannot be closed now; a sentence for its owner."""


def close_account(*, member: Member) -> None:
    """End what runs, and forget the person of `member`: address, names, words, what providers call them.

    Amounts and dates stay. Raises CannotClose for staff, and while a provider has not heard that it collects nothing
    more: it could otherwise go on collecting from somebody whom nobody knows any more.
    """
    user = member.user
    if user is None:
        return
    if user.is_staff or user.is_superuser:
        raise CannotClose(_("This address belongs to staff. Let an administrator take the role away first."))
    for pledge in member.pledges.exclude(state__in={Pledge.State.ENDED, Pledge.State.PENDING}):
        cancel_pledge(pledge=pledge, by=user, at_once=True)
    waiting = ChangeOrder.objects.filter(pledge__member=member, state=ChangeOrder.State.ASKED)
    if waiting.exists():
        raise CannotClose(
            _("Nothing more will be collected, but the payment provider has not confirmed it yet. Try in an hour.")
        )
    _forget(member)


@transaction.atomic
def _forget(member: Member) -> None:
    user = member.user
    email = member.email
    pledges = list(member.pledges.all())
    gifts = list(Gift.objects.filter(giver_email__iexact=email) | Gift.objects.filter(giver=member))
    references = [*(pledge.reference for pledge in pledges), *(gift.reference for gift in gifts)]
    for agreement in Agreement.objects.filter(reference__in=references).select_related("account"):
        forget_payer(agreement=agreement, email=email)
    SentMail.objects.filter(member=member).update(email="", sealed="")
    SentMail.objects.filter(email__iexact=email).update(email="", sealed="")
    MemberNote.objects.filter(member=member).delete()
    # What was written down in passing may name the person.
    PledgeEvent.objects.filter(pledge__in=pledges, why__startswith="cancelled: ").update(why="cancelled")
    given = Gift.objects.filter(pk__in=[gift.pk for gift in gifts])
    given.update(giver_email="", giver_name="", giver=None, message="")
    Gift.objects.filter(recipient_email__iexact=email).update(recipient_email="", recipient_name="", message="")
    Gift.objects.filter(pledge__in=pledges).update(recipient_email="", recipient_name="", message="")
    member.user, member.pseudonym, member.source = None, "", ""
    member.erased_at = timezone.now()
    member.save()
    if user is not None:
        user.delete()
    revoke_access(subject=member.number.hex)
