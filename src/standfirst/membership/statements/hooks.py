"""The statements desk in the admin: its addresses and its menu entry."""

from __future__ import annotations

from typing import Any

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from standfirst.membership.desk.access import ManagersMenuItem


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("membership/", include("standfirst.membership.statements.urls"))]


@hooks.register("register_membership_menu_item")
def menu_item() -> MenuItem:
    address = reverse("statements:index")
    return ManagersMenuItem(_("Bank statements"), address, name="statements", icon_name="download", order=500)
