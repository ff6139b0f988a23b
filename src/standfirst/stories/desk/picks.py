"""Editor's picks in the admin: one list, edition by edition, ordered by dragging."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic.models import IndexView
from wagtail.admin.views.generic.ordering import ReorderView
from wagtail.admin.viewsets.model import ModelViewSet

from standfirst.stories.models import Pick

ORDER = ("edition__path", "sort_order", "pk")


class PickIndexView(IndexView):
    """All picks, each edition's together, in the order readers see."""

    def get_base_queryset(self) -> Any:
        return Pick.objects.select_related("edition", "article").defer("article__body")

    def order_queryset(self, queryset: Any) -> Any:
        return queryset.order_by(*ORDER) if self.ordering == "sort_order" else super().order_queryset(queryset)


class PickReorderView(ReorderView):
    """Moves a pick among those of its own edition; the list's other editions stay as they are."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        pick = get_object_or_404(Pick, pk=kwargs["pk"])
        rest = list(Pick.objects.exclude(pk=pick.pk).order_by(*ORDER).values_list("edition_id", flat=True))
        asked = request.GET.get("position", "")
        position = int(asked) if asked.isdigit() else len(rest)
        before = rest[:position].count(pick.edition_id)
        place_pick(pick=pick, position=before)
        return JsonResponse({"success": True})


@transaction.atomic
def place_pick(*, pick: Pick, position: int) -> None:
    """Put `pick` at `position` (0 is first) among the picks of its edition, and number them anew."""
    others = list(Pick.objects.filter(edition_id=pick.edition_id).exclude(pk=pick.pk).order_by("sort_order", "pk"))
    others.insert(position, pick)
    for number, entry in enumerate(others):
        entry.sort_order = number
    Pick.objects.bulk_update(others, ["sort_order"])


class PickViewSet(ModelViewSet):
    model = Pick
    name = "picks"
    icon = "pick"
    menu_label = _("Picks")
    menu_order = 250
    add_to_admin_menu = True
    inspect_view_enabled = False
    index_view_class = PickIndexView
    reorder_view_class = PickReorderView
    ordering = "sort_order"
    list_display = [
        "__str__",
        Column("edition", label=_("Edition"), width="20%"),
        Column("label", label=_("Label"), width="20%"),
        DateColumn("ends_at", label=_("Ends"), width="15%"),
    ]
    form_fields = ["edition", "article", "label", "ends_at"]


@hooks.register("register_admin_viewset")
def register_picks() -> PickViewSet:
    """Put the picks into the admin."""
    return PickViewSet()
