"""The membership's numbers in the admin: addresses and menu entries."""

from __future__ import annotations

from typing import Any

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from standfirst.membership.desk.access import ManagersMenuItem

ENTRIES = (
    ("dashboard", _("Numbers"), "view", 100),
    ("independence", _("Independence"), "globe", 300),
    ("rates", _("Exchange rates"), "order", 900),
)


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("membership/", include("standfirst.insights.membership.urls"))]


def _entry(name: str, label: Any, icon: str, order: int) -> ManagersMenuItem:
    address = reverse(f"membership_numbers:{name}")
    return ManagersMenuItem(label, address, name=f"membership-{name}", icon_name=icon, order=order)


for _name, _label, _icon, _order in ENTRIES:
    hooks.register(
        "register_membership_menu_item",
        lambda name=_name, label=_label, icon=_icon, order=_order: _entry(name, label, icon, order),
    )
