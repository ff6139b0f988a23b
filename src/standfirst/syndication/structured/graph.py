"""The frame of a page's JSON-LD: nodes that refer to each other by `@id`, safely inside HTML."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

Node = dict[str, Any]

# As Django's `json_script` does; U+2028 and U+2029 end a line in older JavaScript engines.
_ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


def known(node: Node) -> Node:
    """Return `node` without what is not known: schema.org has no word for “nothing”."""
    return {key: value for key, value in node.items() if value not in (None, "", [], {})}


def graph(nodes: Iterable[Node]) -> SafeString:
    """Return `nodes` as the content of a `<script type="application/ld+json">` element."""
    document = {"@context": "https://schema.org", "@graph": list(nodes)}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - nothing left that could end the script element


def breadcrumbs(trail: Iterable[tuple[str, str]]) -> Node:
    """Return a `BreadcrumbList` of (name, absolute address) from the front page down."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": url}
            for position, (name, url) in enumerate(trail, start=1)
        ],
    }
