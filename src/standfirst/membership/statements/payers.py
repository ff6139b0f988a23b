"""Who stands behind the references of agreements: what payments cannot know."""

from __future__ import annotations

from collections.abc import Iterable

from standfirst.accounts.models import User
from standfirst.membership.models import Gift, Member, MemberNote, Pledge
from standfirst.payments.models import Agreement


def members_of(references: Iterable[str]) -> dict[str, Member]:
    """Return whose pledge (or gift that they gave) each reference is, where it is anybody's."""
    wanted: dict[str, list[str]] = {"pledge": [], "gift": []}
    for reference in references:
        kind, _colon, number = reference.partition(":")
        if kind in wanted and number.isdecimal():
            wanted[kind].append(number)
    found: dict[str, Member] = {}
    for start in range(0, len(wanted["pledge"]), 500):
        some = Pledge.objects.filter(pk__in=wanted["pledge"][start : start + 500]).select_related("member__user")
        found |= {pledge.reference: pledge.member for pledge in some}
    for start in range(0, len(wanted["gift"]), 500):
        gifts = Gift.objects.filter(pk__in=wanted["gift"][start : start + 500]).select_related("giver__user")
        found |= {f"gift:{gift.pk}": gift.giver for gift in gifts if gift.giver is not None}
    return found


def names_of(references: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the names by which a bank may know the payer of each reference."""
    names = {}
    for reference, member in members_of(references).items():
        own = (member.pseudonym, member.user.name if member.user else "")
        names[reference] = tuple(name for name in own if name)
    return names


def note(agreement: Agreement, text: str, *, by: User | None) -> None:
    """Write on the member's timeline what staff did with their money."""
    member = members_of([agreement.reference]).get(agreement.reference)
    if member is not None:
        MemberNote.objects.create(member=member, by=by, text=text)
