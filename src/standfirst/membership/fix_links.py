"""Links in mails that lead to one thing about one pledge without signing in: signed, expiring, good for that only."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing

from standfirst.membership.models import Pledge

SALT = "standfirst.membership.fix"
"""A token of any other purpose is refused by its salt."""
LIFE = timedelta(days=30)
PATH = "/account/fix/"


def token(pledge: Pledge) -> str:
    """Return what proves that its bearer got the mail about `pledge`."""
    return signing.dumps(pledge.number.hex, salt=SALT)


def address(pledge: Pledge) -> str:
    """Return the address at which a late or lapsed payment of `pledge` is put right."""
    return f"{settings.WAGTAILADMIN_BASE_URL}{PATH}{token(pledge)}/"


def read(found: str) -> Pledge | None:
    """Return the pledge of a token; None when it is forged, for something else, older than `LIFE`, or of no use.

    It is of use while something is to be put right: once the pledge is paid, or ended, its links lead nowhere.
    """
    try:
        number = signing.loads(found, salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    wanting = (Pledge.State.PAST_DUE, Pledge.State.LAPSED)
    return (
        Pledge.objects.select_related("member", "tier", "agreement__account")
        .filter(number=number, state__in=wanting)
        .first()
    )
