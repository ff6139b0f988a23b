"""Campaigns, appeals and quiet days in the admin's membership menu."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from standfirst.appeals.desk.forms import CampaignForm
from standfirst.appeals.desk.panels import APPEAL
from standfirst.appeals.models import Appeal, Campaign, QuietDay

MENU = "register_membership_menu_item"


class MomentColumn(Column):
    """A date and time that may lie ahead: Wagtail's own column would say "just now" of all that is to come."""

    def get_value(self, instance: Any) -> str:
        """The moment on the newsroom's clock; "" where there is none."""
        moment = super().get_value(instance)
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""


class CampaignViewSet(ModelViewSet):
    """Campaigns, in the order in which they ask."""

    model = Campaign
    name = "campaigns"
    icon = "calendar"
    menu_label = _("Campaigns")
    menu_order = 400
    menu_hook = MENU
    add_to_admin_menu = True
    ordering = ("position", "pk")
    list_display = [
        "name",
        BooleanColumn("is_running", label=_("Running"), width="12%"),
        MomentColumn("begins", label=_("Begins"), width="18%"),
        MomentColumn("ends", label=_("Ends"), width="18%"),
        Column("position", label=_("Order"), width="10%"),
    ]

    def get_form_class(self, for_update: bool = False) -> type[CampaignForm]:
        """Return our own form, which reads money."""
        return CampaignForm


class QuietDayViewSet(ModelViewSet):
    """Days on which nothing is asked."""

    model = QuietDay
    name = "quiet_days"
    icon = "calendar-alt"
    menu_label = _("Quiet days")
    menu_order = 420
    menu_hook = MENU
    add_to_admin_menu = True
    ordering = "day"
    list_display = ["day", "name", "edition"]
    form_fields = ["day", "name", "edition"]


class AppealViewSet(SnippetViewSet):
    """Appeals, with a live preview."""

    model = Appeal
    icon = "comment"
    menu_label = _("Appeals")
    menu_order = 410
    menu_hook = MENU
    add_to_admin_menu = True
    edit_handler = APPEAL
    ordering = ("campaign__position", "campaign_id", "edition", "place", "position", "pk")
    list_filter = ["campaign", "edition", "place"]
    list_display = [
        "__str__",
        Column("words", label=_("Words"), width="30%"),
        Column("position", label=_("Order"), width="10%"),
    ]
    copy_view_enabled = True

    def get_queryset(self, request: Any) -> Any:
        """All appeals with the names that the list shows."""
        return Appeal.objects.select_related("campaign", "edition").prefetch_related("variants")


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ModelViewSet]:
    """Put campaigns and quiet days into the admin."""
    return [CampaignViewSet(), QuietDayViewSet()]


register_snippet(AppealViewSet)
