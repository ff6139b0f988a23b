"""Lists of members in the admin: managers only, dry run first, report by line, subscriptions in the background."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.importers.models import Adoption, MemberImport
from standfirst.importers.tasks import adopt_subscriptions
from standfirst.membership.models import Member, Pledge
from tests import factories as newsroom
from tests.importers.members.test_import import file_of, subscription
from tests.money import factories
from tests.money.plain import PlainProvider

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/membership/import/"


@pytest.fixture
def manager(client: Client) -> User:
    user = newsroom.staff(Role.MEMBERSHIP_MANAGER)
    client.force_login(user)
    return user


def send(client: Client, data: bytes, **given: Any) -> Any:
    return client.post(ADDRESS, {"file": SimpleUploadedFile("list.csv", data), "language": "en", **given})


def test_only_membership_managers_enter(client: Client) -> None:
    for user in (newsroom.staff(Role.PUBLISHER), factories.member().user):
        client.force_login(user)
        assert client.get(ADDRESS).status_code in {302, 403}


def test_a_dry_run_says_what_would_come_and_writes_nothing(client: Client, manager: User) -> None:
    answer = send(client, file_of("a@x.example,A,,true,false,,,", "bad,B,,true,false,,,"), dry_run="on")
    assert answer.status_code == 200
    assert b"&#x27;bad&#x27; is no e-mail address" in answer.content
    assert (Member.objects.count(), MemberImport.objects.count()) == (0, 0)


def test_a_list_comes_in_and_its_subscriptions_are_taken_on(
    client: Client, manager: User, plain: PlainProvider
) -> None:
    factories.tier()
    account = factories.account()
    subscription(plain, "cus_1")
    rows = ("a@x.example,A,,true,false,cus_1,,", "b@x.example,B,,true,false,cus_2,,", "=bad,B,,true,false,,,")
    answer = send(client, file_of(*rows), account=account.pk)
    run = MemberImport.objects.get()
    assert (answer.status_code, answer.url, run.by) == (302, f"{ADDRESS}{run.pk}/", manager)
    assert client.get(answer.url).headers["Refresh"] == "2"
    adopt_subscriptions.func(account.pk)
    page = client.get(answer.url)
    assert "Refresh" not in page.headers
    assert b"there is no cus_2" in page.content
    assert (Adoption.objects.filter(state="done").count(), Pledge.objects.count()) == (1, 1)
    report = b"".join(client.get(f"{answer.url}report.csv")).decode()  # type: ignore[arg-type]
    assert report.splitlines()[1:] == ["4,'=bad' is no e-mail address", "3,cus_2: there is no cus_2"]
    assert client.get(ADDRESS).status_code == 200


def test_what_is_no_list_is_refused(client: Client, manager: User) -> None:
    answer = send(client, b"id,name\n1,A\n")
    assert (answer.status_code, b"Say which column has the e-mail address" in answer.content) == (422, True)


def test_a_list_too_long_to_wait_for_belongs_on_the_server(
    client: Client, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standfirst.importers.members.forms.MOST_PEOPLE", 1)
    answer = send(client, file_of("a@x.example,A,,true,false,,,", "b@x.example,B,,true,false,,,"))
    assert (answer.status_code, b"standfirst import members" in answer.content) == (422, True)
    assert Member.objects.count() == 0
