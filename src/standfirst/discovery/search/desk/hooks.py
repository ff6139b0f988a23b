"""Where the search stands in the admin: in the menu, and as what the search field above it asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea

from standfirst.discovery.search.desk.views import search

BEFORE_PAGES = 50
"""Wagtail's own search of pages has 100; the first of them is what the field in the menu asks."""


class _StoriesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(user_has_any_page_permission(request.user))


class _StoriesSearchArea(SearchArea):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(user_has_any_page_permission(request.user))


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("search/", search, name="story_search_desk")]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """Above what is chosen and counted."""
    return _StoriesMenuItem(
        _("Search stories"), reverse("story_search_desk"), name="search_stories", icon_name="search", order=110
    )


@hooks.register("register_admin_search_area")
def search_area() -> SearchArea:
    """Stories, before Wagtail's pages: the field in the menu then looks into texts and drafts."""
    return _StoriesSearchArea(
        _("Stories"), reverse("story_search_desk"), name="stories", icon_name="doc-full", order=BEFORE_PAGES
    )
