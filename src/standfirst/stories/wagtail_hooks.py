"""Where Wagtail finds our hooks: each subject registers its own in the module named here."""

from standfirst.stories import audit, picture_hooks, rich_text
from standfirst.stories.desk import branding, buttons, creating, last_step, listings, picks, publishing

__all__ = [
    "audit",
    "branding",
    "buttons",
    "creating",
    "last_step",
    "listings",
    "picks",
    "picture_hooks",
    "publishing",
    "rich_text",
]
