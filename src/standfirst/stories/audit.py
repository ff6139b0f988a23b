"""The newsroom's own entries in Wagtail's audit log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def register_story_log_actions(actions: LogActionRegistry) -> None:
    """Name what can be done to a story beyond Wagtail's own actions."""
    actions.register_action("stories.correct", _("Correct"), _("Published a correction"))
    actions.register_action("stories.kill", _("Kill"), _("Killed the story"))
    actions.register_action("stories.lift_embargo", _("Lift embargo"), _("Lifted the embargo early"))
