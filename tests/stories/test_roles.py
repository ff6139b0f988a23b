"""What each role may and may not do to stories, asked of the admin itself wherever it has an address for it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories
from wagtail.models import Page
from wagtail.permissions import policy_registry

from standfirst.accounts.models import User
from standfirst.accounts.roles import ROLES, Role
from standfirst.stories.models import Article, Contributor, Desk, Edition, Picture, Section, Thread, Topic

pytestmark = pytest.mark.django_db


@dataclass
class Paper:
    """A small paper: one section with a draft of somebody else's and a published story."""

    edition: Edition
    section: Section
    other_section: Section
    draft: Article
    published: Article


@pytest.fixture
def paper() -> Paper:
    edition = factories.edition()
    section = factories.section(edition)
    somebody = factories.staff(Role.REPORTER)
    return Paper(
        edition=edition,
        section=section,
        other_section=factories.section(edition, "Georgia"),
        draft=factories.draft(section, "A draft", by=somebody),
        published=factories.story(section, "In the paper"),
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def status(user: User, name: str, *args: object) -> int:
    return signed_in(user).get(reverse(name, args=args)).status_code


def may(user: User, page: Page, verb: str) -> bool:
    return bool(getattr(Page.objects.get(pk=page.pk).permissions_for_user(user), verb)())


OPEN, CLOSED = 200, 302  # the admin sends away with a message who may not


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.REPORTER, CLOSED),
        (Role.EDITOR, OPEN),
        (Role.PUBLISHER, OPEN),
        (Role.PICTURE_EDITOR, CLOSED),
        (Role.MEMBERSHIP_MANAGER, CLOSED),
        (Role.ADMINISTRATOR, OPEN),
    ],
)
def test_who_edits_somebody_elses_story(paper: Paper, role: Role, expected: int) -> None:
    user = factories.staff(role)
    assert status(user, "wagtailadmin_pages:edit", paper.draft.pk) == expected
    assert may(user, paper.published, "can_edit") is (expected == OPEN)


@pytest.mark.parametrize("role", ROLES)
def test_who_publishes_and_withdraws(paper: Paper, role: Role) -> None:
    user = factories.staff(role)
    publishes = role in {Role.PUBLISHER, Role.ADMINISTRATOR}
    assert may(user, paper.draft, "can_publish") is publishes
    assert may(user, paper.published, "can_unpublish") is publishes
    assert may(user, paper.section, "can_publish_subpage") is publishes


@pytest.mark.parametrize("role", ROLES)
def test_nobody_deletes_a_published_story(paper: Paper, role: Role) -> None:
    assert not may(factories.staff(role), paper.published, "can_delete")


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.REPORTER, {Article}),
        (Role.EDITOR, {Article, Thread, Topic, Contributor}),
        (Role.PUBLISHER, {Article, Thread, Topic, Contributor, Section}),
        (Role.PICTURE_EDITOR, set()),
        (Role.MEMBERSHIP_MANAGER, set()),
        (Role.ADMINISTRATOR, {Article, Thread, Topic, Contributor, Section, Edition}),
    ],
)
def test_what_a_role_creates(paper: Paper, role: Role, expected: set[type[Page]]) -> None:
    user = factories.staff(role)
    parents = {
        Article: paper.section,
        Section: paper.edition,
        Edition: paper.edition.get_parent(),
        Thread: paper.edition.get_children().get(slug="threads"),
        Topic: paper.edition.get_children().get(slug="topics"),
        Contributor: paper.edition.get_children().get(slug="contributors"),
    }
    for model, parent in parents.items():
        args = ("stories", model._meta.model_name, parent.pk)
        assert (status(user, "wagtailadmin_pages:add", *args) == OPEN) is (model in expected), model


@pytest.mark.parametrize(
    ("role", "edition", "section"),
    [
        (Role.REPORTER, False, False),
        (Role.EDITOR, False, False),
        (Role.PUBLISHER, True, True),
        (Role.PICTURE_EDITOR, False, False),
        (Role.MEMBERSHIP_MANAGER, False, False),
        (Role.ADMINISTRATOR, True, True),
    ],
)
def test_who_changes_front_pages_and_sections(paper: Paper, role: Role, edition: bool, section: bool) -> None:
    user = factories.staff(role)
    assert may(user, paper.edition, "can_edit") is edition
    assert may(user, paper.section, "can_edit") is section


def test_a_reporter_edits_and_moves_only_own_drafts(paper: Paper) -> None:
    reporter = factories.staff(Role.REPORTER)
    own = factories.draft(paper.section, by=reporter)
    assert status(reporter, "wagtailadmin_pages:edit", own.pk) == OPEN
    assert may(reporter, own, "can_delete")
    assert not may(reporter, own, "can_publish")
    assert not may(reporter, paper.draft, "can_delete")
    assert not may(reporter, paper.draft, "can_copy")


def test_a_reporter_is_offered_only_stories_below_a_section(paper: Paper) -> None:
    response = signed_in(factories.staff(Role.REPORTER)).get(
        reverse("wagtailadmin_pages:add_subpage", args=[paper.section.pk])
    )
    assert response.status_code == 302
    assert response.url == reverse("wagtailadmin_pages:add", args=["stories", "article", paper.section.pk])


def test_an_administrator_is_offered_all_kinds_below_a_section(paper: Paper) -> None:
    response = signed_in(factories.administrator()).get(
        reverse("wagtailadmin_pages:add_subpage", args=[paper.section.pk])
    )
    assert {entry[2] for entry in response.context["page_types"]} == {"article", "section"}


@pytest.mark.parametrize("role", ROLES)
def test_who_changes_users_settings_and_workflows(role: Role) -> None:
    factories.newsroom()
    user = factories.staff(role)
    expected = OPEN if role == Role.ADMINISTRATOR else CLOSED
    assert status(user, "wagtailusers_users:index") == expected
    assert status(user, "wagtailadmin_workflows:index") == expected
    assert user.has_perm("stories.change_newsroomsettings") is (role == Role.ADMINISTRATOR)
    assert user.has_perm("stories.change_desk") is (role == Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", ROLES)
def test_who_chooses_picks(role: Role) -> None:
    user = factories.staff(role)
    assert user.has_perm("stories.add_pick") is (role in {Role.PUBLISHER, Role.ADMINISTRATOR})


@pytest.mark.parametrize(
    ("role", "add", "change_others"),
    [
        (Role.REPORTER, True, False),
        (Role.EDITOR, True, True),
        (Role.PUBLISHER, True, True),
        (Role.PICTURE_EDITOR, True, True),
        (Role.MEMBERSHIP_MANAGER, False, False),
    ],
)
def test_who_works_on_pictures(role: Role, add: bool, change_others: bool) -> None:
    picture = factories.picture()
    user = factories.staff(role)
    assert user.has_perm("wagtailimages.add_image") is False  # rights over files come from their collection
    assert policy_registry.get_by_type(Picture).user_has_permission(user, "add") is add
    policy = policy_registry.get_by_type(Picture)
    assert policy.user_has_permission_for_instance(user, "change", picture) is change_others
    # Wagtail lets whoever changes a picture delete it too; one that stands in a story is protected there.
    assert policy.user_has_permission_for_instance(user, "delete", picture) is change_others


def test_a_membership_manager_sees_no_stories(paper: Paper) -> None:
    manager = factories.staff(Role.MEMBERSHIP_MANAGER)
    assert status(manager, "wagtailadmin_home") == OPEN
    for page in (paper.section, paper.draft, paper.published):
        assert status(manager, "wagtailadmin_explore", page.pk) == CLOSED
        assert not may(manager, page, "can_edit")
    page = signed_in(manager).get(reverse("wagtailadmin_home")).content.decode()
    assert "A draft" not in page
    assert "In the paper" not in page


def test_an_editor_works_only_on_the_sections_of_the_desk(paper: Paper) -> None:
    editor = factories.staff(Role.EDITOR)
    desk = Desk.objects.create(name="Georgia")
    desk.sections.add(paper.other_section)
    editor.desks.set([desk])
    editor = User.objects.get(pk=editor.pk)
    elsewhere = factories.draft(paper.other_section, "From Tbilisi")
    assert may(editor, elsewhere, "can_edit")
    assert not may(editor, paper.draft, "can_edit")
    assert not may(editor, paper.section, "can_add_subpage")
    assert may(editor, paper.edition.get_children().get(slug="threads"), "can_add_subpage")


def test_a_new_editor_works_for_the_desk_that_covers_everything(paper: Paper) -> None:
    editor = factories.staff(Role.EDITOR)
    assert [desk.covers_everything for desk in editor.desks.all()] == [True]


def test_a_reporter_on_a_desk_gets_no_editors_rights(paper: Paper) -> None:
    reporter = factories.staff(Role.REPORTER)
    Desk.objects.get(covers_everything=True).members.add(reporter)
    reporter = User.objects.get(pk=reporter.pk)
    assert not may(reporter, paper.draft, "can_edit")


def test_who_stops_being_an_editor_loses_the_desks_rights(paper: Paper) -> None:
    editor = factories.staff(Role.EDITOR)
    editor.groups.clear()
    assert not may(User.objects.get(pk=editor.pk), paper.draft, "can_edit")


def test_a_deleted_desk_leaves_no_group_behind(paper: Paper) -> None:
    from django.contrib.auth.models import Group

    desk = Desk.objects.create(name="Short-lived")
    desk.delete()
    assert not Group.objects.filter(name="Desk: Short-lived").exists()
