"""The site's icons and `/site.webmanifest`: a small front page in the newsroom's accent colour."""

from __future__ import annotations

import io
import json
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw

from standfirst.stories.models import NewsroomSettings
from standfirst.syndication.addresses import site_address
from standfirst.syndication.conditional import conditional
from standfirst.syndication.text import shortened

UNITS = 32
# A nameplate, a picture and two columns: x, y, width and height on a square of 32 units.
SHAPES = ((6, 6, 20, 5), (6, 14, 9, 12), (18, 14, 8, 2), (18, 19, 8, 2), (18, 24, 8, 2))
CORNER = 5
PNG_SIZES = (180, 192, 512)
ICO_SIZES = (16, 32, 48)
PAPER = "#ffffff"


@require_safe
def svg(request: HttpRequest) -> HttpResponseBase:
    return conditional(request, draw_svg(_accent(request)), "image/svg+xml; charset=utf-8")


@require_safe
def png(request: HttpRequest, size: int) -> HttpResponseBase:
    """Serve the icon in `size` pixels.

    Raises:
        Http404: `size` is none of `PNG_SIZES`.
    """
    if size not in PNG_SIZES:
        raise Http404("The icon has no such size.")
    return conditional(request, draw_png(_accent(request), size), "image/png")


@require_safe
def touch(request: HttpRequest) -> HttpResponseBase:
    """Serve the icon that phones look for on their own."""
    return png(request, size=180)


@require_safe
def favicon(request: HttpRequest) -> HttpResponseBase:
    return conditional(request, draw_ico(_accent(request)), "image/vnd.microsoft.icon")


@require_safe
def manifest(request: HttpRequest) -> HttpResponseBase:
    """Serve the web app manifest: name, colours, icons."""
    settings = NewsroomSettings.for_site(site_address(request).site)
    document = {
        "name": settings.name,
        "short_name": shortened(settings.name, 12),
        "start_url": "/",
        "display": "browser",
        "background_color": PAPER,
        "theme_color": settings.accent,
        "icons": [
            {"src": reverse("icon_svg"), "type": "image/svg+xml", "sizes": "any"},
            *(
                {"src": reverse("icon_png", args=[size]), "type": "image/png", "sizes": f"{size}x{size}"}
                for size in PNG_SIZES
            ),
        ],
    }
    return conditional(request, json.dumps(document, ensure_ascii=False), "application/manifest+json")


def draw_svg(accent: str) -> str:
    """Return the icon on a ground of colour `accent` (# and six digits)."""
    shapes = format_html_join("", '<rect x="{}" y="{}" width="{}" height="{}"/>', SHAPES)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}"><rect width="{}" height="{}" rx="{}" fill="{}"/>'
        '<g fill="{}">{}</g></svg>',
        *(UNITS, UNITS, UNITS, UNITS, CORNER, accent, PAPER, shapes),
    )


@lru_cache(maxsize=16)
def draw_png(accent: str, size: int) -> bytes:
    """Return the icon as PNG, `size` pixels square; without round corners, for phones cut their own."""
    target = io.BytesIO()
    _square(accent, size, corner=0).save(target, "PNG", optimize=True)
    return target.getvalue()


@lru_cache(maxsize=4)
def draw_ico(accent: str) -> bytes:
    """Return the icon as ICO with the sizes that browsers put into tabs and lists."""
    target = io.BytesIO()
    largest = _square(accent, ICO_SIZES[-1], corner=CORNER)
    largest.save(target, "ICO", sizes=[(size, size) for size in ICO_SIZES])
    return target.getvalue()


def _square(accent: str, size: int, corner: int) -> Image.Image:
    """Draw at four times the size and scale down: Pillow draws without smoothing."""
    scale = size * 4 / UNITS
    image = Image.new("RGBA", (size * 4, size * 4), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, size * 4, size * 4), radius=corner * scale, fill=accent)
    for x, y, width, height in SHAPES:
        pen.rectangle((x * scale, y * scale, (x + width) * scale - 1, (y + height) * scale - 1), fill=PAPER)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _accent(request: HttpRequest) -> str:
    return str(NewsroomSettings.for_site(site_address(request).site).accent)
