"""What a page tells machines, in its head."""

from __future__ import annotations

from typing import Any

from django import template

from standfirst.syndication.head import build_head

register = template.Library()


@register.inclusion_tag("syndication/head.html", takes_context=True)
def machine_head(context: template.Context) -> dict[str, Any]:
    """Write canonical address, hreflang, feeds, Open Graph, cards, robots and JSON-LD of the page being rendered.

    Reads `request`, `paper`, `page` and, for a story, `bylines`, `lead`, `corrections`, `topics` and `sources`.
    """
    return {"head": build_head({str(name): value for name, value in context.flatten().items()})}
