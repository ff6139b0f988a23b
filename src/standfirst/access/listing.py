"""The desk's list of stories with who may read them."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet

from standfirst.stories import access
from standfirst.stories.models import Article


class StoryAccessView(IndexView):
    """Every story that the editor may see, with a word for its access."""

    @cached_property
    def columns(self) -> list[Any]:
        """As Wagtail's, and who may read the story; the words are fetched once for the whole list."""
        words = dict(access.choices())
        column = Column(
            "access",
            label=_("Who may read it"),
            accessor=lambda story: words.get(story.access, story.access),
            sort_key="access",
            width="18%",
        )
        return [*self.base_columns[:-1], column, self.base_columns[-1]]


class StoryAccessListing(PageListingViewSet):
    """In the desk's menu: which stories are closed, and to whom."""

    model = Article
    name = "story_access"
    icon = "lock"
    menu_label = _("Who may read what")
    menu_order = 255
    add_to_admin_menu = True
    index_view_class = StoryAccessView
    columns = PageListingViewSet.UNDEFINED  # the view's own, which know the tiers
    list_filter = ["access"]


@hooks.register("register_admin_viewset")
def register_story_access() -> StoryAccessListing:
    """Put the list into the desk."""
    return StoryAccessListing()
