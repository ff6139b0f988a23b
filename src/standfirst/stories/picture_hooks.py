"""Pictures in Wagtail's admin: our style sheet, and making renditions again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.permissions import policy_registry

from standfirst.stories.models import Picture
from standfirst.stories.pictures.intake import order_renditions


@hooks.register("insert_global_admin_css")
def picture_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("stories/desk-pictures.css"))


@hooks.register("register_admin_urls")
def picture_urls() -> list[URLPattern]:
    return [path("pictures/<int:picture_id>/renditions/", make_again, name="picture_renditions")]


@require_POST
def make_again(request: HttpRequest, picture_id: int) -> HttpResponse:
    """Order a picture's renditions once more, for staff who may change it."""
    picture = get_object_or_404(Picture, pk=picture_id)
    policy = policy_registry.get_by_type(Picture)
    if not policy.user_has_permission_for_instance(request.user, "change", picture):
        messages.error(request, _("You may not change this picture."))
        return redirect("wagtailadmin_home")
    order_renditions(picture)
    messages.success(request, _("The sizes of “%(title)s” are being made.") % {"title": picture.title})
    return redirect("wagtailimages:edit", picture.pk)
