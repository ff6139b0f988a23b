"""Finds members by whatever a letter from one of them may name: a name, an address, a code, a provider's id."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from standfirst.accounts.models import User
from standfirst.membership.models import Gift, Member, Pledge
from standfirst.membership.models.member import MemberQuerySet
from standfirst.payments.models import Agreement, Payment, ProviderAccount


def matching(text: str) -> MemberQuerySet:
    """Members whose name or address holds `text`, or who are known by it; all members when it is empty."""
    text = text.strip()
    if not text:
        return Member.objects.all()
    wanted, addresses = Q(pk__in=_known_as(text)), Q()
    for spelling in _spellings(text):
        wanted |= Q(pseudonym__icontains=spelling)
        addresses |= Q(email__icontains=spelling)
    # Asked for apart, the addresses are read from their index; joined to members each would be looked up by itself.
    return Member.objects.filter(wanted | Q(user__in=User.objects.filter(addresses).values("pk")))


def _spellings(text: str) -> set[str]:
    """SQLite ignores the case of ASCII letters only; other alphabets are asked for as people write names."""
    return {text} if text.isascii() else {text, text.lower(), text.upper(), text.title()}


def _known_as(text: str) -> set[int]:
    """Primary keys of members who are known by exactly `text`: a code, a number, an id at a provider."""
    if " " in text or "@" in text:
        return set()
    found = _by_gift(Q(code=text.upper())) | _by_references(_references(text))
    number = _number(text)
    if number:
        found |= set(Member.objects.filter(number=number).values_list("pk", flat=True))
        found |= set(Pledge.objects.filter(number=number).values_list("member", flat=True))
        found |= _by_references(
            set(Payment.objects.filter(number=number).values_list("agreement__reference", flat=True))
        )
        found |= _by_references(set(Agreement.objects.filter(key=number).values_list("reference", flat=True)))
    return found


def _number(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _references(text: str) -> set[str]:
    """Whom agreements and payments with the provider's id `text` are for."""
    accounts = list(ProviderAccount.objects.values_list("pk", flat=True))  # the indexes begin with the account
    agreements = Agreement.objects.filter(account__in=accounts)
    found = [
        agreements.filter(object_id=text).values_list("reference", flat=True),
        agreements.filter(mandate_id=text).values_list("reference", flat=True),
        Agreement.objects.filter(customer_id=text).values_list("reference", flat=True),
        Payment.objects.filter(account__in=accounts, provider_id=text).values_list("agreement__reference", flat=True),
    ]
    return {reference for references in found for reference in references}


def _by_references(references: set[str]) -> set[int]:
    kinds: dict[str, list[int]] = {"pledge": [], "gift": []}
    for reference in references:
        kind, _colon, number = reference.partition(":")
        if kind in kinds and number.isdecimal():
            kinds[kind].append(int(number))
    members = set(Pledge.objects.filter(pk__in=kinds["pledge"]).values_list("member", flat=True))
    return members | _by_gift(Q(pk__in=kinds["gift"]))


def _by_gift(wanted: Q) -> set[int]:
    """Who gave the gifts, and who redeemed them."""
    rows = Gift.objects.filter(wanted).values_list("giver", "pledge__member")
    return {member for row in rows for member in row if member is not None}
