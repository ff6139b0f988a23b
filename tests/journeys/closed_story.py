"""Puts into the small newsroom a tier, a member of it, a story for that tier, and an open one that is to be closed.

Run inside the newsroom's own Django; prints where they are and what the member's browser keeps, as JSON.
"""

from __future__ import annotations

import json

import django


def main() -> None:
    """Make everything and print the stories' addresses and numbers and the member's cookie."""
    django.setup()
    from django.db import transaction

    with transaction.atomic():
        print(json.dumps(_made()))  # noqa: T201 - read by the journey


def _made() -> dict[str, str | int]:
    from django.http import HttpResponse
    from tests import factories
    from tests.access.closed import SHOWN, hidden_blocks, text
    from tests.money import factories as money

    from standfirst.delivery.edge.access import COOKIE
    from standfirst.membership.models import MembershipTerms
    from standfirst.membership.signing_in import give_access
    from standfirst.stories.models import Section

    MembershipTerms.objects.update_or_create(pk=1, defaults={"home_currency": "GEL"})
    tier = money.tier(slug="reader", name="Reader", rank=1)
    pledge = money.pledge(money.member("reads@readers.example"), tier=tier)
    body = json.dumps([text(f"{SHOWN} opens."), {"type": "preview_end", "value": None}, *hidden_blocks()])
    section = Section.objects.get(title="Azerbaijan")
    closed = factories.story(section, "What only members read", body=body, access="tier:reader")
    opened = factories.story(section, "What everybody reads so far", body=body)
    response = HttpResponse()
    give_access(response, pledge.member)
    stories = {"url": closed.url, "pk": closed.pk, "open_url": opened.url, "open_pk": opened.pk}
    return {**stories, "cookie": response.cookies[COOKIE].value}


if __name__ == "__main__":
    main()
