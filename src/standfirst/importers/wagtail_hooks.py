"""Imports in Wagtail's admin: menu entries, and the log entry an imported page begins with."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from standfirst.accounts.roles import Role, has_role
from standfirst.importers import problems
from standfirst.importers.wordpress.bulk import LOG_ACTION
from standfirst.membership.desk.access import ManagersMenuItem

__all__ = ["problems"]


class ImportsMenuItem(MenuItem):
    """Shown to administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.ADMINISTRATOR)  # type: ignore[arg-type]


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("imports/", include("standfirst.importers.admin_urls")),
        path("membership/import/", include("standfirst.importers.members.urls")),
    ]


@hooks.register("register_settings_menu_item")
def menu_item() -> MenuItem:
    return ImportsMenuItem(_("Imports"), reverse("importers:index"), name="imports", icon_name="upload", order=900)


@hooks.register("register_membership_menu_item")
def members_menu_item() -> MenuItem:
    address = reverse("member_imports:index")
    return ManagersMenuItem(_("Import members"), address, name="member-imports", icon_name="upload", order=900)


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    actions.register_action(LOG_ACTION, _("Imported"), _("Imported from another system"))
