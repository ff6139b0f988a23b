"""What a member's pledges allow: the variant that the access token carries and the edge chooses pages by."""

from __future__ import annotations

from standfirst.membership.models import Member, Pledge

REGISTERED = "registered"
"""The variant of a reader who is signed in and has no pledge that counts."""


def variant_of(member: Member | None) -> str:
    """Return "" for a stranger, `registered`, or `tier-RANK` by the highest tier of the pledges that count."""
    if member is None:
        return ""
    ranks = Pledge.objects.counting().filter(member=member).values_list("tier__rank", flat=True)
    return f"tier-{max(ranks)}" if ranks else REGISTERED


def rank_of(variant: str) -> int:
    """Return the rank that `variant` stands for: -1 a stranger, 0 somebody registered."""
    if variant.startswith("tier-") and variant[5:].isdecimal():
        return int(variant[5:])
    return 0 if variant == REGISTERED else -1


def state_of(member: Member | None, variant: str) -> str:
    """Return what the reader with `variant` is, in one word: `stranger`, `registered`, `lapsed` or `member`.

    `lapsed` is who is signed in and was a member once.
    """
    if member is None:
        return "stranger"
    if variant != REGISTERED:
        return "member"
    return "lapsed" if Pledge.objects.filter(member=member, began_at__isnull=False).exists() else "registered"
