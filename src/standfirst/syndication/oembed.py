"""oEmbed provider for our stories (https://oembed.com): other sites show a card, without a script of ours."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax.xmlreader import AttributesImpl

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase, JsonResponse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import override
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from standfirst.stories.models import Article, NewsroomSettings
from standfirst.syndication.addresses import SiteAddress, site_address
from standfirst.syndication.pictures import picture_file
from standfirst.syndication.text import xml_text

WIDTH, HEIGHT = 600, 240
"""What the card needs at most, in pixels; it is text and wraps to whatever width it gets."""
CACHE_AGE = 3600


@require_safe
def oembed(request: HttpRequest) -> HttpResponseBase:
    """Answer `?url=…&format=json|xml&maxwidth=…&maxheight=…` for a public story.

    As section 2.3.4 of the specification has it: 404 for any other address, 501 for any other format.
    """
    address = request.GET.get("url", "")
    if not address:
        return HttpResponseBadRequest("Say which story: add ?url= and its address.", content_type="text/plain")
    kind = request.GET.get("format", "json")
    if kind not in {"json", "xml"}:
        return HttpResponse("Only format=json and format=xml are there.", status=501, content_type="text/plain")
    try:
        limits = _limit(request, "maxwidth"), _limit(request, "maxheight")
    except ValueError:
        return HttpResponseBadRequest("maxwidth and maxheight are pixels, from 1 up.", content_type="text/plain")
    site = site_address(request)
    answer = describe(find_story(site, address), site, limits)
    if kind == "xml":
        return HttpResponse(as_xml(answer), content_type="text/xml; charset=utf-8")
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def find_story(site: SiteAddress, address: str) -> Article:
    """Return the public story at `address`.

    Raises:
        Http404: the address is on another site, or no public story has it.
    """
    parts, own = urlsplit(address), urlsplit(site.root)
    if parts.hostname != own.hostname or parts.scheme not in {"http", "https"}:
        raise Http404("The address is not on this site.")
    path = unquote(parts.path).strip("/")
    stories = Article.objects.filter(
        slug=path.rpartition("/")[2], url_path=f"{site.root_path}{path}/", listings__list_key__startswith="edition:"
    )
    story: Article | None = stories.select_related("lead_picture", "locale").defer("body").first()
    if story is None:
        raise Http404("No public story has this address.")
    return story


def describe(story: Article, site: SiteAddress, limits: tuple[int | None, int | None]) -> dict[str, Any]:
    """Return the oEmbed answer, of type `rich`, for `story`; `limits` are the greatest width and height in pixels."""
    width, height = min(limits[0] or WIDTH, WIDTH), min(limits[1] or HEIGHT, HEIGHT)
    settings = NewsroomSettings.for_site(site.site)
    url = site.of_path(story.url_path)
    names = [each.contributor.title for each in story.bylines.select_related("contributor")]
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": story.title,
        "provider_name": settings.name,
        "provider_url": f"{site.root}/",
        "cache_age": CACHE_AGE,
        "html": _card(story, url, settings.name),
        "width": width,
        "height": height,
    }
    if names:
        answer["author_name"] = ", ".join(names)
    file = picture_file(story.lead_picture, site, width) if story.lead_picture else None
    # The thumbnail has to respect the limits too, so one that does not is not offered.
    if file and file.width <= (limits[0] or file.width) and file.height <= (limits[1] or file.height):
        answer |= {"thumbnail_url": file.url, "thumbnail_width": file.width, "thumbnail_height": file.height}
    return answer


def as_xml(answer: dict[str, Any]) -> bytes:
    """Return `answer` as the XML that section 2.3.4.2 describes."""
    target = io.BytesIO()
    writer = SimplerXMLGenerator(target, "utf-8")
    writer.startDocument()
    writer.startElement("oembed", AttributesImpl({}))
    for name, value in answer.items():
        writer.addQuickElement(name, xml_text(str(value)))
    writer.endElement("oembed")
    writer.endDocument()
    return target.getvalue()


def _limit(request: HttpRequest, name: str) -> int | None:
    """Return the number of pixels asked for, `None` without one; ValueError when it is no positive number."""
    if name not in request.GET:
        return None
    asked = int(request.GET[name])
    if asked < 1:
        raise ValueError(name)
    return asked


def _card(story: Article, url: str, name: str) -> str:
    language = story.locale.language_code
    with override(language):
        day = date_format(localtime(story.first_published_at), "DATE_FORMAT")
    return format_html(
        '<blockquote lang="{}" cite="{}"><p><a href="{}">{}</a></p><p>{}</p><footer>{}, {}</footer></blockquote>',
        *(language, url, url, story.title, story.teaser_text, name, day),
    )
