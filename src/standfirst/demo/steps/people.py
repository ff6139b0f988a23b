"""Staff: one person for each role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from wagtail.users.models import UserProfile

from standfirst.accounts.actions import add_staff
from standfirst.accounts.models import User


def take_in_staff(staff: list[dict[str, Any]], passwords: dict[str, str]) -> dict[str, User]:
    """Take in whoever is missing of `staff` (role, email, name) and return everybody by role.

    Args:
        passwords: by e-mail address, for new people only; without one nobody can sign in as that person yet.
    """
    people = {user.email: user for user in User.objects.filter(email__in=[entry["email"] for entry in staff])}
    for entry in staff:
        email = entry["email"]
        if email not in people:
            people[email] = add_staff(
                email=email, name=entry["name"], role=entry["role"], password=passwords.get(email)
            )
    return {entry["role"]: people[entry["email"]] for entry in staff}


@contextmanager
def without_mail(staff: Iterable[User]) -> Iterator[None]:
    """Nobody gets mail about the stories that are put on the desk inside; afterwards the choices are as before."""
    profiles = [UserProfile.get_for_user(user) for user in staff]
    before = [(profile.submitted_notifications, profile.approved_notifications) for profile in profiles]
    for profile in profiles:
        _choose(profile, submitted=False, approved=False)
    try:
        yield
    finally:
        for profile, (submitted, approved) in zip(profiles, before, strict=True):
            _choose(profile, submitted=submitted, approved=approved)


def _choose(profile: UserProfile, *, submitted: bool, approved: bool) -> None:
    profile.submitted_notifications, profile.approved_notifications = submitted, approved
    profile.save(update_fields=["submitted_notifications", "approved_notifications"])
