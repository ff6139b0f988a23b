"""Where Wagtail finds our hooks: each subject registers its own in the module named here."""

from standfirst.stories import audit
from standfirst.stories.desk import buttons, creating

__all__ = ["audit", "buttons", "creating"]
