"""Which stories stand beside a story: stories ask, and whatever layer above knows answers.

Without a layer that registers there are none, and the page shows the latest stories in their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from standfirst.stories.cards import public_keys

if TYPE_CHECKING:
    from standfirst.stories.models import Article

SHOWN = 4


class Relating(Protocol):
    """Knows what is related to what."""

    def related_to(self, article: Article) -> list[int]:
        """Keys of stories that may stand beside `article`, the best first; some may be public no longer.

        `article` may be a draft or a preview, whose parts are in memory only.
        """


class _Nothing:
    def related_to(self, article: Article) -> list[int]:
        return []


_registered: list[Relating] = [_Nothing()]


def register(relating: Relating) -> None:
    """Let `relating` answer from now on."""
    _registered.append(relating)


def related_stories(article: Article) -> list[Article]:
    """Return at most four public stories of the article's own edition to stand beside it, fit for cards.

    Never the article itself or a translation of it, whatever was registered says.
    """
    from standfirst.stories.models import Article as Story

    keys = list(dict.fromkeys(_registered[-1].related_to(article)))
    public = public_keys(keys)
    wanted = [key for key in keys if key in public and key != article.pk]
    found = Story.objects.for_cards().in_bulk(wanted[: 2 * SHOWN]) if wanted else {}
    stories = (found[key] for key in wanted if key in found)
    return [story for story in stories if _may_stand_beside(article, story)][:SHOWN]


def _may_stand_beside(article: Article, story: Article) -> bool:
    return story.edition_id == article.edition_id and story.translation_key != article.translation_key
