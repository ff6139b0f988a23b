"""A story whose every kind of block holds the word that must not be found."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from wagtail_footnotes.models import Footnote

from standfirst.stories.models import Article, Section
from tests import factories

HIDDEN = "Xylophonist"
"""Stands in the closed part of the text, and nowhere else."""
SHOWN = "Mandolinist"
"""Stands in the preview."""


def text(words: str) -> dict[str, Any]:
    return {"type": "paragraph", "value": f"<p>{words}</p>"}


def hidden_blocks(note: str = "") -> list[dict[str, Any]]:
    """One block of each kind that holds words, with the hidden word in each of its fields that readers see."""
    rich = f"<p>{HIDDEN} rich</p>"
    table = {
        "columns": [{"type": "text", "heading": HIDDEN}],
        "rows": [{"values": [f"{HIDDEN} cell"]}],
        "caption": f"{HIDDEN} table",
    }
    mark = f'<footnote id="{note}">[1]</footnote>' if note else ""
    return [
        {"type": "paragraph", "value": f"<p>{HIDDEN} in text{mark}</p>"},
        {"type": "heading", "value": {"text": f"{HIDDEN} heading", "level": "2"}},
        {"type": "quote", "value": {"text": rich, "attribution": HIDDEN, "source_url": ""}},
        {"type": "pull_quote", "value": {"text": f"{HIDDEN} pulled", "attribution": HIDDEN}},
        {"type": "appeal", "value": {"title": f"{HIDDEN} appeal", "text": HIDDEN}},
        {"type": "fact_box", "value": {"title": HIDDEN, "text": rich}},
        {"type": "list", "value": {"ordered": False, "items": [rich]}},
        {"type": "table", "value": {"table": table, "source": HIDDEN}},
        {"type": "embed", "value": {"url": f"https://video.example/{HIDDEN}", "title": HIDDEN, "caption": HIDDEN}},
        {"type": "timeline", "value": {"title": HIDDEN, "events": [{"date": HIDDEN, "text": rich}]}},
        {"type": "html", "value": f"<p>{HIDDEN} raw</p>"},
    ]


def closed_story(section: Section, access: str = "members", **fields: Any) -> Article:
    """A published story for `access` with a preview, a mark, the hidden blocks and a footnote among them."""
    note = str(uuid4())
    body = [text(f"{SHOWN} opens."), {"type": "preview_end", "value": None}, *hidden_blocks(note)]
    story = factories.story(section, "A closed story", access=access, body=json.dumps(body), **fields)
    story.footnotes = [Footnote(uuid=note, text=f"<p>{HIDDEN} note</p>")]
    story.save_revision().publish()
    return Article.objects.get(pk=story.pk)
