"""What an article's page shows besides the article itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from standfirst.stories.models import Article


def article_context(article: Article) -> dict[str, Any]:
    """Return bylines, corrections, the thread's chronology, translations and picks for `article`'s page."""
    raise NotImplementedError
