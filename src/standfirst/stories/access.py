"""Who may read a story whole, and what everybody else gets of it.

Stories know that a text may be closed and where its preview ends. Who may read a closed one is asked of the gate that
the layer above registers; without one, nobody may. What goes to everybody at once (feeds, search, the REST API for
readers) is always the public part, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from standfirst.delivery.trace import vary_by_access

if TYPE_CHECKING:
    from standfirst.stories.models import Article

PREVIEW_PARAGRAPHS = 2
"""Paragraphs that everybody may read of a closed story in which the editor did not say where the preview ends."""
PREVIEW_END = "preview_end"
AS_STRANGER = "stranger"
"""The preview mode that shows what a reader gets who may not read the story."""
VARIANT = "standfirst.variant"
"""Where the edge puts what the reader's token allows; no client can set a name in small letters."""


class Access(models.TextChoices):
    """Who may read a story whole; besides these there is `tier:SLUG`."""

    OPEN = "open", _("everybody")
    REGISTERED = "registered", _("readers who have signed in")
    MEMBERS = "members", _("members")


class Gate(Protocol):
    """Knows who may read what."""

    def choices(self) -> list[tuple[str, str]]:
        """Values of `Article.access` beyond `Access`, with words for editors."""

    def admits(self, access: str, variant: str) -> bool:
        """Whether a reader of `variant`, "" for a stranger, may read what is for `access`."""

    def wall(self, story: Article, request: HttpRequest, variant: str) -> Any:
        """What `theme/includes/wall.html` shows to a reader who was not admitted."""


class _Shut:
    """The gate of a newsroom that has none: a story that is closed stays closed."""

    def choices(self) -> list[tuple[str, str]]:
        return []

    def admits(self, access: str, variant: str) -> bool:
        return False

    def wall(self, story: Article, request: HttpRequest, variant: str) -> Any:
        return None


_gates: list[Gate] = [_Shut()]


def register(gate: Gate) -> None:
    """Let `gate` decide from now on."""
    _gates.append(gate)


def gate() -> Gate:
    """The gate that was registered last."""
    return _gates[-1]


def choices() -> list[tuple[str, str]]:
    """Every value that `Article.access` may have, with words for editors."""
    return [*((value, str(label)) for value, label in Access.choices), *gate().choices()]


@dataclass(frozen=True)
class Reading:
    """A story's text as one reader gets it, in bound blocks: `rest` is what the wall keeps from others.

    `wall` is what the gate says to a reader who was not admitted; it and `rest` never come together.
    """

    opening: list[Any]
    rest: list[Any]
    is_closed: bool = False
    is_withheld: bool = False
    wall: Any = None


def read(story: Article, request: HttpRequest) -> Reading:
    """Return what the reader of `request` gets, and take everything else out of `story` itself.

    A template that shows `page.body`, a newsroom's own for example, can so show no more than this.
    """
    if story.access == Access.OPEN:
        return Reading(_without_mark(story.body), [])
    vary_by_access()
    variant = request.META.get(VARIANT, "")
    if _admits(story, request, variant):
        end = preview_length(stored_blocks(story))
        blocks = list(story.body)
        return Reading(_without_mark(blocks[:end]), _without_mark(blocks[end:]), is_closed=True)
    withhold(story)
    wall = gate().wall(story, request, variant)
    return Reading(list(story.body), [], is_closed=True, is_withheld=True, wall=wall)


def _admits(story: Article, request: HttpRequest, variant: str) -> bool:
    if getattr(request, "is_preview", False):
        return getattr(request, "preview_mode", "") != AS_STRANGER
    return gate().admits(story.access, variant)


def _without_mark(blocks: Iterable[Any]) -> list[Any]:
    return [block for block in blocks if block.block_type != PREVIEW_END]


def withhold(story: Article) -> None:
    """Take out of `story`, in memory, what not everybody may read; it cannot be saved any more."""
    shown = public_blocks(story)
    story.withheld_words = words_in(stored_blocks(story)) - words_in(shown)
    story.is_withheld = True
    story.body = story.body.stream_block.to_python(shown)


def stored_blocks(story: Article) -> list[dict[str, Any]]:
    """The blocks of the text as stored, without fetching anything they refer to."""
    return list(story.body.get_prep_value())


def public_blocks(story: Article) -> list[dict[str, Any]]:
    """As `stored_blocks`, only what everybody may read."""
    blocks = stored_blocks(story)
    if story.access != Access.OPEN:
        blocks = blocks[: preview_length(blocks)]
    return [block for block in blocks if block["type"] != PREVIEW_END]


def preview_length(blocks: list[dict[str, Any]]) -> int:
    """How many of a closed story's blocks everybody may read: those before the mark that the editor set.

    Without a mark: as far as the second paragraph, but never all, and never more than half of the words.
    """
    for position, block in enumerate(blocks):
        if block["type"] == PREVIEW_END:
            return position
    paragraphs = [position for position, block in enumerate(blocks) if block["type"] == "paragraph"]
    end = paragraphs[PREVIEW_PARAGRAPHS - 1] + 1 if len(paragraphs) >= PREVIEW_PARAGRAPHS else len(blocks)
    total = words_in(blocks)
    while end and (end == len(blocks) or 2 * words_in(blocks[:end]) > total):
        end -= 1
    return end


def words_in(blocks: Iterable[Any]) -> int:
    """Words in stored blocks: cheap, and near enough for a reading time."""
    return sum(len(text.split()) for block in blocks for text in _texts(block["value"]))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from _texts(child)
