"""A story's way: draft, editing, legal reading, ready, published; and what stands in its way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from lxml import html
from tests import factories
from wagtail.actions import action_registry
from wagtail.models import ModelLogEntry, Page, PageLogEntry, TaskState, Workflow, WorkflowState

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.stories.errors import EmbargoError
from standfirst.stories.models import Article, Correction, Desk, EditingTask, LegalTask, ListedStory, ReadyTask, Section

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def section() -> Section:
    return factories.section(factories.edition())


def submit(article: Article, by: User) -> WorkflowState:
    return Workflow.objects.get(active=True).start(article, by)


def decide(article: Article, by: User, action: str = "approve", comment: str = "") -> None:
    """Press the button of the story's current step, as the dashboard does."""
    article = Article.objects.get(pk=article.pk)
    state = article.current_workflow_task_state
    client = Client()
    client.force_login(by)
    url = reverse("wagtailadmin_pages:workflow_action", args=[article.pk, action, state.pk])
    client.post(url, {"comment": comment}, headers={"referer": "http://testserver/desk/"})


def step(article: Article) -> str | None:
    task = Article.objects.get(pk=article.pk).current_workflow_task
    return task.specific.__class__.__name__ if task else None


def waiting_for(user: User) -> list[int]:
    states = TaskState.objects.reviewable_by(User.objects.get(pk=user.pk))
    return [int(state.workflow_state.object_id) for state in states]


def test_every_page_has_the_newsrooms_workflow_with_its_three_steps(section: Section) -> None:
    workflow = section.get_workflow()
    assert [type(task.specific) for task in workflow.tasks] == [EditingTask, LegalTask, ReadyTask]
    assert Workflow.objects.count() == 1


def test_reporter_submits_editor_approves_publisher_publishes(section: Section) -> None:
    reporter, editor, publisher = (factories.staff(role) for role in (Role.REPORTER, Role.EDITOR, Role.PUBLISHER))
    story = factories.draft(section, by=reporter)
    submit(story, reporter)
    assert step(story) == "EditingTask"
    decide(story, editor)
    assert step(story) == "ReadyTask"
    assert not ListedStory.objects.filter(article=story).exists()
    decide(story, publisher)
    story.refresh_from_db()
    assert story.live
    assert ListedStory.objects.filter(article=story).exists()


def test_a_story_that_needs_it_is_read_by_somebody_legal(section: Section) -> None:
    reporter, editor, publisher = (factories.staff(role) for role in (Role.REPORTER, Role.EDITOR, Role.PUBLISHER))
    story = factories.draft(section, by=reporter, needs_legal=True)
    submit(story, reporter)
    decide(story, editor)
    assert step(story) == "LegalTask"
    decide(story, editor)
    assert step(story) == "LegalTask"
    decide(story, publisher)
    assert step(story) == "ReadyTask"


def test_legal_reading_is_recorded_as_skipped_for_other_stories(section: Section) -> None:
    editor = factories.staff(Role.EDITOR)
    story = factories.draft(section)
    state = submit(story, editor)
    decide(story, editor)
    legal = TaskState.objects.get(workflow_state=state, task__legaltask__isnull=False)
    assert legal.status == TaskState.STATUS_SKIPPED


@pytest.mark.parametrize("role", [Role.REPORTER, Role.PICTURE_EDITOR, Role.MEMBERSHIP_MANAGER])
def test_who_may_not_approve(section: Section, role: Role) -> None:
    story = factories.draft(section)
    submit(story, factories.staff(Role.REPORTER))
    decide(story, factories.staff(role))
    assert step(story) == "EditingTask"


def test_an_editor_cannot_publish_what_is_ready(section: Section) -> None:
    editor = factories.staff(Role.EDITOR)
    story = factories.draft(section)
    submit(story, editor)
    decide(story, editor)
    decide(story, editor)
    assert step(story) == "ReadyTask"
    assert not Article.objects.get(pk=story.pk).live


def test_an_editor_sees_and_approves_only_the_stories_of_the_desk(section: Section) -> None:
    elsewhere = factories.section(section.get_parent(), "Georgia")
    desk = Desk.objects.create(name="Georgia")
    desk.sections.add(elsewhere)
    editor = factories.staff(Role.EDITOR)
    editor.desks.set([desk])
    ours, theirs = factories.draft(elsewhere), factories.draft(section)
    for story in (ours, theirs):
        submit(story, factories.staff(Role.REPORTER))
    assert waiting_for(editor) == [ours.pk]
    decide(theirs, User.objects.get(pk=editor.pk))
    assert step(theirs) == "EditingTask"


def test_changes_are_requested_with_a_comment_and_the_reporter_submits_again(section: Section) -> None:
    reporter, editor = factories.staff(Role.REPORTER), factories.staff(Role.EDITOR)
    story = factories.draft(section, by=reporter)
    state = submit(story, reporter)
    mail.outbox.clear()
    decide(story, editor, "reject", comment="Who says so?")
    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    [message] = mail.outbox
    assert message.to == [reporter.email]
    assert "Who says so?" in message.body
    assert "page" not in message.subject.lower()
    state.resume(user=reporter)
    assert step(story) == "EditingTask"


def test_mail_goes_to_the_editors_of_the_desk_and_to_nobody_else(section: Section) -> None:
    here, elsewhere = factories.staff(Role.EDITOR), factories.staff(Role.EDITOR)
    desk = Desk.objects.create(name="Georgia")
    desk.sections.add(factories.section(section.get_parent(), "Georgia"))
    elsewhere.desks.set([desk])
    factories.staff(Role.ADMINISTRATOR)
    factories.staff(Role.PUBLISHER)
    story = factories.draft(section, "Who reads this")
    submit(story, factories.staff(Role.REPORTER))
    assert [message.to for message in mail.outbox] == [[here.email]]
    assert "Who reads this" in mail.outbox[0].body
    assert "Wagtail" not in mail.outbox[0].body


def test_the_story_is_locked_for_its_reporter_while_the_desk_reads_it(section: Section) -> None:
    reporter = factories.staff(Role.REPORTER)
    story = factories.draft(section, by=reporter)
    submit(story, reporter)
    lock = Article.objects.get(pk=story.pk).get_lock()
    assert lock.for_user(reporter)
    assert not lock.for_user(factories.staff(Role.EDITOR))


@time_machine.travel(NOW, tick=False)
def test_approval_schedules_a_story_that_has_a_time(section: Section) -> None:
    editor, publisher = factories.staff(Role.EDITOR), factories.staff(Role.PUBLISHER)
    story = factories.draft(section, go_live_at=NOW + timedelta(hours=3))
    submit(story, editor)
    decide(story, editor)
    decide(story, publisher)
    story.refresh_from_db()
    assert not story.live
    assert story.approved_schedule


@time_machine.travel(NOW, tick=False)
def test_an_embargoed_story_stays_ready_and_the_publisher_is_told_why(section: Section) -> None:
    editor, publisher = factories.staff(Role.EDITOR), factories.staff(Role.PUBLISHER)
    story = factories.draft(section, "Sealed", embargoed_until=NOW + timedelta(hours=3))
    submit(story, editor)
    decide(story, editor)
    state = Article.objects.get(pk=story.pk).current_workflow_task_state
    client = Client()
    client.force_login(publisher)
    url = reverse("wagtailadmin_pages:workflow_action", args=[story.pk, "approve", state.pk])
    response = client.post(url, headers={"referer": "http://testserver/desk/"}, follow=True)
    assert response.redirect_chain == [("http://testserver/desk/", 302)]
    assert "“Sealed” is under embargo until" in "".join(str(message) for message in response.context["messages"])
    assert step(story) == "ReadyTask"
    assert not Article.objects.get(pk=story.pk).live


def pressed_publish(client: Client, url: str, **changes: object) -> HttpResponse:
    """Send the editor's form as a browser would, by its button "Publish"."""
    page = html.fromstring(client.get(url).content)
    form = next(form for form in page.forms if "title" in form.fields)
    data = {**dict(form.form_values()), "body-count": "0", "action-publish": "action-publish", **changes}
    return client.post(url, data, follow=True)


@time_machine.travel(NOW, tick=False)
def test_publishing_an_embargoed_story_from_its_editor_saves_the_draft_and_says_why(section: Section) -> None:
    client = Client()
    client.force_login(factories.staff(Role.PUBLISHER))
    story = factories.draft(section, "Sealed", embargoed_until=NOW + timedelta(hours=3))
    url = reverse("wagtailadmin_pages:edit", args=[story.pk])
    response = pressed_publish(client, url, standfirst="New words")
    assert response.redirect_chain == [(url, 302)]
    assert "“Sealed” is under embargo until" in "".join(str(message) for message in response.context["messages"])
    story.refresh_from_db()
    assert not story.live
    assert story.get_latest_revision_as_object().standfirst == "New words"
    assert not ListedStory.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_publishing_an_embargoed_story_while_making_it_keeps_it_as_a_draft(section: Section) -> None:
    client = Client()
    client.force_login(factories.staff(Role.PUBLISHER))
    url = reverse("wagtailadmin_pages:add", args=["stories", "article", section.pk])
    response = pressed_publish(client, url, title="Fresh", slug="fresh", embargoed_until="2026-11-23 20:00")
    story = Article.objects.get(title="Fresh")
    assert response.redirect_chain == [(reverse("wagtailadmin_pages:edit", args=[story.pk]), 302)]
    assert not story.live


@time_machine.travel(NOW, tick=False)
def test_the_apis_way_to_publish_refuses_an_embargoed_story(section: Section) -> None:
    story = factories.draft(section, embargoed_until=NOW + timedelta(hours=3))
    action = action_registry.get_action_class(Page, "publish")
    with pytest.raises(EmbargoError):
        action(story.get_latest_revision(), user=factories.staff(Role.PUBLISHER)).execute()
    assert not Article.objects.get(pk=story.pk).live


@time_machine.travel(NOW, tick=False)
def test_a_story_cannot_be_scheduled_before_its_embargo_ends(section: Section) -> None:
    client = Client()
    client.force_login(factories.staff(Role.PUBLISHER))
    story = factories.draft(section, embargoed_until=NOW + timedelta(hours=9))
    url = reverse("wagtailadmin_pages:edit", args=[story.pk])
    response = pressed_publish(client, url, go_live_at="2026-11-23 15:00")
    assert "go_live_at" in response.context["form"].errors
    assert not Article.objects.get(pk=story.pk).approved_schedule
    pressed_publish(client, url, go_live_at="2026-11-23 23:00")
    assert Article.objects.get(pk=story.pk).approved_schedule


@time_machine.travel(NOW, tick=False)
def test_the_embargo_is_lifted_with_a_reason_that_stays_in_the_log(section: Section) -> None:
    publisher = factories.staff(Role.PUBLISHER)
    story = factories.draft(section, embargoed_until=NOW + timedelta(hours=3))
    client = Client()
    client.force_login(publisher)
    url = reverse("story:lift-embargo", args=[story.pk])
    assert client.post(url, {"reason": ""}).status_code == 200
    with pytest.raises(EmbargoError):
        story.get_latest_revision().publish()
    client.post(url, {"reason": "The ministry published it itself"})
    Article.objects.get(pk=story.pk).get_latest_revision().publish()
    entry = PageLogEntry.objects.get(action="stories.lift_embargo")
    assert (entry.user, entry.data["reason"]) == (publisher, "The ministry published it itself")


@pytest.mark.parametrize("verb", ["correct", "kill", "lift-embargo"])
@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.PICTURE_EDITOR, Role.MEMBERSHIP_MANAGER])
def test_only_publishers_correct_kill_and_lift(section: Section, verb: str, role: Role) -> None:
    story = factories.story(section)
    client = Client()
    client.force_login(factories.staff(role))
    client.post(reverse(f"story:{verb}", args=[story.pk]), {"text": "Wrong", "reason": "Because"})
    story.refresh_from_db()
    assert story.killed_at is None
    assert not Correction.objects.exists()
    assert not ModelLogEntry.objects.filter(action__startswith="stories.").exists()


def test_a_publisher_corrects_a_story(section: Section) -> None:
    story, publisher = factories.story(section), factories.staff(Role.PUBLISHER)
    client = Client()
    client.force_login(publisher)
    assert client.get(reverse("story:correct", args=[story.pk])).status_code == 200
    client.post(reverse("story:correct", args=[story.pk]), {"text": "It was Tuesday.", "serious": "on"})
    correction = Correction.objects.get()
    assert (correction.text, correction.serious, correction.published_by) == ("It was Tuesday.", True, publisher)


def test_a_publisher_kills_a_story_and_must_say_why(section: Section) -> None:
    story, publisher = factories.story(section), factories.staff(Role.PUBLISHER)
    client = Client()
    client.force_login(publisher)
    url = reverse("story:kill", args=[story.pk])
    client.post(url, {"reason": " "})
    story.refresh_from_db()
    assert story.killed_at is None
    client.post(url, {"reason": "Invented", "notice": "We withdrew this."})
    story.refresh_from_db()
    assert story.killed_at
    assert not story.live
    assert story.kill_notice == "We withdrew this."


def test_publishing_a_killed_story_is_refused_with_a_message(section: Section) -> None:
    story, publisher = factories.story(section, "Gone"), factories.staff(Role.PUBLISHER)
    client = Client()
    client.force_login(publisher)
    client.post(reverse("story:kill", args=[story.pk]), {"reason": "Invented"})
    response = client.post(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={story.pk}", follow=True
    )
    assert "was killed and cannot be published" in "".join(str(message) for message in response.context["messages"])
    assert not Article.objects.get(pk=story.pk).live


def test_deleting_a_draft_is_spiking_it(section: Section) -> None:
    reporter = factories.staff(Role.REPORTER)
    story = factories.draft(section, by=reporter)
    client = Client()
    client.force_login(reporter)
    response = client.get(reverse("wagtailadmin_pages:delete", args=[story.pk]))
    assert response.url == reverse("story:spike", args=[story.pk])
    client.post(response.url)
    assert not Article.objects.filter(pk=story.pk).exists()


def test_a_published_story_cannot_be_spiked(section: Section) -> None:
    story = factories.story(section)
    client = Client()
    client.force_login(factories.staff(Role.ADMINISTRATOR))
    client.post(reverse("story:spike", args=[story.pk]))
    assert Article.objects.filter(pk=story.pk).exists()


def test_the_editors_header_offers_what_fits_the_story(section: Section) -> None:
    story = factories.story(section)
    offers = {
        Role.PUBLISHER: True,
        Role.EDITOR: False,
    }
    for role, offered in offers.items():
        client = Client()
        client.force_login(factories.staff(role))
        page = client.get(reverse("wagtailadmin_pages:edit", args=[story.pk])).content.decode()
        assert (reverse("story:kill", args=[story.pk]) in page) is offered
        assert (reverse("story:correct", args=[story.pk]) in page) is offered
        assert reverse("story:lift-embargo", args=[story.pk]) not in page


def test_a_mail_server_that_does_not_answer_stops_no_story(
    section: Section, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    factories.staff(Role.EDITOR)
    settings.EMAIL_BACKEND = "tests.stories.broken_mail.Backend"
    story = factories.draft(section)
    submit(story, factories.staff(Role.REPORTER))
    assert step(story) == "EditingTask"
    assert "The mail server does not answer" in caplog.text
