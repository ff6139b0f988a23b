"""What makes a page counted: its token on the body, the script, and the image for readers without JavaScript."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from standfirst.counting.tokens import page_token
from standfirst.stories.models import Article, Edition, Section

register = template.Library()
COUNTED = (Article, Edition, Section)
NOTHING = SafeString("")


@register.simple_tag(takes_context=True)
def counted(context: Context, page: Any) -> SafeString:
    """Attributes that make `page` counted: `data-page`, its token, and `data-story`, the story's id or 0.

    Nothing for what is not counted: drafts and previews, pages of other kinds, searches.
    """
    token = _token(context, page)
    return format_html(' data-page="{}" data-story="{}"', token, _story(page)) if token else NOTHING


@register.simple_tag(takes_context=True)
def counted_image(context: Context, page: Any) -> SafeString:
    """The image that counts a view where no script runs."""
    token = _token(context, page)
    if not token:
        return NOTHING
    image = '<noscript><img src="/reads/dot.gif?p={}" width="1" height="1" alt=""></noscript>'
    return format_html(image, token)


def _token(context: Context, page: Any) -> str:
    if not isinstance(page, COUNTED) or not page.live or getattr(context.get("request"), "is_preview", False):
        return ""
    edition = context.get("edition")  # as the page's own context has it, so that nothing is asked for again
    return page_token(_story(page), edition.pk) if isinstance(edition, Edition) else ""


def _story(page: Any) -> int:
    return page.pk if isinstance(page, Article) else 0
