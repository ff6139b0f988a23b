"""The membership menu of the admin; other apps add to it by the hook `register_membership_menu_item`."""

from __future__ import annotations

from typing import Any

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from standfirst.membership.desk.access import ManagersMenuItem
from standfirst.membership.statements import hooks as statement_hooks

__all__ = ["statement_hooks"]

ENTRIES = (
    ("members", _("Members"), "user", 200),
    ("tiers", _("Tiers and prices"), "tag", 600),
    ("accounts", _("Payment accounts"), "key", 700),
    ("terms", _("Terms"), "cog", 800),
    ("mail_texts", _("Texts of mails"), "edit", 900),
    ("mails", _("Mails that wait"), "mail", 910),
)


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("membership/", include("standfirst.membership.desk.urls"))]


@hooks.register("register_admin_menu_item")
def membership_menu() -> MenuItem:
    menu = Menu(register_hook_name="register_membership_menu_item")
    return SubmenuMenuItem(_("Membership"), menu, name="membership", icon_name="group", order=350)


def _entry(name: str, label: Any, icon: str, order: int) -> ManagersMenuItem:
    return ManagersMenuItem(label, reverse(f"membership_desk:{name}"), name=name, icon_name=icon, order=order)


for _name, _label, _icon, _order in ENTRIES:
    hooks.register(
        "register_membership_menu_item",
        lambda name=_name, label=_label, icon=_icon, order=_order: _entry(name, label, icon, order),
    )
