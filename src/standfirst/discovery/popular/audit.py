"""Entries in Wagtail's audit log about what staff keep out of Most popular."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def register_popular_log_actions(actions: LogActionRegistry) -> None:
    """Name what can be done to a story's place among what is read most."""
    actions.register_action("popular.exclude", _("Keep out of Most popular"), _("Kept the story out of Most popular"))
    actions.register_action("popular.readmit", _("Let into Most popular"), _("Let the story into Most popular again"))
