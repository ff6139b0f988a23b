"""Readers who are signed in: who they are, and the access token that lets them read what their pledges allow."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase

from standfirst.accounts.models import User
from standfirst.delivery.edge.access import COOKIE, AccessTokens
from standfirst.membership.entitlements import variant_of
from standfirst.membership.models import Member

LIFE = 12 * 3600
"""Seconds that a token is good for; the small script renews it with every visit."""
HINT = "standfirst_reader"
"""A cookie that scripts may read. It says that asking who reads makes sense, and nothing else."""
HINT_LIFE = 180 * 24 * 3600


def give_access(response: HttpResponseBase, member: Member) -> None:
    """Let the browser that gets `response` read what `member` may read now."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    token = AccessTokens(keys).issue(variant=variant_of(member), subject=member.number.hex, now=time.time(), life=LIFE)
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(COOKIE, token, max_age=LIFE, httponly=True, samesite="Lax", secure=secure)
    response.set_cookie(HINT, "1", max_age=HINT_LIFE, samesite="Lax", secure=secure)


def take_access(response: HttpResponseBase) -> None:
    """Let the browser that gets `response` read what strangers may read."""
    response.delete_cookie(COOKIE, samesite="Lax")
    response.delete_cookie(HINT, samesite="Lax")


def member_of(request: HttpRequest) -> Member | None:
    """Return the member who is signed in, if any."""
    user = request.user
    if not isinstance(user, User):
        return None
    return Member.objects.filter(user=user).select_related("user").first()


def know_user(email: str) -> User:
    """Return the identity with this address, made without a password when there is none."""
    email = User.objects.normalize_email(email).lower()
    found = User.objects.filter(email=email).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return User.objects.create_user(email)
    except IntegrityError:  # somebody made it at the same moment
        return User.objects.get(email=email)


def know_member(user: User, **first: Any) -> Member:
    """Return the member with this identity, made with the values `first` when there is none."""
    found = Member.objects.filter(user=user).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Member.objects.create(user=user, **first)
    except IntegrityError:
        return Member.objects.get(user=user)


@transaction.atomic
def forget_stranger(user_id: int) -> bool:
    """Delete an identity without a role that never signed in and is no member; return whether it was one."""
    strangers = User.objects.filter(pk=user_id, is_staff=False, is_superuser=False, last_login=None, member=None)
    return strangers.delete()[0] > 0
