"""From parsed blocks to what Wagtail stores: keys of pictures, documents and stories become primary keys."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any

from wagtail_footnotes.models import Footnote

from standfirst.demo.errors import DemoError
from standfirst.demo.markup import Block, Body, rich_text
from standfirst.demo.steps.naming import find, name
from standfirst.stories.models import Article


@dataclass(frozen=True)
class Library:
    """Primary keys of pictures and documents by their keys."""

    pictures: dict[str, int]
    documents: dict[str, int]


@dataclass(frozen=True)
class Texts:
    """Turns the texts of one story or page, named `key`, in one language."""

    library: Library
    language: str
    key: str

    def stream(self, body: Body) -> str:
        """Return `body` as the JSON of a body field; the blocks' identifiers are the same every time."""
        return json.dumps(
            [
                {"type": block.kind, "value": self._value(block), "id": str(name("block", f"{self._place}:{index}"))}
                for index, block in enumerate(body.blocks)
            ]
        )

    def rich(self, text: str) -> str:
        """Return `text` with its markup as rich text."""
        return rich_text(text, self._link, self._note)

    def footnotes(self, body: Body, article: Article) -> list[Footnote]:
        return [
            Footnote(uuid=self._note_name(mark), text=f"<p>{self.rich(text)}</p>", locale=article.locale)
            for mark, text in body.footnotes.items()
        ]

    @property
    def _place(self) -> str:
        return f"{self.language}:{self.key}"

    def _note_name(self, mark: str) -> str:
        return str(name("footnote", f"{self._place}:{mark}"))

    def _note(self, mark: str) -> str:
        return f'<footnote id="{self._note_name(mark)}">[{mark}]</footnote>'

    def _link(self, target: str) -> str:
        kind, _colon, key = target.partition(":")
        if kind == "story":
            return f'linktype="page" id="{self._story(key)}"'
        if kind == "document":
            return f'linktype="document" id="{self.library.documents[key]}"'
        return f'href="{escape(target)}"'

    def _story(self, key: str) -> int:
        story = find(Article, "story", key, self.language)
        if story is None:
            raise DemoError(f"{self._place} leads to the story “{key}”, which is not older or does not exist.")
        return int(story.pk)

    def _value(self, block: Block) -> Any:
        value = block.value
        turn = getattr(self, f"_{block.kind}", None)
        return turn(value) if turn else value

    def _paragraph(self, value: dict[str, Any]) -> str:
        return f"<p>{self.rich(value['text'])}</p>"

    def _quote(self, value: dict[str, Any]) -> dict[str, Any]:
        return {**value, "text": f"<p>{self.rich(value['text'])}</p>"}

    def _fact_box(self, value: dict[str, Any]) -> dict[str, Any]:
        parts = value["text"].strip().split("\n\n")
        return {**value, "text": "".join(f"<p>{self.rich(part)}</p>" for part in parts)}

    def _list(self, value: dict[str, Any]) -> dict[str, Any]:
        return {"ordered": False, **value, "items": [f"<p>{self.rich(item)}</p>" for item in value["items"]]}

    def _timeline(self, value: dict[str, Any]) -> dict[str, Any]:
        events = [{"date": day, "text": f"<p>{self.rich(text)}</p>"} for day, text in value["events"]]
        return {"title": value.get("title", ""), "events": events}

    def _table(self, value: dict[str, Any]) -> dict[str, Any]:
        kinds = value.get("kinds") or ["text"] * len(value["header"])
        columns = [{"type": kind, "heading": text} for kind, text in zip(kinds, value["header"], strict=True)]
        table = {"columns": columns, "rows": [{"values": row} for row in value["rows"]]}
        return {"table": {**table, "caption": value.get("caption", "")}, "source": value.get("source", "")}

    def _picture(self, value: dict[str, Any]) -> dict[str, Any]:
        return {"width": "text", **value, "picture": self.library.pictures[value["picture"]]}

    def _gallery(self, value: dict[str, Any]) -> dict[str, Any]:
        pictures = [self._picture(entry) for entry in value["pictures"]]
        return {"title": value.get("title", ""), "pictures": pictures}

    def _teaser(self, value: dict[str, Any]) -> dict[str, Any]:
        return {"story": self._story(value["story"])}

    def _embed(self, value: dict[str, Any]) -> dict[str, Any]:
        poster = value.get("poster")
        return {**value, "poster": self.library.pictures[poster] if poster else None}

    def _audio(self, value: dict[str, Any]) -> dict[str, Any]:
        return {**value, "file": self.library.documents[value["file"]]}

    def _document(self, value: dict[str, Any]) -> dict[str, Any]:
        return {"title": "", "document": self.library.documents[value["document"]]}

    def _divider(self, value: dict[str, Any]) -> None:
        return None

    def _preview_end(self, value: dict[str, Any]) -> None:
        return None
