"""Puts into a fresh newsroom what the journeys find there: staff of each role, sections, people, threads, topics.

Run inside the newsroom's own Django; see `serving.prepare`.
"""

from __future__ import annotations

import django

LIST_TITLES = {
    "en": ("Azerbaijan", "Georgia", "Nino Beridze", "Iran and its neighbours", "Diplomacy", "Railways"),
    "ru": ("Азербайджан", "Грузия", "Нино Беридзе", "Иран и его соседи", "Дипломатия", "Железные дороги"),
}
FORTNIGHT_AGO = 14


def main() -> None:
    """Add everything, in one transaction."""
    django.setup()
    from django.db import transaction

    with transaction.atomic():
        _take_in_staff()
        _fill_lists()
        _publish_older_stories()


def _take_in_staff() -> None:
    from allauth.mfa.totp.internal.auth import TOTP
    from tests.journeys.people import PASSWORD, STAFF

    from standfirst.accounts.actions import add_staff

    for person in STAFF:
        user = add_staff(email=person.email, name=person.name, role=person.role, password=PASSWORD)
        if person.secret:
            TOTP.activate(user, person.secret)


def _fill_lists() -> None:
    """Give both editions the same sections, thread, topics and contributor, joined as translations."""
    from tests import factories

    from standfirst.stories.models import Edition

    made: list[list[object]] = []
    for edition in Edition.objects.order_by("path"):
        azerbaijan, georgia, person, thread, topic, railways = LIST_TITLES[edition.slug]
        made.append(
            [
                factories.section(edition, azerbaijan),
                factories.section(edition, georgia),
                factories.contributor(edition, person, job="Reporter"),
                factories.thread(edition, thread),
                factories.topic(edition, topic),
                factories.topic(edition, railways),
            ]
        )
    for first, second in zip(*made, strict=True):
        second.translation_key = first.translation_key  # type: ignore[attr-defined]
        second.save()  # type: ignore[attr-defined]


def _publish_older_stories() -> None:
    from datetime import timedelta

    from django.utils import timezone
    from tests import factories

    from standfirst.stories.models import Section

    section = Section.objects.get(title="Azerbaijan")
    for number, headline in enumerate(("A bridge opens at Julfa", "Trains return to Horadiz", "The price of bread")):
        factories.story(section, headline, published_at=timezone.now() - timedelta(days=FORTNIGHT_AGO + number))


if __name__ == "__main__":
    main()
