"""Whether the background work gets done: tasks that failed, hang, or wait for a worker that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult, get_date_max
from wagtail import hooks

from standfirst.accounts.roles import Role, has_role
from standfirst.accounts.signed_in import signed_in
from standfirst.stories.desk.problems import HOOK, Problem

SHOWN_FOR = timedelta(days=7)
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_RUN = timedelta(hours=2)
"""An import of a large archive may take more than an hour; nothing else takes minutes."""


def failed_tasks() -> QuerySet[DBTaskResult]:
    """Tasks that failed within the last week, the latest first."""
    since = timezone.now() - SHOWN_FOR
    return DBTaskResult.objects.failed().filter(finished_at__gte=since).order_by("-finished_at")


def stuck_tasks() -> QuerySet[DBTaskResult]:
    """Tasks that began long ago and never ended."""
    return DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - LONGEST_RUN).order_by("started_at")


def overdue_tasks() -> QuerySet[DBTaskResult]:
    """Tasks that should have begun a while ago."""
    limit = timezone.now() - LONGEST_WAIT
    due = Q(run_after=get_date_max(), enqueued_at__lt=limit) | Q(run_after__lt=limit)
    return DBTaskResult.objects.filter(due, status="READY")


def task_name(task: DBTaskResult) -> str:
    """Return what the task does, from the name of its function: `…tasks.make_renditions` → "make renditions"."""
    return str(task.task_path).rpartition(".")[2].replace("_", " ")


@hooks.register(HOOK)
def report_tasks(request: HttpRequest) -> Iterator[Problem]:
    """Report tasks that failed, hang or wait in vain."""
    if not has_role(signed_in(request), Role.PUBLISHER):
        return
    url = reverse("insights:problems")
    overdue = overdue_tasks().aggregate(number=Count("pk"), since=Min("enqueued_at"))
    if overdue["number"]:
        words = ngettext(
            "%(number)d task waits since %(since)s: the background worker does not seem to run.",
            "%(number)d tasks wait since %(since)s: the background worker does not seem to run.",
            overdue["number"],
        )
        since = timezone.localtime(overdue["since"]).strftime("%d.%m. %H:%M")
        yield Problem(words % {"number": overdue["number"], "since": since}, url)
    for task in stuck_tasks().only("task_path", "started_at")[:3]:
        yield Problem(_("“%(task)s” began and never ended.") % {"task": task_name(task)}, url, task.started_at)
    for task in failed_tasks().only("task_path", "finished_at")[:5]:
        yield Problem(_("“%(task)s” failed.") % {"task": task_name(task)}, url, task.finished_at)
