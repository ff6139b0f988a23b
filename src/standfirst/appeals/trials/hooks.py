"""Tests of appeals in the admin: addresses and the entry in the membership menu."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from standfirst.accounts.signed_in import signed_in
from standfirst.appeals.trials.desk import RIGHT


class WritersMenuItem(MenuItem):
    """A menu entry shown to those who may write appeals."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether whoever asks may write appeals."""
        return signed_in(request).has_perm(RIGHT)


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    """Put the screens below the membership desk."""
    return [path("membership/tests/", include("standfirst.appeals.trials.urls"))]


@hooks.register("register_membership_menu_item")
def menu_item() -> MenuItem:
    """After the appeals."""
    return WritersMenuItem(
        _("Tests of appeals"), reverse("appeal_trials:index"), name="appeal-trials", icon_name="view", order=415
    )
