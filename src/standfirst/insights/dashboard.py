"""The admin's first page: what waits, what goes out, what was published, what was corrected, what fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component

from standfirst.accounts.models import User
from standfirst.accounts.roles import ROLES, Role, has_role
from standfirst.accounts.signed_in import signed_in
from standfirst.insights import tasks_health, today
from standfirst.insights.membership.first_page import membership_today
from standfirst.insights.reading.panel import read_now
from standfirst.stories.desk.problems import current_problems

WRITERS = (Role.REPORTER, Role.EDITOR, Role.PUBLISHER)


class DashboardPanel(Component):
    """A panel that shows itself to some roles only."""

    roles: tuple[Role, ...] = WRITERS
    order = 100

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def is_shown(self) -> bool:
        return has_role(signed_in(self.request), *self.roles)

    def facts(self, user: User) -> dict[str, Any]:
        """What the template shows."""
        raise NotImplementedError

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = signed_in(self.request)
        return {"request": self.request, "user": user, **self.facts(user)}


class ProblemsPanel(DashboardPanel):
    template_name = "insights/problems_panel.html"
    roles = (Role.PUBLISHER, Role.MEMBERSHIP_MANAGER)
    order = 50

    def facts(self, user: User) -> dict[str, Any]:
        return {"problems": current_problems(self.request)}


class WritePanel(DashboardPanel):
    """One click from the first page to an empty story."""

    template_name = "insights/write_panel.html"
    order = 80

    def facts(self, user: User) -> dict[str, Any]:
        return {"editions": today.sections_to_write_in(user)}


class WaitingPanel(DashboardPanel):
    template_name = "insights/waiting_panel.html"
    order = 100

    def facts(self, user: User) -> dict[str, Any]:
        return {
            "waiting": today.waiting_for(user),
            "sent_back": today.sent_back_to(user),
            "submitted": today.submitted_by(user),
            "drafts": today.drafts_of(user),
            "decides": has_role(user, Role.EDITOR, Role.PUBLISHER),
        }


class OutTodayPanel(DashboardPanel):
    template_name = "insights/out_today_panel.html"
    order = 200

    def facts(self, user: User) -> dict[str, Any]:
        return {"going_out": today.going_out(user)}


class PublishedPanel(DashboardPanel):
    template_name = "insights/published_panel.html"
    order = 300

    def facts(self, user: User) -> dict[str, Any]:
        return {"published": today.just_published()}


class CorrectionsPanel(DashboardPanel):
    template_name = "insights/corrections_panel.html"
    order = 400

    def facts(self, user: User) -> dict[str, Any]:
        return {"corrections": today.latest_corrections()}


class PicturesPanel(DashboardPanel):
    template_name = "insights/pictures_panel.html"
    roles = (Role.PICTURE_EDITOR,)
    order = 500

    def facts(self, user: User) -> dict[str, Any]:
        return {"number": today.pictures_without_words(), "works_on_pages": has_role(user, *WRITERS)}


class ReadNowPanel(DashboardPanel):
    template_name = "insights/read_now_panel.html"
    roles = ROLES
    order = 250

    def facts(self, user: User) -> dict[str, Any]:
        return read_now()


class MembershipPanel(DashboardPanel):
    template_name = "insights/membership_panel.html"
    roles = (Role.MEMBERSHIP_MANAGER,)
    order = 600

    def facts(self, user: User) -> dict[str, Any]:
        return membership_today() | {"works_on_pages": has_role(user, *WRITERS)}


class NothingPanel(DashboardPanel):
    """Says so to whom no other panel is shown, instead of Wagtail's promise of things to come."""

    template_name = "insights/nothing_panel.html"

    def facts(self, user: User) -> dict[str, Any]:
        return {}


PANELS = (
    ProblemsPanel,
    WritePanel,
    WaitingPanel,
    OutTodayPanel,
    ReadNowPanel,
    PublishedPanel,
    CorrectionsPanel,
    PicturesPanel,
    MembershipPanel,
)


@hooks.register("construct_homepage_panels")
def show_the_newsrooms_panels(request: HttpRequest, panels: list[Component]) -> None:
    """Put our panels in the place of Wagtail's."""
    ours = [panel for panel in (kind(request) for kind in PANELS) if panel.is_shown()]
    has_work = any(not isinstance(panel, ReadNowPanel) for panel in ours)
    panels[:] = ours if has_work else [NothingPanel(request), *ours]


@hooks.register("construct_homepage_summary_items", order=1000)
def without_counts(request: HttpRequest, items: list[Component]) -> None:
    """How many pages there are is no news."""
    items.clear()


@hooks.register("register_admin_urls")
def register_problems_url() -> list[Any]:
    """The address of what fails, in full."""
    patterns = [path("", show_problems, name="problems")]
    return [path("problems/", include((patterns, "insights"), namespace="insights"))]


def show_problems(request: HttpRequest) -> TemplateResponse:
    """Tasks that failed or hang, for those who can do something about them."""
    if not has_role(signed_in(request), Role.PUBLISHER):
        raise PermissionDenied
    groups = [
        (_("Failed within the last week"), tasks_health.failed_tasks()[:100]),
        (_("Began and never ended"), tasks_health.stuck_tasks()[:100]),
        (_("Waiting for a worker"), tasks_health.overdue_tasks()[:100]),
    ]
    shown = [(title, [_described(task) for task in tasks]) for title, tasks in groups]
    context = {
        "groups": [group for group in shown if group[1]],
        "with_details": has_role(signed_in(request)),
        "page_title": _("What fails"),
    }
    return TemplateResponse(request, "insights/problems.html", context)


def _described(task: Any) -> dict[str, Any]:
    return {
        "name": tasks_health.task_name(task),
        "path": task.task_path,
        "at": task.finished_at or task.started_at or task.enqueued_at,
        "error": task.exception_class_path.rpartition(".")[2],
        "traceback": task.traceback,
    }
