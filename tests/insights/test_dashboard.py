"""The dashboard: what each role finds there, and what it costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult, get_date_max
from pytest_django import DjangoAssertNumQueries
from tests import factories
from tests.money import factories as money
from wagtail import hooks
from wagtail.models import Workflow

from standfirst.accounts.models import User
from standfirst.accounts.roles import ROLES, Role
from standfirst.membership.models import Pledge, SentMail
from standfirst.stories.actions.publish_correction import publish_correction
from standfirst.stories.desk.problems import HOOK, Problem
from standfirst.stories.models import Section

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def section() -> Section:
    return factories.section(factories.edition())


def dashboard(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/desk/").content.decode()


def task(**fields: object) -> DBTaskResult:
    values = {
        "task_path": "standfirst.stories.tasks.make_renditions",
        "args_kwargs": {"args": [], "kwargs": {}},
        "backend_name": "default",
        "run_after": get_date_max(),
        "exception_class_path": "builtins.OSError",
        "traceback": "Traceback: disk full",
        **fields,
    }
    return DBTaskResult.objects.create(**values)


def test_what_waits_is_shown_to_who_can_decide_it(section: Section) -> None:
    reporter = factories.staff(Role.REPORTER)
    story = factories.draft(section, "Waiting story", by=reporter)
    Workflow.objects.get(active=True).start(story, reporter)
    edit = reverse("wagtailadmin_pages:edit", args=[story.pk])
    assert edit in dashboard(factories.staff(Role.EDITOR))
    assert edit in dashboard(reporter)
    assert edit not in dashboard(factories.staff(Role.REPORTER))


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.PUBLISHER, Role.ADMINISTRATOR])
def test_writers_begin_a_story_with_one_click(section: Section, role: Role) -> None:
    address = reverse("wagtailadmin_pages:add", args=["stories", "article", section.pk])
    user = factories.staff(role)
    client = Client()
    client.force_login(user)

    assert address in dashboard(user)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("role", [Role.PICTURE_EDITOR, Role.MEMBERSHIP_MANAGER])
def test_who_does_not_write_is_not_asked_to(section: Section, role: Role) -> None:
    assert "Write a story" not in dashboard(factories.staff(role))


def test_changes_asked_for_are_shown_with_the_comment(section: Section) -> None:
    reporter, editor = factories.staff(Role.REPORTER), factories.staff(Role.EDITOR)
    story = factories.draft(section, by=reporter)
    state = Workflow.objects.get(active=True).start(story, reporter)
    state.current_task_state.specific.reject(user=editor, comment="Call the ministry")
    assert "Call the ministry" in dashboard(reporter)
    assert "Call the ministry" not in dashboard(factories.staff(Role.REPORTER))


def test_own_drafts_are_shown_until_they_are_submitted(section: Section) -> None:
    reporter = factories.staff(Role.REPORTER)
    factories.draft(section, "Half a story", by=reporter)
    assert "Half a story" in dashboard(reporter)
    assert "Half a story" not in dashboard(factories.staff(Role.REPORTER))


@time_machine.travel(NOW, tick=False)
def test_what_goes_out_today_is_shown_and_tomorrow_is_not(section: Section) -> None:
    for headline, hours in (("Tonight", 5), ("Next week", 24 * 7)):
        factories.draft(section, headline, go_live_at=NOW + timedelta(hours=hours)).get_latest_revision().publish()
    page = dashboard(factories.staff(Role.PUBLISHER))
    assert "Tonight" in page
    assert "Next week" not in page
    assert "Tonight" not in dashboard(factories.staff(Role.REPORTER))


@pytest.mark.parametrize("role", ROLES)
def test_what_was_published_and_corrected_is_for_who_works_on_stories(section: Section, role: Role) -> None:
    story = factories.story(section, "Out in the world")
    publish_correction(article=story, text="It was Tuesday, not Monday", by=None)
    page = dashboard(factories.staff(role))
    works = role in {Role.REPORTER, Role.EDITOR, Role.PUBLISHER, Role.ADMINISTRATOR}
    assert ("Out in the world" in page) is works
    assert ("It was Tuesday" in page) is works


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("role", ROLES)
def test_failed_hanging_and_overdue_tasks_are_told_to_who_can_act(role: Role) -> None:
    factories.newsroom()
    task(status="FAILED", finished_at=NOW - timedelta(hours=1))
    task(status="FAILED", finished_at=NOW - timedelta(days=30), task_path="old.tasks.long_forgotten")
    task(status="RUNNING", started_at=NOW - timedelta(hours=5), task_path="a.tasks.endless")
    with time_machine.travel(NOW - timedelta(hours=1), tick=False):
        task(status="READY", task_path="a.tasks.waiting")
    task(status="READY", task_path="a.tasks.fresh")
    page = dashboard(factories.staff(role))
    told = role in {Role.PUBLISHER, Role.ADMINISTRATOR}
    assert ("“make renditions” failed." in page) is told
    assert ("“endless” began and never ended." in page) is told
    assert ("1 task waits since" in page) is told
    assert "long forgotten" not in page


def test_other_apps_report_problems_by_the_hook() -> None:
    factories.newsroom()
    with hooks.register_temporarily(
        HOOK, lambda request: [Problem("The import of old.xml failed", "/desk/somewhere/")]
    ):
        page = dashboard(factories.staff(Role.PUBLISHER))
    assert '<a href="/desk/somewhere/">The import of old.xml failed</a>' in page


def test_a_traceback_is_for_administrators() -> None:
    factories.newsroom()
    task(status="FAILED", finished_at=datetime.now(UTC))
    pages = {}
    for role in (Role.REPORTER, Role.PUBLISHER, Role.ADMINISTRATOR):
        client = Client()
        client.force_login(factories.staff(role))
        pages[role] = client.get(reverse("insights:problems"))
    assert pages[Role.REPORTER].status_code == 302
    assert b"OSError" in pages[Role.PUBLISHER].content
    assert b"disk full" not in pages[Role.PUBLISHER].content
    assert b"disk full" in pages[Role.ADMINISTRATOR].content


def test_the_picture_editor_is_told_which_pictures_lack_words() -> None:
    factories.newsroom()
    factories.picture(credit="")
    assert "1 picture has no credit or no alt text." in dashboard(factories.staff(Role.PICTURE_EDITOR))
    assert "no credit or no alt text" not in dashboard(factories.staff(Role.MEMBERSHIP_MANAGER))


def test_the_dashboard_costs_the_same_with_many_stories(
    section: Section, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    publisher, reporter = factories.staff(Role.PUBLISHER), factories.staff(Role.REPORTER)
    for _ in range(12):
        factories.story(section)
        Workflow.objects.get(active=True).start(factories.draft(section, by=reporter), reporter)
    client = Client()
    client.force_login(publisher)
    client.get("/desk/")
    with django_assert_max_num_queries(60):
        client.get("/desk/")


def test_no_text_of_the_dashboard_names_the_software_below(section: Section) -> None:
    page = dashboard(factories.staff(Role.REPORTER))
    assert "Welcome to the Wagtail" not in page
    assert "Ridgeline" in page


def test_who_has_no_work_in_the_desk_is_told_so() -> None:
    factories.newsroom()
    idle = factories.user(is_staff=True)
    idle.user_permissions.add(Permission.objects.get(codename="access_admin"))
    page = dashboard(idle)
    assert "Your role has no work in this desk." in page
    assert "helpful information" not in page


def test_a_membership_manager_finds_the_members_and_what_waits() -> None:
    manager = factories.staff(Role.MEMBERSHIP_MANAGER)
    page = dashboard(manager)
    assert "0 members" in page
    assert "Nothing waits for you." in page
    money.pledge(state=Pledge.State.ACTIVE)
    money.pledge(state=Pledge.State.PAST_DUE)
    page = dashboard(manager)
    assert "2 members" in page
    assert "1 member whose payment is late" in page
    assert "/desk/membership/members/?state=past_due" in page
    assert "Nothing waits for you." not in page


def test_nobody_else_finds_them_there(section: Section) -> None:
    money.pledge(state=Pledge.State.ACTIVE)
    for role in (Role.REPORTER, Role.EDITOR, Role.PUBLISHER, Role.PICTURE_EDITOR):
        assert "1 member" not in dashboard(factories.staff(role))


def test_mails_that_fail_are_told_to_the_manager_and_tasks_that_fail_are_not() -> None:
    manager = factories.staff(Role.MEMBERSHIP_MANAGER)
    task(status="FAILED", finished_at=datetime.now(UTC))
    assert "What fails" not in dashboard(manager)
    SentMail.objects.create(kind="receipt", email="a@readers.example", key="receipt:1", state=SentMail.State.FAILED)
    page = dashboard(manager)
    assert "1 mail to a member was not sent." in page
    assert "What fails" in page


@pytest.mark.parametrize("role", [Role.PICTURE_EDITOR, Role.REPORTER, Role.EDITOR, Role.PUBLISHER])
def test_only_who_works_on_pages_searches_among_them(section: Section, role: Role) -> None:
    page = dashboard(factories.staff(role))
    assert "Your role has no work" not in page
    assert ("desk-without-pages" in page) == (role == Role.PICTURE_EDITOR)
