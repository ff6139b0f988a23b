"""Which pictures of a story still lack the words that readers need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from standfirst.stories.blocks.pictures import pictures_in
from standfirst.stories.errors import UnfinishedStoryError

if TYPE_CHECKING:
    from standfirst.stories.models import Article, Picture


@dataclass(frozen=True)
class Use:
    """One place where a story shows a picture, with the words that hold there."""

    picture: Picture
    place: str
    credit: str
    alt: str
    decorative: bool

    @property
    def lacking(self) -> list[str]:
        """What is missing here, in the reader's language of the admin."""
        missing = [] if self.credit.strip() else [_("credit")]
        return missing if self.decorative or self.alt.strip() else [*missing, _("alt text")]


def pictures_lacking_words(article: Article) -> list[str]:
    """Return a sentence for every use of a picture in `article` that lacks a credit or, unless decorative, an alt text.

    Words given for one use count before the picture's own.
    """
    return [
        _("%(place)s “%(title)s” lacks: %(fields)s. Fill it in at the picture, or here for this story.")
        % {"place": use.place, "title": use.picture.title, "fields": ", ".join(use.lacking)}
        for use in uses_of_pictures(article)
        if use.lacking
    ]


def require_picture_words(article: Article) -> None:
    """Pass when every picture of `article` has what readers need.

    Raises:
        UnfinishedStoryError: with one message for every picture that lacks something.
    """
    if problems := pictures_lacking_words(article):
        raise UnfinishedStoryError(problems)


def uses_of_pictures(article: Article) -> Iterator[Use]:
    """Yield every place in `article` where readers see a picture."""
    if lead := article.lead_picture:
        yield Use(
            lead,
            _("The lead picture"),
            article.lead_credit or lead.credit,
            article.lead_alt or lead.description,
            lead.decorative and not article.lead_alt,
        )
    for block in article.body:
        if block.block_type in {"picture", "gallery"}:
            for value in pictures_in(block.value):
                yield from _block_use(value)
        elif block.block_type in {"video", "embed"} and (poster := block.value["poster"]):
            yield _poster_use(poster, block.value)


def _block_use(value: Any) -> Iterator[Use]:
    """A picture block whose picture was deleted shows nothing, so it lacks nothing."""
    if picture := value["picture"]:
        yield Use(
            picture,
            _("The picture"),
            value["credit"] or picture.credit,
            value["alt"] or picture.description,
            value["decorative"] or (picture.decorative and not value["alt"]),
        )


def _poster_use(poster: Picture, value: Any) -> Use:
    """A poster is never read out: the player's own title says what it is. Its credit is still owed."""
    return Use(poster, _("The picture before the film"), value.get("credit") or poster.credit, "", decorative=True)
