"""Writing the documents of stories, and the count of words that goes with them, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction

from standfirst.discovery.search.analysis.words import folded, spelt, words
from standfirst.discovery.search.documents import Content, fields_of, public_content, staff_content
from standfirst.discovery.search.models import PublicDocument, StaffDocument, VocabularyWord
from standfirst.discovery.search.places import IN_A_MINUTE, edition_of, first_place, free_place, moment_of
from standfirst.stories.models import Article, ListedStory

SEARCHED_FOR_FREE = 4 * IN_A_MINUTE
"""How many keys behind a minute are looked through at once for a free one."""
_COUNT_WORDS = """
    INSERT INTO story_search_vocabularyword (edition_id, text, stories) VALUES (%s, %s, %s)
    ON CONFLICT (edition_id, text) DO UPDATE SET stories = story_search_vocabularyword.stories + excluded.stories
"""


@transaction.atomic
def write_documents(story_ids: Collection[int]) -> None:
    """Make the documents of these stories agree with the stories: written, rewritten, or gone."""
    found = Article.objects.filter(pk__in=story_ids, edition__isnull=False)
    articles = found.select_related("thread", "lead_picture", "locale").prefetch_related(
        "topics", "bylines__contributor", "listings"
    )
    readable: set[int] = set()
    written: set[int] = set()
    for article in articles:
        written.add(article.pk)
        listings = list(article.listings.all())
        if any(row.list_key.startswith("edition:") for row in listings):
            readable.add(article.pk)
            _write_public(public_content(article, listings))
        _write(StaffDocument, staff_content(article))
    remove_public(set(story_ids) - readable)
    StaffDocument.objects.filter(story_id__in=set(story_ids) - written).delete()


def remove_public(story_ids: Iterable[int]) -> None:
    """Take these stories out of what everybody finds."""
    for document in PublicDocument.objects.filter(story_id__in=list(story_ids)):
        _count(document.edition_id, words_of(document), set())
        document.delete()


def no_longer_public(story_ids: Iterable[int]) -> set[int]:
    """Return those of these stories that stand in no public list."""
    asked = set(story_ids)
    return asked - set(ListedStory.objects.filter(article_id__in=asked).values_list("article_id", flat=True))


def _write_public(content: Content) -> None:
    before, after = _write(PublicDocument, content)
    old = words_of(before) if before else set()
    if before and before.edition_id != after.edition_id:
        _count(before.edition_id, old, set())
        old = set()
    _count(after.edition_id, old, words_of(after))


def _write(model: Any, content: Content) -> tuple[Any, Any]:
    """Write the document of `content`; return the row before, or None, and the row now."""
    fields = fields_of(content)
    before = model.objects.filter(story_id=content.story_id).first()
    if before and _is_of(before.pk, content):
        after = model(id=before.pk, **fields)
        if any(getattr(before, name) != value for name, value in fields.items()):
            after.save(force_update=True)
        return before, after
    if before:
        model.objects.filter(pk=before.pk).delete()
    return before, model.objects.create(id=_free(model, content), **fields)


def _is_of(place: int, content: Content) -> bool:
    """Whether a document may keep its key: it is of this edition and minute, or overflowed from it."""
    moment = content.published_at
    if edition_of(place) != content.edition_id:
        return False
    return 0 <= (moment_of(place) - moment).total_seconds() + 60 <= 60 * (1 + SEARCHED_FOR_FREE // IN_A_MINUTE)


def _free(model: Any, content: Content) -> int:
    """Find a free key for a story: usually the first one of its minute."""
    start = first_place(content.edition_id, content.published_at)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # two nodes must not choose the same one
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [0x5EA7C4, start // IN_A_MINUTE % 2**31])
    taken: set[int] = set()
    while True:
        end = start + len(taken) + SEARCHED_FOR_FREE
        taken = set(model.objects.filter(pk__gte=start, pk__lt=end).values_list("pk", flat=True))
        if (place := free_place(start, taken)) < end:
            return place


def words_of(document: PublicDocument) -> set[str]:
    """Return the words of a document as its readers write them, in small letters, all but numbers and the shortest."""
    texts = (document.headline, document.standfirst, document.text)
    found = {word.written for text in texts for word in words(text)}
    return {spelt(written, document.language) for written in found if len(written) > 2 and folded(written).isalpha()}


def _count(edition_id: int, old: set[str], new: set[str]) -> None:
    changes = Counter(new - old)
    changes.subtract(old - new)
    # Sorted, so that two nodes which count the same words wait for each other instead of for ever.
    rows = [(edition_id, text, change) for text, change in sorted(changes.items())]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_COUNT_WORDS, rows)
    if old - new:
        VocabularyWord.objects.filter(edition_id=edition_id, text__in=old - new, stories__lte=0).delete()
