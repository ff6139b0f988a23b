"""Mail about a story's way: to those whose business the story is, and never in the way of the work itself."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models import QuerySet
from wagtail.admin.mail import (
    GroupApprovalTaskStateSubmissionEmailNotifier,
    WorkflowStateApprovalEmailNotifier,
    WorkflowStateRejectionEmailNotifier,
)
from wagtail.admin.signal_handlers import (
    task_submission_email_notifier,
    workflow_approval_email_notifier,
    workflow_rejection_email_notifier,
)
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected

from standfirst.accounts.models import User
from standfirst.stories.models.workflow import DeskTask

logger = logging.getLogger(__name__)


class PatientMixin:
    """Logs a mail server that does not answer: the story's step is done, whether or not anybody hears of it."""

    def send_emails(
        self, template_set: dict[str, str], context: dict[str, Any], recipients: Any, **kwargs: Any
    ) -> bool:
        try:
            return bool(super().send_emails(template_set, context, recipients, **kwargs))  # type: ignore[misc]
        except OSError:  # what smtplib and sockets raise
            logger.exception("The mail server does not answer; nobody was told about %s", context.get("page"))
            return False


class StepNotifier(PatientMixin, GroupApprovalTaskStateSubmissionEmailNotifier):
    """Tells who can decide a step that a story arrived there."""

    def get_recipient_users(self, task_state: TaskState, **kwargs: Any) -> QuerySet[User] | list[User]:
        users = super().get_recipient_users(task_state, **kwargs).filter(is_active=True).distinct()
        task = task_state.task.specific
        if not isinstance(task, DeskTask):
            return users
        page = task_state.workflow_state.content_object
        return [user for user in users if task.concerns(page, user)]


class ApprovalNotifier(PatientMixin, WorkflowStateApprovalEmailNotifier):
    """Tells who submitted the story that it is on its way to the reader."""


class RejectionNotifier(PatientMixin, WorkflowStateRejectionEmailNotifier):
    """Tells who submitted the story which changes are asked for."""


step_notifier, approval_notifier, rejection_notifier = StepNotifier(), ApprovalNotifier(), RejectionNotifier()


def connect() -> None:
    """Put our notifiers in the place of Wagtail's; called once when the app is ready."""
    replaced = [
        (task_submitted, TaskState, task_submission_email_notifier, step_notifier, "group_approval_task_submitted"),
        (
            workflow_approved,
            WorkflowState,
            workflow_approval_email_notifier,
            approval_notifier,
            "workflow_state_approved",
        ),
        (
            workflow_rejected,
            WorkflowState,
            workflow_rejection_email_notifier,
            rejection_notifier,
            "workflow_state_rejected",
        ),
    ]
    for signal, sender, theirs, ours, name in replaced:
        # The same identifier as Wagtail's: whoever connects second changes nothing.
        uid = f"{name}_email_notification"
        signal.disconnect(theirs, sender=sender, dispatch_uid=uid)
        signal.connect(ours, sender=sender, dispatch_uid=uid)
