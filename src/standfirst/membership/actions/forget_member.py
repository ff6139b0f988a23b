"""Take the person out of everything that is kept of a member. What moved, and when, stays in the books."""

from __future__ import annotations

import json

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry

from standfirst.accounts.models import User
from standfirst.delivery.actions.revoke_access import revoke_access
from standfirst.membership.forgetting import Person, tell_others
from standfirst.membership.models import (
    ChangeOrder,
    Gift,
    Member,
    MemberNote,
    Pledge,
    PledgeEvent,
    Renewal,
    SentMail,
)
from standfirst.payments.actions.forget_payer import forget_payer
from standfirst.payments.models import Agreement


@transaction.atomic
def forget_member(member: Member) -> None:
    """Forget addresses, names, words, sessions and what providers and the bank call the person of `member`.

    The caller has seen to it that nothing more is collected.
    """
    person = Person(member, frozenset(_emails(member)))
    pledges = list(member.pledges.all())
    gifts = Gift.objects.filter(Q(giver=member) | _any_of("giver_email", person))
    references = [*(pledge.reference for pledge in pledges), *(gift.reference for gift in gifts)]
    agreements = Agreement.objects.filter(reference__in=references).values_list("pk", flat=True)
    forget_payer(agreements=list(agreements), emails=person.emails)
    _forget_words(person, pledges)
    _forget_gifts(person, pledges)
    tell_others(person)
    user = member.user
    if user is not None:
        _forget_traces(person, user)
    member.user, member.pseudonym, member.source = None, "", ""
    member.erased_at = timezone.now()
    member.save()
    if user is not None:
        user.delete()
    revoke_access(subject=member.number.hex)


def _emails(member: Member) -> set[str]:
    """Every address by which the person signs in or did so before a merge; in small letters."""
    known = EmailAddress.objects.filter(user=member.user).values_list("email", flat=True) if member.user else ()
    return {email.lower() for email in (member.email, *known) if email}


def _any_of(field: str, person: Person) -> Q:
    """Rows whose `field` is one of the person's addresses, however it is written."""
    found = Q(pk__in=[])
    for email in person.emails:
        found |= Q(**{f"{field}__iexact": email})
    return found


def _forget_words(person: Person, pledges: list[Pledge]) -> None:
    """Mails, notes, and what was written down in passing."""
    mails = SentMail.objects.filter(Q(member=person.member) | _any_of("email", person))
    mails.update(email="", sealed="", failure="")
    MemberNote.objects.filter(member=person.member).delete()
    said = PledgeEvent.objects.filter(pledge__in=pledges)
    said.filter(why__startswith="cancelled: ").update(why="cancelled")
    said.filter(why__startswith="given by the newsroom: ").update(why="given by the newsroom")
    said.exclude(by=None).exclude(why__in=["cancelled", "given by the newsroom"]).update(why="")
    said.filter(why__startswith="the provider refused a change").update(why="the provider refused a change")
    ChangeOrder.objects.filter(pledge__in=pledges).update(failure="")
    Renewal.objects.filter(pledge__in=pledges).update(failure="")


def _forget_gifts(person: Person, pledges: list[Pledge]) -> None:
    given = Q(giver=person.member) | _any_of("giver_email", person)
    received = _any_of("recipient_email", person) | Q(pledge__in=pledges)
    Gift.objects.filter(received).update(recipient_email="", recipient_name="", message="")
    Gift.objects.filter(given).update(giver_email="", giver_name="", giver=None, message="")


def _forget_traces(person: Person, user: User) -> None:
    """What the platform keeps of whoever signs in or is edited: sessions, the log of the desk, tasks that failed."""
    keys = UserSession.objects.filter(user=user).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(keys)).delete()
    speaking = [
        session.pk
        for session in Session.objects.iterator(chunk_size=500)
        if any(email in json.dumps(session.get_decoded(), default=str).lower() for email in person.emails)
    ]
    Session.objects.filter(pk__in=speaking).delete()
    for row in (user, person.member):
        kind = ContentType.objects.get_for_model(row)
        ModelLogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).update(label="", data={})
    DBTaskResult.objects.filter(_traceback_of(person)).update(traceback="")


def _traceback_of(person: Person) -> Q:
    found = Q(pk__in=[])
    for email in person.emails:
        found |= Q(traceback__icontains=email)
    return found
