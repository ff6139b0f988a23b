"""What appeals need to know of a page: its sections, thread and topics, and whether it is quiet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from standfirst.stories.context import Paper
from standfirst.stories.models import Article, Section, Topic

Facts = dict[str, list[str]]


def facts_of(page: Any, paper: Paper, topics: Iterable[Topic]) -> Facts:
    """Return the keys of the sections, the thread and the `topics` of `page`, as texts; empty lists elsewhere."""
    is_story = isinstance(page, Article)
    return {
        "section": [str(section.pk) for section in sections_of(page, paper)],
        "thread": [str(page.thread_id)] if is_story and page.thread_id else [],
        "topic": [str(topic.pk) for topic in topics] if is_story else [],
    }


def is_quiet(page: Any, paper: Paper) -> bool:
    """Whether nothing is asked on `page`: it is about a death or a grief, or a section above it is quiet."""
    own = isinstance(page, Article) and page.is_quiet
    return own or any(section.is_quiet for section in sections_of(page, paper))


def sections_of(page: Any, paper: Paper) -> list[Section]:
    """The live sections of a story or of a section's page, from the outermost."""
    return paper.trail(page.path) if isinstance(page, Article | Section) else []
