"""Lists of public stories, a page at a time, with addresses that stay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest

from standfirst.stories.cards import with_bylines

if TYPE_CHECKING:
    from standfirst.stories.models import Article

PAGE_SIZE = 20


@dataclass(frozen=True)
class ListPage:
    """One page of a list.

    Numbered pages are counted from the oldest story, so that `?page=7` always holds the same stories however many are
    published later. `number` is `None` on the list's own address, which shows the newest stories.
    """

    stories: list[Article]
    number: int | None
    older: int | None
    newer: int | None
    total: int

    def without(self, story: Article) -> ListPage:
        """The same page without `story`, which stands elsewhere on it."""
        return replace(self, stories=[listed for listed in self.stories if listed.pk != story.pk])


@dataclass(frozen=True)
class StoryList:
    """The public stories under one `list_key` (see `ListedStory`)."""

    list_key: str
    page_size: int = PAGE_SIZE

    def page(self, request: HttpRequest) -> ListPage:
        """Return the page that the request's `page` parameter names.

        Raises:
            Http404: the page is no number, or the list has no such page.
        """
        return self.numbered(request.GET.get("page"))

    def numbered(self, asked: str | None) -> ListPage:
        """Return page `asked` (a positive decimal number), or the newest stories for `None`."""
        from standfirst.stories.models import Article

        total = self.count()
        full = total // self.page_size  # pages that are complete, hence numbered and stable
        stories = Article.objects.listed(self.list_key).for_cards()
        if asked is None:
            size = self.page_size + total % self.page_size if full else total
            newest = with_bylines(stories[:size])
            older = full - 1 if full > 1 else None
            return ListPage(newest, None, older, None, total)
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
        if not 1 <= number <= full:
            raise Http404("No such page of this list.")
        start = total - number * self.page_size
        return ListPage(
            with_bylines(stories[start : start + self.page_size]),
            number,
            number - 1 if number > 1 else None,
            number + 1 if number < full else None,
            total,
        )

    def count(self) -> int:
        from standfirst.stories.models import ListedStory

        return ListedStory.objects.filter(list_key=self.list_key).count()
