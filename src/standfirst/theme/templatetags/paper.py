"""Template tags every page may use without loading them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from standfirst.theme import language, richtext
from standfirst.theme.frames import Frame, frame_for
from standfirst.theme.templatetags.pictures import address, nearest_ratio

register = template.Library()

PICTURE_WORDS = {"caption": "caption", "credit": "credit", "alt": "alt_text"}

register.filter("number", language.number)
register.filter("digits", language.digits)
register.filter("day", language.day)
register.filter("weekday_and_day", language.weekday_and_day)
register.filter("gregorian_day", language.gregorian_day)
register.filter("gregorian_month", language.gregorian_month)
register.filter("day_of_month", language.day_of_month)
register.filter("quoted", language.quoted)
register.filter("capitalised", language.capitalised)
register.filter("sanitised", richtext.sanitised, is_safe=True)

CLOCKS: dict[str, Callable[[Any], str]] = {
    "day": language.day,
    "weekday": language.weekday_and_day,
    "clock": language.clock,
    "full": language.day_and_clock,
}


@register.filter
def get(values: Mapping[Any, Any] | None, key: Any) -> Any:
    """Return `values[key]`, or `None` where there is no such entry."""
    return values.get(key) if values else None


@register.filter
def starts_with(text: str | None, beginning: str | None) -> bool:
    """Tell whether `text` (an address) starts with `beginning`; never true for an empty beginning."""
    return bool(text and beginning and text.startswith(beginning))


@register.filter
def listed(items: Iterable[Any]) -> SafeString:
    """Return "A, B and C" in the page's language; entries are escaped unless they are safe HTML."""
    return mark_safe(language.listed([conditional_escape(item) for item in items]))  # noqa: S308 - each is escaped


@register.filter
def host(url: str) -> str:
    """Return the site an address belongs to, as people say it: `www.example.org` is example.org."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@register.filter
def words_of(value: Mapping[str, Any], name: str) -> str:
    """Return a picture block's `caption`, `credit` or `alt`: what the block says here, else the picture's own."""
    if name == "alt" and value.get("decorative"):
        return ""
    return value.get(name) or getattr(value["picture"], PICTURE_WORDS[name])


@register.simple_tag
def poster_url(pic: Any, width: int = 1280) -> str:
    """Return the address of the size of `pic` that every browser can show, at most `width` pixels wide."""
    sizes = sorted(nearest_ratio(pic.ready or [], "16x9"), key=lambda entry: entry["w"])
    plain = [entry for entry in sizes if entry["format"] not in ("avif", "webp")] or sizes
    fitting = [entry for entry in plain if entry["w"] <= width] or plain[:1]
    return address(fitting[-1]["file"]) if fitting else ""


@register.simple_tag
def moment(value: dt.date | None, style: str = "full", css: str = "") -> str:
    """Write `<time>` for `value`: the language's words for people, ISO 8601 with the zone for machines.

    Args:
        style: `day`, `weekday`, `clock` or `full` (day and clock).
        css: class of the element.
    """
    if value is None:
        return ""
    exact = (
        language.local_time(value).isoformat(timespec="minutes")
        if isinstance(value, dt.datetime)
        else value.isoformat()
    )
    attributes = format_html(' class="{}"', css) if css else ""
    return format_html('<time{} datetime="{}">{}</time>', attributes, exact, CLOCKS[style](value))


@register.simple_tag
def updated(first: dt.datetime, last: dt.datetime) -> str:
    """Write when a story was last changed: the time alone on the day it appeared, else the day too."""
    same_day = language.local_time(first).date() == language.local_time(last).date()
    return format_html(gettext("Updated {time}"), time=moment(last, "clock" if same_day else "full"))


BYLINE_WORDS = {
    "reporter": lambda: pgettext("byline", "By {names}"),
    "translator": lambda: pgettext("byline", "translated by {names}"),
    "photographer": lambda: pgettext("byline", "photographs by {names}"),
    "editor": lambda: pgettext("byline", "edited by {names}"),
    "illustrator": lambda: pgettext("byline", "illustrations by {names}"),
}


@register.simple_tag
def byline(bylines: Iterable[Any], dateline: str = "") -> SafeString:
    """Write who made the story, role by role: "By Ana Beridze in Baku · translated by Leyla Quliyeva"."""
    by_role: dict[str, list[SafeString]] = {}
    for entry in bylines:
        person = entry.contributor
        by_role.setdefault(entry.role, []).append(
            format_html('<a href="{}" rel="author">{}</a>', person.url or "", person.title)
        )
    parts = [format_html(BYLINE_WORDS[role](), names=listed(names)) for role, names in by_role.items()]
    if dateline and parts and "reporter" in by_role:
        at = list(by_role).index("reporter")
        parts[at] = format_html(pgettext("byline", "{byline} in {place}"), byline=parts[at], place=dateline)
    elif dateline:
        parts.insert(0, format_html("{}", dateline))
    return mark_safe(" · ".join(parts))  # noqa: S308 - every part comes from format_html


@register.simple_tag
def footnotes_of(page: Any) -> richtext.Footnotes:
    """Return the empty list of footnotes that `{% rich %}` fills while the page's text is shown."""
    return richtext.Footnotes(page)


@register.simple_tag(takes_context=True)
def rich(context: Context, value: Any) -> SafeString:
    """Write rich text with its links and, where the page collects `notes`, its footnote marks."""
    return richtext.rich_text(value, context.get("notes"))


@register.simple_tag
def frame_of(url: str) -> Frame | None:
    """Return how the address is shown in a frame on request, or `None` for a site that is not on the list."""
    return frame_for(url)
