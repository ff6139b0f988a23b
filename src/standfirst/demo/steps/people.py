"""Staff: one person for each role."""

from __future__ import annotations

from typing import Any

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
