"""Front pages and picks."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction

from standfirst.accounts.models import User
from standfirst.demo.content import EditionContent
from standfirst.demo.steps.naming import find, name
from standfirst.stories.models import Article, Contributor, Edition, Pick, Section, Thread

_PAGES = {"section": (Section, "section"), "thread": (Thread, "thread")}


@transaction.atomic
def compose(edition: Edition, content: EditionContent, publisher: User) -> None:
    """Compose the edition's front page and choose its picks, unless somebody did already."""
    if edition.latest_revision_id:
        return
    edition.front = json.dumps(
        [_container(entry, content.language, n) for n, entry in enumerate(content.words["front"])]
    )
    edition.save_revision(user=publisher).publish(user=publisher)
    for order, entry in enumerate(content.words["picks"]):
        story = find(Article, "story", entry["story"], content.language)
        Pick.objects.create(edition=edition, article=story, label=entry["label"], sort_order=order)


def _container(entry: dict[str, Any], language: str, number: int) -> dict[str, Any]:
    value = {key: _page(key, given, language) for key, given in entry.items() if key != "kind"}
    if entry["kind"] in ("lead", "section", "thread", "opinion"):
        value.setdefault("pinned", [])
    if entry["kind"] == "letter_box":
        value["text"] = f"<p>{value['text']}</p>"
    return {"type": entry["kind"], "value": value, "id": str(name("container", f"{language}:{number}"))}


def _page(field: str, given: Any, language: str) -> Any:
    """Put primary keys in the place of keys."""
    if field == "pinned":
        return [find(Article, "story", key, language).pk for key in given]
    if field == "contributors":
        return [find(Contributor, "contributor", key, language).pk for key in given]
    if field in _PAGES:
        model, kind = _PAGES[field]
        return find(model, kind, given, language).pk
    return given
