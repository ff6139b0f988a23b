"""Where Wagtail finds our hooks."""

from __future__ import annotations

from wagtail import hooks
from wagtail.actions import ActionRegistry
from wagtail.models import Page

from standfirst.syndication.api import PublishThroughThePage


@hooks.register("register_actions")
def register_publishing(registry: ActionRegistry) -> None:
    """Let the REST API publish through the page's own checks."""
    registry.register(Page, PublishThroughThePage)
