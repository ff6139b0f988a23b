"""Ending one session: one's own, never somebody else's, never by a link."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests import factories

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role

pytestmark = pytest.mark.django_db
LIST = "/accounts/sessions/"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def signed_in(user: User, browser: str) -> Client:
    client = Client(headers={"user-agent": browser})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get(LIST).status_code == 200


def ending(session: UserSession) -> str:
    return reverse("end_session", args=[session.pk])


@pytest.fixture
def editor() -> User:
    return factories.staff(Role.EDITOR)


def test_one_session_is_ended_and_the_others_stay(editor: User) -> None:
    here, there, elsewhere = (signed_in(editor, browser) for browser in ("Here", "There", "Elsewhere"))

    response = here.post(ending(UserSession.objects.get(user_agent="There")), follow=True)

    assert response.redirect_chain == [(LIST, 302)]
    assert "The session is ended" in response.content.decode()
    assert [is_signed_in(client) for client in (here, there, elsewhere)] == [True, False, True]


def test_the_list_marks_the_present_session_and_offers_to_end_the_others(editor: User) -> None:
    here, _there = signed_in(editor, "Here"), signed_in(editor, "There")

    page = here.get(LIST).content.decode()

    assert page.count("This session") == 1
    present, other = (UserSession.objects.get(user_agent=browser) for browser in ("Here", "There"))
    assert ending(other) in page
    assert ending(present) not in page


def test_somebody_elses_session_is_not_found(editor: User) -> None:
    victim, stranger = signed_in(editor, "Victim"), signed_in(factories.staff(Role.EDITOR), "Stranger")

    response = stranger.post(ending(UserSession.objects.get(user_agent="Victim")))

    assert response.status_code == 404
    assert is_signed_in(victim)


def test_a_link_ends_nothing(editor: User) -> None:
    here, there = signed_in(editor, "Here"), signed_in(editor, "There")

    assert here.get(ending(UserSession.objects.get(user_agent="There"))).status_code == 405
    assert is_signed_in(there)


def test_who_is_not_signed_in_ends_nothing(editor: User) -> None:
    there = signed_in(editor, "There")
    nobody = Client()

    response = nobody.post(ending(UserSession.objects.get()))

    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")
    assert is_signed_in(there)


def test_the_present_session_ends_by_signing_out(editor: User) -> None:
    here = signed_in(editor, "Here")

    response = here.post(ending(UserSession.objects.get()))

    assert response.url == reverse("account_logout")
    assert is_signed_in(here)
