"""Desks and corrections in the admin's menu."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.models import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from standfirst.accounts.models import User
from standfirst.stories.models import Correction, Desk


class DeskIndexView(IndexView):
    def get_base_queryset(self) -> Any:
        return Desk.objects.annotate(member_count=Count("members", distinct=True)).order_by("name")


class DeskViewSet(ModelViewSet):
    """Teams and their sections; administrators only."""

    model = Desk
    name = "desks"
    icon = "group"
    menu_label = _("Desks")
    menu_order = 610
    add_to_settings_menu = True
    index_view_class = DeskIndexView
    list_display = [
        "name",
        BooleanColumn("covers_everything", label=_("Covers everything")),
        Column("member_count", label=_("Members")),
    ]
    form_fields = ["name", "covers_everything", "sections", "members"]


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Whoever may see them sees them, nobody changes them: a correction is append-only."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, "view")

    def user_has_any_permission(self, user: User, actions: Any) -> bool:
        return "view" in actions and self.user_has_permission(user, "view")


class CorrectionIndexView(IndexView):
    """Every correction of every edition, newest first, each leading to its story."""

    any_permission_required = ("view",)
    page_title = _("Corrections")

    def get_base_queryset(self) -> Any:
        return Correction.objects.select_related("article", "published_by").defer("article__body")

    def get_edit_url(self, instance: Correction) -> str:
        return reverse("wagtailadmin_pages:edit", args=[instance.article_id])

    def get_add_url(self) -> None:
        return None


class CorrectionViewSet(ModelViewSet):
    model = Correction
    name = "corrections"
    icon = "clipboard-list"
    menu_label = _("Corrections")
    menu_order = 260
    add_to_admin_menu = True
    index_view_class = CorrectionIndexView
    form_fields: list[str] = []
    copy_view_enabled = False
    inspect_view_enabled = False
    ordering = ["-published_at", "-pk"]
    search_fields = ["text", "article__title"]
    list_display = [
        TitleColumn("text", label=_("Correction"), accessor="__str__"),
        Column("article", label=_("Story"), width="30%"),
        BooleanColumn("serious", label=_("Serious"), width="8%"),
        Column("published_by", label=_("By"), width="15%"),
        DateColumn("published_at", label=_("Published"), width="12%"),
    ]


register_permission_policy(Correction, ReadOnlyPolicy(Correction))


@hooks.register("register_admin_viewset")
def register_listings() -> list[ModelViewSet]:
    """Put desks and corrections into the admin."""
    return [DeskViewSet(), CorrectionViewSet()]
