"""`{% load appeals %}`: where appeals stand on a page, and what the page says of itself to the script that chooses."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from standfirst.appeals.pages import facts_of, is_quiet
from standfirst.delivery.store.entry import FragmentRef
from standfirst.delivery.templatetags.fragments import written

register = template.Library()


@register.simple_tag(takes_context=True)
def ask(context: Context, spot: str) -> SafeString:
    """Write what asks for support at `spot` (`strip`, `box`, `after`, `end`, `front`), as the page's quiet allows."""
    of = f"{spot} quiet" if is_quiet(context.get("page"), context["paper"]) else spot
    return written(FragmentRef("appeal", get_language() or settings.LANGUAGE_CODE, of=of), context)


@register.simple_tag(takes_context=True)
def page_facts(context: Context) -> SafeString:
    """Write the attribute by which the script knows the page's sections, thread and topics."""
    facts = facts_of(context.get("page"), context["paper"], context.get("topics") or [])
    return format_html(' data-facts="{}"', as_json(facts))


@register.filter
def as_json(value: Any) -> str:
    """Return `value` as JSON, for an attribute."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
