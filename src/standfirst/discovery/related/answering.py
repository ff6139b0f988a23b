"""What stories get when they ask what stands beside one of them: the editors' choice first, then the computed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from standfirst.discovery.related.models import RelatedChoice, RelatedList
from standfirst.stories.models import Article


class ChosenAndComputed:
    """Answers `stories.related.Relating`."""

    def related_to(self, article: Article) -> list[int]:
        """Pinned stories in their order, then the computed ones; banned ones never. A preview shows its own choices."""
        choices = list(article.related_choices.all())
        theirs = _in_edition(choices, article)
        pinned = [theirs[choice.story_id] for choice in choices if choice.kind == RelatedChoice.Kind.PIN]
        banned = {theirs[choice.story_id] for choice in choices if choice.kind == RelatedChoice.Kind.BAN}
        return [key for key in (*pinned, *computed(article.pk)) if key not in banned]


def computed(story_id: int | None) -> list[int]:
    """What was worked out for a story, the best first; nothing for one that was never public."""
    if story_id is None:
        return []
    found = RelatedList.objects.filter(article_id=story_id).values_list("stories", flat=True).first()
    return list(found or [])


def _in_edition(choices: Iterable[RelatedChoice], article: Article) -> dict[int, int]:
    """The chosen stories by key, each with the key of its version in the edition of `article`.

    A translation takes over the choices of its original: they then mean the translations of what was chosen there.
    """
    chosen = {choice.story_id for choice in choices}
    found = {key: key for key in chosen}
    rows = Article.objects.filter(pk__in=chosen).values_list("pk", "edition_id", "translation_key") if chosen else ()
    foreign: dict[UUID, int] = {key: pk for pk, edition, key in rows if edition != article.edition_id}
    if foreign:
        own = Article.objects.filter(translation_key__in=foreign, edition_id=article.edition_id)
        found.update((foreign[key], pk) for pk, key in own.values_list("pk", "translation_key"))
    return found
