"""From the wall through the readers' door, and back to the story."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as outbox
from django.test import Client

from standfirst.delivery.edge.access import COOKIE
from standfirst.membership.mail import deliver
from standfirst.membership.models import Member, SentMail, Tier
from standfirst.stories.models import Article, Section
from tests.access.closed import closed_story
from tests.money import factories as money

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    """Each test counts its own attempts."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(uuid4())}}


@pytest.fixture
def member(silver: Tier) -> Member:
    found = money.member("reads@readers.example")
    money.pledge(found, tier=silver)
    return found


@pytest.fixture
def story(section: Section) -> Article:
    return closed_story(section)


def door(client: Client, story: Article) -> str:
    """Where the wall sends who is a member already."""
    wall = client.get(story.url).content.decode().partition('class="appeal wall"')[2]
    return unescape(re.findall(r'href="(/account/sign-in/[^"]*)"', wall)[0])


def test_the_door_leads_back_to_the_story_with_a_token(client: Client, member: Member, story: Article) -> None:
    asked = client.post(door(client, story), {"email": "reads@readers.example"})
    mail = SentMail.objects.get(kind="code")
    assert deliver(mail.pk)
    code = re.findall(r"\n([A-Z0-9-]{6,})\n", str(outbox.outbox[-1].body))[0]
    form = client.get(asked.headers["Location"])
    hidden = dict(re.findall(r'type="hidden" name="(next)" value="([^"]*)"', form.content.decode()))
    arrived = client.post(asked.headers["Location"], {"code": code, **hidden})
    assert arrived.headers["Location"] == story.url
    assert arrived.cookies[COOKIE].value.startswith("tier-1.")


def test_who_is_signed_in_and_lost_the_token_gets_one_and_goes_on(
    client: Client, member: Member, story: Article
) -> None:
    assert member.user is not None
    client.force_login(member.user)
    response = client.get(door(client, story))
    assert response.headers["Location"] == story.url
    assert response.cookies[COOKIE].value.startswith("tier-1.")


def test_the_door_leads_to_no_other_site(client: Client, member: Member) -> None:
    assert member.user is not None
    client.force_login(member.user)
    response = client.get("/account/sign-in/?next=https://evil.example/")
    assert response.headers["Location"] == "/account/"


def test_a_stranger_at_the_door_gets_no_token(client: Client, story: Article) -> None:
    assert COOKIE not in client.get(door(client, story)).cookies
