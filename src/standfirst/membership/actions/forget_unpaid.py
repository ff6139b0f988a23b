"""Forget whoever began to join, never paid, and never came back: an address that nobody needs is not kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from standfirst.accounts.models import User
from standfirst.membership.actions.forget_member import forget_member
from standfirst.membership.models import Gift, Member, MemberNote, Pledge
from standfirst.payments.models import Agreement, Payment

KEPT_FOR = timedelta(days=90)
"""A bank transfer may take 60 days to arrive; a month more is for whoever asks where their money is."""
A_LOOK = 5
"""Forgetting looks through every session of the newsroom: a few a minute are soon all, and hold up nothing."""
OVER = (Agreement.State.ABANDONED, Agreement.State.ENDED)


def to_forget(now: datetime) -> Iterable[Member]:
    """Members whose join is long ago and came to nothing, the oldest first."""
    return _candidates(now).order_by("joined_at", "pk")[:A_LOOK]


@transaction.atomic
def forget_unpaid(*, member: Member, now: datetime) -> bool:
    """Forget `member` unless they came, paid or hold anything by now; return whether they are forgotten.

    An erased row without a name stays, so that a payment that arrives after all has where to go.
    """
    list(User.objects.select_for_update().filter(pk=member.user_id))  # whoever signs in at this moment is kept
    list(Pledge.objects.locked().filter(member=member).order_by("pk"))
    kept = _candidates(now).filter(pk=member.pk).first()
    if kept is None:
        return False
    forget_member(kept)
    return True


def _candidates(now: datetime) -> QuerySet[Member]:
    """Those who began to pledge, never came, and hold nothing. All in one query: who is kept stands in nobody's way."""
    unpaid = Q(began_at=None, state__in=[Pledge.State.PENDING, Pledge.State.ENDED], made_at__lte=now - KEPT_FOR)
    of_member = Pledge.objects.filter(member=OuterRef("pk"))
    return Member.objects.select_related("user").filter(
        ~Exists(of_member.exclude(unpaid)),
        ~Exists(_with_money(of_member)),
        ~Exists(_gifts()),
        ~Exists(MemberNote.objects.filter(member=OuterRef("pk"))),
        pk__in=Pledge.objects.filter(unpaid).values("member"),
        joined_at__lte=now - KEPT_FOR,
        user__isnull=False,
        user__last_login=None,
        user__is_staff=False,
        user__is_superuser=False,
    )


def _with_money(pledges: QuerySet[Pledge]) -> QuerySet[Pledge]:
    """Those for which money moved, or may still move."""
    named = pledges.annotate(known_as=Concat(Value("pledge:"), Cast("pk", CharField())))
    agreements = Agreement.objects.filter(reference=OuterRef("known_as")).exclude(state__in=OVER)
    payments = Payment.objects.filter(agreement__reference=OuterRef("known_as")).exclude(state=Payment.State.FAILED)
    return named.filter(Exists(agreements) | Exists(payments))


def _gifts() -> QuerySet[Gift]:
    """What the member gave, or what waits for them."""
    email = OuterRef("user__email")
    theirs = Q(giver=OuterRef("pk")) | Q(giver_email__iexact=email) | Q(recipient_email__iexact=email)
    return Gift.objects.filter(theirs)
