"""Make one member of two who are the same person."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from standfirst.accounts.models import User
from standfirst.delivery.actions.revoke_access import revoke_access
from standfirst.membership.models import Member, MemberNote


class CannotMerge(Exception):
    """Why these two cannot be made one; a sentence for staff."""


@transaction.atomic
def merge_members(*, keep: Member, other: Member, reason: str, by: User) -> Member:
    """Give `keep` everything that is `other`'s, and let `other` go. Raises CannotMerge.

    Pledges, notes and gifts change hands and payments stay with their pledges, so that no sum changes. With the
    other's e-mail address one signs in as `keep` from then on. What signed `other` in anywhere ends.
    """
    members = {found.pk: found for found in Member.objects.select_for_update().filter(pk__in=[keep.pk, other.pk])}
    if len(members) != 2:
        raise CannotMerge("Choose two different members.")
    keep, other = members[keep.pk], members[other.pk]
    if not reason.strip():
        raise CannotMerge("Say why they are the same person.")
    _check(keep, other)
    _hand_over(keep, other)
    revoke_access(subject=other.number.hex)
    revoke_access(subject=keep.number.hex)
    text = f"Merged with {other} ({other.email}, {other.number}): {reason.strip()}"
    keep.joined_at = min(keep.joined_at, other.joined_at)
    keep.pseudonym = keep.pseudonym or other.pseudonym
    keep.source = keep.source or other.source
    keep.save()
    _let_go(keep, other)
    MemberNote.objects.create(member=keep, by=by, text=text)
    return keep


def _check(keep: Member, other: Member) -> None:
    if keep.user is None or other.user is None:
        raise CannotMerge("A member who was erased cannot be merged with anybody.")
    if other.user.is_superuser or other.user.is_staff or other.user.group_names:
        raise CannotMerge(f"{other.email} belongs to somebody of the newsroom; keep that one, and merge the other.")


def _hand_over(keep: Member, other: Member) -> None:
    """Whatever points to `other` points to `keep`, also what other apps keep about members."""
    for relation in Member._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: other})  # type: ignore[union-attr]
        rows.update(**{relation.field.name: keep})


def _let_go(keep: Member, other: Member) -> None:
    """The other's identity ends with its sessions; its address becomes a second one of `keep`'s."""
    user, address = other.user, other.email
    other.delete()
    if user is None or keep.user is None:
        return
    was_verified = EmailAddress.objects.filter(user=user, email__iexact=address, verified=True).exists()
    user.delete()
    EmailAddress.objects.get_or_create(user=keep.user, email=address, defaults={"verified": was_verified})
