"""security.txt as RFC 9116 has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from standfirst.stories.models import Edition, NewsroomSettings
from standfirst.syndication.security_txt import contact_address
from tests import factories

pytestmark = pytest.mark.django_db


def fields(client: Client) -> dict[str, str]:
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in response.content.decode().splitlines())


def test_all_fields(client: Client, edition: Edition) -> None:
    factories.edition("ru")
    NewsroomSettings.objects.update(security_contact="mailto:safe@ridgeline.example")
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        assert fields(client) == {
            "Contact": "mailto:safe@ridgeline.example",
            "Expires": "2027-09-27T00:00:00Z",
            "Preferred-Languages": "en, ru",
            "Canonical": "http://testserver/.well-known/security.txt",
        }


@pytest.mark.parametrize("day", [datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 2, 29, 23, 59, tzinfo=UTC)])
def test_it_is_always_valid_for_months_and_never_for_a_year(client: Client, edition: Edition, day: datetime) -> None:
    NewsroomSettings.objects.update(security_contact="https://ridgeline.example/security")
    with time_machine.travel(day):
        left = datetime.fromisoformat(fields(client)["Expires"]) - day
    assert timedelta(days=290) < left < timedelta(days=365)


@pytest.mark.parametrize(
    ("setting", "contact"),
    [
        ("safe@ridgeline.example", "mailto:safe@ridgeline.example"),
        (" https://x.example/ ", "https://x.example/"),
        ("mailto:a@b.example\nExpires: 2999-01-01T00:00:00Z", "mailto:a@b.exampleExpires:2999-01-01T00:00:00Z"),
        ("http://unsafe.example/", ""),
        ("call us", ""),
        ("", ""),
    ],
)
def test_contact_is_one_address(setting: str, contact: str) -> None:
    assert contact_address(setting) == contact


def test_without_contact_there_is_no_file(client: Client, edition: Edition) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
