"""Make a fresh translation point at its own edition."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from wagtail.models import Page

if TYPE_CHECKING:
    from standfirst.stories.models import Article, Byline

_PAGE_LINK = re.compile(r'(<a\b(?=[^>]*\blinktype="page")[^>]*\bid=")(\d+)(?=")')


@transaction.atomic
def adapt_translation(*, article: Article) -> None:
    """Replace thread, topics, bylines, teasers and links of `article` by their counterparts in its edition.

    What has no counterpart there stays: a reader is better served by the other edition's page than by none. Sections
    that were copied along become pages of their own, so that a change in one edition never overwrites another.
    """
    counterparts = _counterparts(article)
    if article.thread_id in counterparts:
        article.thread_id = counterparts[article.thread_id]
    topics = [counterparts.get(topic.pk, topic.pk) for topic in article.topics.all()]
    article.topics.set(_topics(article, topics))
    article.bylines.set([_credited(byline, counterparts) for byline in article.bylines.all()])
    article.body = article.body.stream_block.to_python(_adapted(list(article.body.raw_data), counterparts))
    article.save()
    article.save_revision()
    Page.objects.ancestor_of(article).exclude(alias_of=None).update(alias_of=None)


def _credited(byline: Byline, counterparts: dict[int, int]) -> Byline:
    byline.contributor_id = counterparts.get(byline.contributor_id, byline.contributor_id)
    return byline


def _topics(article: Article, keys: Iterable[int]) -> list[Any]:
    model = type(article).topics.field.related_model
    return list(model.objects.filter(pk__in=list(keys)))


def _counterparts(article: Article) -> dict[int, int]:
    """Primary keys of all pages the story refers to, by the key of the page they translate."""
    referred = {article.thread_id, *(topic.pk for topic in article.topics.all())}
    referred |= {byline.contributor_id for byline in article.bylines.all()}
    referred |= set(_keys_in(list(article.body.raw_data)))
    keys = dict(Page.objects.filter(pk__in=referred - {None}).values_list("translation_key", "pk"))
    translated = Page.objects.filter(locale=article.locale_id, translation_key__in=keys)
    return {keys[key]: pk for key, pk in translated.values_list("translation_key", "pk")}


def _keys_in(value: Any) -> Iterable[int]:
    """Keys of the pages that teasers and links in stored blocks name."""
    if isinstance(value, str):
        yield from (int(match[2]) for match in _PAGE_LINK.finditer(value))
    elif isinstance(value, dict):
        if isinstance(value.get("story"), int):
            yield value["story"]
        for child in value.values():
            yield from _keys_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from _keys_in(child)


def _adapted(value: Any, counterparts: dict[int, int]) -> Any:
    """The stored blocks with every reference replaced that has a counterpart."""
    if isinstance(value, str):
        return _PAGE_LINK.sub(lambda match: f"{match[1]}{counterparts.get(int(match[2]), match[2])}", value)
    if isinstance(value, dict):
        adapted = {name: _adapted(child, counterparts) for name, child in value.items()}
        if isinstance(value.get("story"), int):
            adapted["story"] = counterparts.get(value["story"], value["story"])
        return adapted
    if isinstance(value, list):
        return [_adapted(child, counterparts) for child in value]
    return value
