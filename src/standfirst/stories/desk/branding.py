"""The admin carries the newsroom's name and colours, and a menu a newsroom needs."""

from __future__ import annotations

import colorsys
import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from wagtail import hooks
from wagtail.admin.menu import DismissibleMenuItem, MenuItem
from wagtail.models import Site

from standfirst.stories.models import NewsroomSettings

MENU_WORDS = {"explorer": _("Stories"), "images": _("Pictures")}


def accent_of(site: Site | None) -> str:
    """Return the accent colour of `site`'s newsroom, `#rrggbb`."""
    return NewsroomSettings.for_site(site).accent if site else NewsroomSettings._meta.get_field("accent").default


def brand_sheet(accent: str) -> str:
    """Return the style sheet that tints the admin: its frame in a dark shade, its buttons in the accent itself."""
    red, green, blue = (int(accent[start : start + 2], 16) / 255 for start in (1, 3, 5))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    values = {
        "--w-color-primary-hue": f"{hue * 360:.1f}",
        "--w-color-primary-saturation": f"{min(saturation, 0.35) * 100:.1f}%",
        "--w-color-primary-lightness": "15%",
        "--w-color-secondary-hue": f"{hue * 360:.1f}",
        "--w-color-secondary-saturation": f"{saturation * 100:.1f}%",
        "--w-color-secondary-lightness": f"{min(light, 0.36) * 100:.1f}%",
    }
    return ":root{" + ";".join(f"{name}:{value}" for name, value in values.items()) + "}\n"


@cache_control(private=True, max_age=31_536_000, immutable=True)
def serve_brand(request: HttpRequest, digest: str) -> HttpResponse:
    """The style sheet, at an address that changes with the colour."""
    return HttpResponse(brand_sheet(accent_of(Site.find_for_request(request))), content_type="text/css; charset=utf-8")


@hooks.register("register_admin_urls")
def register_brand_url() -> list[Any]:
    """The style sheet's address."""
    return [path("brand/<slug:digest>.css", serve_brand, name="desk_brand")]


@hooks.register("insert_global_admin_css")
def link_brand() -> SafeString:
    """Link it on every page of the admin, behind Wagtail's own sheet."""
    from django.templatetags.static import static

    accent = accent_of(Site.objects.filter(is_default_site=True).first())
    digest = hashlib.sha256(brand_sheet(accent).encode()).hexdigest()[:12]
    return format_html(
        '<link rel="stylesheet" href="{}"><link rel="stylesheet" href="{}">',
        reverse("desk_brand", args=[digest]),
        static("desk/desk.css"),
    )


@hooks.register("construct_main_menu")
def tidy_main_menu(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Call things what a newsroom calls them."""
    for item in menu_items:
        item.label = MENU_WORDS.get(item.name, item.label)


@hooks.register("construct_help_menu")
def tidy_help_menu(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out what leads to the website of the software below."""
    menu_items[:] = [item for item in menu_items if not isinstance(item, DismissibleMenuItem)]


@hooks.register("construct_reports_menu")
def tidy_reports_menu(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out what only developers read."""
    menu_items[:] = [item for item in menu_items if item.name != "page-types-usage"]
