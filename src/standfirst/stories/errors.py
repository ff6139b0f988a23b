"""What can go wrong with a story.

StoryError
├── EmbargoError        published before the agreed moment
├── KilledStoryError    published again although it was killed
└── UnfinishedStoryError  published with pictures that lack credit or alt text
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from standfirst.stories.models import Article


class StoryError(ValidationError):
    """A story cannot do what was asked; the message says what to do."""


class EmbargoError(StoryError):
    def __init__(self, article: Article, until: datetime) -> None:
        self.until = until
        message = _("“%(headline)s” is under embargo until %(time)s. Schedule it for then, or lift it with a reason.")
        shown = timezone.localtime(until).strftime("%Y-%m-%d %H:%M %Z")
        super().__init__(message % {"headline": article.title, "time": shown})


class KilledStoryError(StoryError):
    def __init__(self, article: Article) -> None:
        super().__init__(
            _("“%(headline)s” was killed and cannot be published. Copy what you need into a new story.")
            % {"headline": article.title}
        )


class UnfinishedStoryError(StoryError):
    """Lists every picture that lacks a credit or an alt text."""
