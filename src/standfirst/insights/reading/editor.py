"""Reading where staff work: the menu of reports, the editor of a story, the lists of pages."""

from __future__ import annotations

from typing import Any

from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.models import Page

from standfirst.insights.reading.small_figures import reads_of
from standfirst.stories.models import Article


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("reading/", include("standfirst.insights.reading.urls"))]


@hooks.register("register_reports_menu_item")
def reading_menu_item() -> MenuItem:
    """Reading stands on top of the reports: everybody in the newsroom may look."""
    return MenuItem(gettext_lazy("Reading"), reverse("reading:period"), name="reading", icon_name="view", order=10)


def is_read(page: Any) -> bool:
    """Whether figures of `page` are of use: a story that readers can see. Snippets and the like are none."""
    return isinstance(page, Page) and page.specific_class is Article and bool(page.live)


class ReadsColumn(Column):
    """How often each story of a list of pages was read; what is no story, or not published, has none."""

    def render_cell_html(self, instance: Page, parent_context: Any) -> str:
        """The cell of one page. The figures of all pages of the list are asked for once, with the first."""
        table = parent_context["table"]
        if not hasattr(table, "story_reads"):
            table.story_reads = reads_of([page.pk for page in table.data if is_read(page)])
        _today, reads = table.story_reads.get(instance.pk, (0, 0))
        if not is_read(instance):
            return SafeString("<td></td>")
        return format_html(
            '<td><a href="{}" title="{}">{}</a></td>',
            reverse("reading:story", args=[instance.pk]), _("How it is read"), f"{reads:,}",
        )  # fmt: skip


def show_in_lists() -> None:
    """Put the column into the lists of pages, before the last one. Wagtail offers no registration for that."""
    if not any(column.name == "reads" for column in ExplorableIndexView.base_columns):
        ExplorableIndexView.base_columns.insert(-1, ReadsColumn("reads", label=gettext_lazy("Reads"), width="8%"))


show_in_lists()
