"""Keeps the rights of each desk's group in step with its members, its sections and who is an editor."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models.signals import m2m_changed, post_save
from wagtail.models import GroupPagePermission, Page

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.stories.models.desk import Desk
from standfirst.stories.models.edition import Edition
from standfirst.stories.models.people import ContributorIndex
from standfirst.stories.models.subjects import ThreadIndex, TopicIndex

RIGHTS = ("add_page", "change_page", "lock_page", "unlock_page")
SHARED_LISTS = (ContributorIndex, ThreadIndex, TopicIndex)
"""What the desks of an edition have in common: people, threads and topics."""


def connect() -> None:
    """Listen to what changes a desk; called once when the app is ready."""
    post_save.connect(_desk_changed, sender=Desk, dispatch_uid="stories.desk")
    m2m_changed.connect(_desk_changed, sender=Desk.sections.through, dispatch_uid="stories.desk_sections")
    m2m_changed.connect(_members_changed, sender=Desk.members.through, dispatch_uid="stories.desk_members")
    m2m_changed.connect(_roles_changed, sender=User.groups.through, dispatch_uid="stories.desk_roles")


def sync_desk(desk: Desk) -> None:
    """Give the desk's editors, and nobody else, the desk's rights."""
    editors = desk.members.filter(groups__name=Role.EDITOR.group_name)
    desk.group.user_set.set(editors)
    covered = _covered_pages(desk)
    rows = GroupPagePermission.objects.filter(group=desk.group)
    rows.exclude(page__in=covered).delete()
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=RIGHTS):
        for page in covered:
            rows.get_or_create(group=desk.group, page=page, permission=permission)


def _covered_pages(desk: Desk) -> list[Page]:
    if desk.covers_everything:
        return list(Page.objects.filter(depth=1))
    pages: list[Page] = [section.page_ptr for section in desk.sections.select_related("page_ptr")]
    for edition in Edition.objects.filter(path__in={page.path[: 3 * Page.steplen] for page in pages}):
        for shared in SHARED_LISTS:
            pages += [found.page_ptr for found in shared.objects.child_of(edition).select_related("page_ptr")]
    return pages


def _desk_changed(sender: type, instance: Desk, action: str = "post_save", raw: bool = False, **kwargs: Any) -> None:
    if not raw and action.startswith("post_"):
        sync_desk(instance)


def _members_changed(sender: type, instance: Desk | User, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    if not action.startswith("post_"):
        return
    if isinstance(instance, Desk):
        sync_desk(instance)
        return
    for desk in Desk.objects.filter(pk__in=pk_set) if pk_set is not None else Desk.objects.all():
        sync_desk(desk)


def _roles_changed(
    sender: type, instance: Group | User, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Who becomes an editor works for the desk that covers everything, until an administrator says otherwise."""
    if not action.startswith("post_") or not _concerns_editors(instance, reverse, pk_set):
        return
    if action == "post_add":
        users = User.objects.filter(pk__in=pk_set) if reverse else User.objects.filter(pk=instance.pk)
        default = Desk.objects.filter(covers_everything=True).order_by("pk").first()
        newcomers = users.filter(desks=None)
        if default:
            default.members.add(*newcomers)
    for desk in Desk.objects.all():
        sync_desk(desk)


def _concerns_editors(instance: Group | User, reverse: bool, pk_set: set[int] | None) -> bool:
    name = Role.EDITOR.group_name
    if isinstance(instance, Group):
        return instance.name == name
    return pk_set is None or Group.objects.filter(pk__in=pk_set, name=name).exists()
