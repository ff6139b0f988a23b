"""Lets the member of `closed_story` lapse: their tokens are revoked on every node."""

from __future__ import annotations

import django


def main() -> None:
    """Move the pledge, and revoke what was given out for it."""
    django.setup()
    from django.db import transaction

    from standfirst.delivery.actions.revoke_access import revoke_access
    from standfirst.membership.models import Pledge

    with transaction.atomic():
        pledge = Pledge.objects.get(member__user__email="reads@readers.example")
        pledge.move_to(Pledge.State.LAPSED, why="the journey says so")
        revoke_access(subject=pledge.member.number.hex)


if __name__ == "__main__":
    main()
