"""Where the screens stand in the admin."""

from __future__ import annotations

from typing import Any

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from standfirst.discovery.popular.desk.access import ListsMenuItem


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("popular/", include("standfirst.discovery.popular.desk.urls"))]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """Beside the picks, which are chosen by hand."""
    return ListsMenuItem(
        _("Most popular"), reverse("popular_desk:index"), name="popular", icon_name="list-ol", order=255
    )
