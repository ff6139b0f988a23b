"""What the button of the last step says."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem, WorkflowMenuItem

from standfirst.accounts.signed_in import signed_in
from standfirst.stories.models.workflow import ReadyTask


@hooks.register("construct_page_action_menu")
def name_last_step(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Say it as the step does. Wagtail adds “and Publish” to any approval of a last step, a scheduled one included."""
    page = context.get("page")
    task = page.current_workflow_task if page else None
    if not isinstance(task, ReadyTask):
        return
    labels = {name: label for name, label, _comment in task.get_actions(page, signed_in(request))}
    for item in menu_items:
        if isinstance(item, WorkflowMenuItem) and item.name in labels:
            item.label = labels[item.name]
