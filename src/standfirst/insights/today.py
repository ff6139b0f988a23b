"""What the dashboard asks about stories. Few queries, whatever the size of the archive."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState, WorkflowState

from standfirst.accounts.models import User
from standfirst.stories.models import Article, Correction, Edition, ListedStory, Picture, Section

SHOWN = 8


def sections_to_write_in(user: User) -> list[tuple[Edition, list[Section]]]:
    """The sections below which `user` may add a story, by edition, in the order of the tree."""
    editions = Edition.objects.select_related("locale").defer("front").order_by("path")
    sections = [
        section
        for section in Section.objects.live().order_by("path")
        if section.permissions_for_user(user).may_create(Article)
    ]
    grouped = [(edition, [found for found in sections if found.path.startswith(edition.path)]) for edition in editions]
    return [(edition, found) for edition, found in grouped if found]


def waiting_for(user: User) -> list[dict[str, Any]]:
    """Steps that `user` can decide, oldest first: `page`, `step`, `since`, `by`."""
    states = (
        TaskState.objects.reviewable_by(user)
        .select_related("task", "workflow_state__requested_by")
        .order_by("started_at")[: SHOWN * 2]
    )
    return [
        {
            "page": page,
            "step": state.task.name,
            "since": state.started_at,
            "by": state.workflow_state.requested_by,
        }
        for state, page in _with_pages(list(states), lambda state: state.workflow_state.object_id)
    ]


def sent_back_to(user: User) -> list[dict[str, Any]]:
    """Stories for which changes were asked of `user`: `page`, `since`, `comment`."""
    states = (
        WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=user)
        .select_related("current_task_state")
        .order_by("-current_task_state__finished_at")[:SHOWN]
    )
    return [
        {
            "page": page,
            "since": state.current_task_state.finished_at,
            "comment": state.current_task_state.comment,
        }
        for state, page in _with_pages(list(states), lambda state: state.object_id)
    ]


def submitted_by(user: User) -> list[dict[str, Any]]:
    """Stories of `user` on their way: `page`, `step`, `since`."""
    states = (
        WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, requested_by=user)
        .select_related("current_task_state__task")
        .order_by("-created_at")[:SHOWN]
    )
    return [
        {
            "page": page,
            "step": state.current_task_state.task.name,
            "since": state.current_task_state.started_at,
        }
        for state, page in _with_pages(list(states), lambda state: state.object_id)
    ]


def drafts_of(user: User) -> list[Page]:
    """Own drafts that nobody has submitted, the latest first."""
    drafts = Article.objects.filter(owner=user, has_unpublished_changes=True, first_published_at=None)
    taken = set(WorkflowState.objects.active().filter(requested_by=user).values_list("object_id", flat=True))
    newest = drafts.defer("body").order_by("-latest_revision_created_at")[: SHOWN + len(taken)]
    return [page for page in newest if str(page.pk) not in taken][:SHOWN]


def going_out(user: User, until: datetime | None = None) -> list[dict[str, Any]]:
    """What is scheduled until the end of today (or `until`) and `user` may see: `page`, `at`."""
    end = until or end_of_today()
    revisions = Revision.page_revisions.filter(approved_go_live_at__lte=end).order_by("approved_go_live_at")
    pairs = _with_pages(list(revisions.defer("content")[: SHOWN * 2]), lambda revision: revision.object_id)
    return [
        {"page": page, "at": revision.approved_go_live_at}
        for revision, page in pairs
        if page.permissions_for_user(user).can_edit()
    ]


def end_of_today() -> datetime:
    """Midnight at the end of today, in the newsroom's time zone."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))


def just_published() -> list[Article]:
    """The latest public stories of all editions."""
    keys = [f"edition:{pk}" for pk in Edition.objects.values_list("pk", flat=True)]
    newest = ListedStory.objects.filter(list_key__in=keys).order_by("-published_at")[:SHOWN]
    articles = Article.objects.select_related("section", "edition__locale").defer("body", "ednote")
    found = articles.in_bulk([row.article_id for row in newest])
    return [found[row.article_id] for row in newest if row.article_id in found]


def latest_corrections() -> list[Correction]:
    return list(Correction.objects.select_related("article").defer("article__body", "article__ednote")[:5])


def pictures_without_words() -> int:
    """How many pictures lack a credit, or an alt text although they are not decorative."""
    return Picture.objects.filter(Q(credit="") | Q(description="", decorative=False)).count()


def _with_pages(rows: list[Any], object_id: Any) -> list[tuple[Any, Page]]:
    """Pair each row with its page, which is asked for in one query; rows without one are left out."""
    pages = Page.objects.in_bulk([int(object_id(row)) for row in rows])
    return [(row, pages[int(object_id(row))]) for row in rows if int(object_id(row)) in pages]
