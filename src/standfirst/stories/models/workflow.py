"""The steps of a story's way to the reader, on Wagtail's workflows: editing, legal reading, ready."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role, has_role

Actions = list[tuple[str, str, bool]]


class DeskTask(AbstractGroupApprovalTask):
    """A step that members of its groups decide, each for the stories they may edit.

    The groups are also who gets mail when a story arrives. Publishers may stand in at every step.
    """

    class Meta:
        abstract = True

    def may_decide(self, obj: Page, user: User) -> bool:
        """Say whether `user` may approve `obj` at this step or send it back."""
        return has_role(user, Role.PUBLISHER) or (self._user_in_groups(user) and self.concerns(obj, user))

    def concerns(self, obj: Page, user: User) -> bool:
        """Say whether `obj` is the business of `user`, a member of the step's groups."""
        return True

    def user_can_access_editor(self, obj: Page, user: User) -> bool:
        return self.may_decide(obj, user)

    def locked_for_user(self, obj: Page, user: User) -> bool:
        return not self.may_decide(obj, user)

    def user_can_lock(self, obj: Page, user: User) -> bool:
        return self.may_decide(obj, user)

    def get_actions(self, obj: Page, user: User) -> Actions:
        if not self.may_decide(obj, user):
            return []
        return [("reject", _("Request changes"), True), *self.approvals(obj)]

    def approvals(self, obj: Page) -> Actions:
        """The ways to approve `obj`: name, label, whether a comment is asked for."""
        return [("approve", _("Approve"), False), ("approve", _("Approve with comment"), True)]

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> models.QuerySet[TaskState]:
        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        if has_role(user, Role.PUBLISHER):
            return states
        if not self._user_in_groups(user):
            return states.none()
        pages = Page.objects.in_bulk([int(pk) for pk in states.values_list("workflow_state__object_id", flat=True)])
        mine = [str(pk) for pk, page in pages.items() if self.concerns(page, user)]
        return states.filter(workflow_state__object_id__in=mine)


class EditingTask(DeskTask):
    """The desk reads and edits the story."""

    class Meta:
        verbose_name = gettext_lazy("editing by the desk")
        verbose_name_plural = gettext_lazy("editing by the desk")

    def concerns(self, obj: Page, user: User) -> bool:
        return "change" in obj.permissions_for_user(user).permissions

    @classmethod
    def get_description(cls) -> str:
        return _("Editors approve the stories of their desks' sections.")


class LegalTask(DeskTask):
    """Somebody who knows the law reads the story; skipped unless the story asks for it."""

    class Meta:
        verbose_name = gettext_lazy("legal reading")
        verbose_name_plural = gettext_lazy("legal reading")

    def start(self, workflow_state: Any, user: User | None = None) -> TaskState:
        revision = workflow_state.content_object.get_latest_revision()
        if getattr(revision.as_object(), "needs_legal", False):
            return super().start(workflow_state, user=user)
        # Made here and not by Wagtail's start, which would announce a step that nobody has to do.
        return TaskState.objects.create(
            workflow_state=workflow_state, task=self, revision=revision, status=TaskState.STATUS_SKIPPED
        )

    @classmethod
    def get_description(cls) -> str:
        return _("Members of the groups read stories that are marked “needs legal reading”; others skip this step.")


class ReadyTask(DeskTask):
    """The story is ready; who approves it here publishes or schedules it."""

    class Meta:
        verbose_name = gettext_lazy("ready for publication")
        verbose_name_plural = gettext_lazy("ready for publication")

    def concerns(self, obj: Page, user: User) -> bool:
        return obj.permissions_for_user(user).can_publish()

    def approvals(self, obj: Page) -> Actions:
        scheduled = obj.get_latest_revision_as_object().go_live_at
        return [("approve", _("Approve and schedule") if scheduled else _("Approve and publish"), False)]

    @classmethod
    def get_description(cls) -> str:
        return _("Approval publishes the story, or schedules it when it has a time.")
